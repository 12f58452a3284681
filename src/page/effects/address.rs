//! The address follows the form, and the form follows the address.

use crate::model::RunSpec;
use crate::page::browser;
use crate::share::{self, Link, View};
use gloo_events::EventListener;
use wasm_bindgen::JsValue;

/// The link the page was opened with.
pub fn read() -> Link {
    let (query, hash) = browser::address();
    share::decode(&query, &hash)
}

/// Writes the form into the address, without a new entry in the history.
pub fn write(spec: &RunSpec, at: Option<u64>) {
    let hash = format!("#{}", share::encode(spec, at));
    let (query, now) = browser::address();
    if hash == now {
        return;
    }
    let Some(window) = browser::window() else { return };
    let path = window.location().pathname().unwrap_or_default();
    if let Ok(history) = window.history() {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(&format!("{path}{query}{hash}")));
    }
}

/// The address of the full page as it stands, with what the page itself was opened with: for "Copy link" and "Open full
/// page".
pub fn link(view: &View, spec: &RunSpec, at: Option<u64>) -> String {
    let base = browser::window().and_then(|w| w.location().href().ok()).unwrap_or_default();
    share::link(&base, &View { embed: false, ..view.clone() }, spec, at)
}

/// Calls `then` with the link whenever the reader or a script changes the hash.
pub fn on_change(then: impl Fn(Link) + 'static) -> Option<EventListener> {
    let window = browser::window()?;
    Some(EventListener::new(&window, "hashchange", move |_| then(read())))
}
