//! Fetches a scenario's sources: a small file of the site for each, asked for when it is shown.

use crate::page::browser;
use crate::scenarios::sources::file_name;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// The file of the scenario with this id; `None` when it cannot be loaded.
pub async fn load(id: &str) -> Option<String> {
    let address = format!("sources/{}", file_name(id));
    let answer = JsFuture::from(browser::window()?.fetch_with_str(&address)).await.ok()?;
    let answer: web_sys::Response = answer.dyn_into().ok()?;
    if !answer.ok() {
        return None;
    }
    JsFuture::from(answer.text().ok()?).await.ok()?.as_string()
}
