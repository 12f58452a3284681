//! Keys that work everywhere on the page: `/` searches, Ctrl+Enter runs, Escape stops.

use crate::page::browser;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// Run.
    Run,
    /// Stop.
    Stop,
}

fn typing(event: &KeyboardEvent) -> bool {
    let target = event.target().and_then(|t| t.dyn_into::<HtmlElement>().ok());
    target.is_some_and(|t| matches!(t.tag_name().as_str(), "INPUT" | "SELECT" | "TEXTAREA"))
}

fn search() -> Option<HtmlElement> {
    browser::document()?.get_element_by_id("search")?.dyn_into().ok()
}

/// Listens until it is dropped.
pub fn listen(then: impl Fn(Wish) + 'static) -> Option<EventListener> {
    let document = browser::document()?;
    let options = EventListenerOptions::enable_prevent_default();
    Some(EventListener::new_with_options(&document, "keydown", options, move |event| {
        let Some(event) = event.dyn_ref::<KeyboardEvent>() else { return };
        let with = event.ctrl_key() || event.meta_key();
        match event.key().as_str() {
            "/" if !typing(event) && !with => {
                if let Some(field) = search() {
                    event.prevent_default();
                    let _ = field.focus();
                }
            }
            "Enter" if with => {
                event.prevent_default();
                then(Wish::Run);
            }
            "Escape" => then(Wish::Stop),
            _ => {}
        }
    }))
}
