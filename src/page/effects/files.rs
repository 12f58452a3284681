//! Fetches small files of the site: a scenario's texts when it is shown, its program when that is looked at.

use crate::page::browser;
use js_sys::Uint8Array;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use yew::prelude::*;

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

/// A text as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub enum File {
    /// On its way, or not asked for.
    Awaited,
    /// It cannot be loaded.
    Missing,
    /// Here.
    Here(Rc<str>),
}

impl File {
    /// The text; empty until it is here.
    pub fn text(&self) -> &str {
        match self {
            File::Here(text) => text,
            File::Awaited | File::Missing => "",
        }
    }
}

/// The text with this name in the site's folder `sources`, if `ours` knows it for one (some hosts answer every address with a
/// page); no name asks for nothing. Each is loaded once, after what is already there has been painted.
#[hook]
pub fn use_file(name: Option<String>, ours: fn(&str) -> bool) -> File {
    let files = use_mut_ref(Vec::<(String, File)>::new);
    let redraw = use_force_update();
    let known = files.borrow().iter().find(|(known, _)| Some(known) == name.as_ref()).map(|(_, file)| file.clone());
    use_effect_with(name, move |name| {
        let Some(name) = name.clone() else { return };
        // One that was missing is asked for again when the reader comes back to it.
        if files.borrow().iter().any(|(known, file)| *known == name && *file != File::Missing) {
            return;
        }
        files.borrow_mut().retain(|(known, _)| *known != name);
        files.borrow_mut().push((name.clone(), File::Awaited));
        wasm_bindgen_futures::spawn_local(async move {
            let text = fetch(&["sources/", &name].concat()).await.and_then(|bytes| String::from_utf8(bytes).ok());
            let file = text.filter(|text| ours(text)).map_or(File::Missing, |text| File::Here(text.into()));
            for (known, old) in &mut *files.borrow_mut() {
                if *known == name {
                    *old = file.clone();
                }
            }
            redraw.force_update();
        });
    });
    known.unwrap_or(File::Awaited)
}
