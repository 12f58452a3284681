//! Fetches small files of the site: a scenario's sources, asked for when it is shown.

use crate::page::browser;
use crate::scenarios::sources::file_name;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// The file of the site at this relative address; `None` when it cannot be loaded.
pub async fn fetch(address: &str) -> Option<Vec<u8>> {
    let answer = JsFuture::from(browser::window()?.fetch_with_str(address)).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    let bytes = JsFuture::from(answer.array_buffer().ok()?).await.ok()?;
    Some(Uint8Array::new(&bytes).to_vec())
}

/// The sources of the scenario with this id; `None` when they cannot be loaded.
pub async fn load(id: &str) -> Option<String> {
    String::from_utf8(fetch(&format!("sources/{}", file_name(id))).await?).ok()
}
