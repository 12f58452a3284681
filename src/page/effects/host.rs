//! Messages to the page this one is embedded in, and from it.

use super::resize::{self, Watch};
use crate::page::browser;
use crate::share::{self, Incoming};
use gloo_events::EventListener;
use std::cell::Cell;
use wasm_bindgen::prelude::*;
use web_sys::{MessageEvent, Window};

fn parent() -> Option<Window> {
    browser::window()?.parent().ok()?.filter(|_| browser::framed())
}

/// Sends a message, given as JSON, to the host page; any origin may embed the page, and nothing secret is in it.
pub fn send(json: &str) {
    if let (Some(parent), Ok(message)) = (parent(), js_sys::JSON::parse(json)) {
        let _ = parent.post_message(&message, "*");
    }
}

/// Whether www/frame.js has told the host page already what is possible here.
pub fn told_ready() -> bool {
    browser::document().and_then(|d| d.document_element()).is_some_and(|root| root.has_attribute("data-ready"))
}

/// Calls `then` with every message of the host page; messages of anybody else are not looked at. What a script of this very
/// page dispatches is one that www/frame.js has kept for it.
pub fn listen(then: impl Fn(Incoming) + 'static) -> Option<EventListener> {
    let window = browser::window()?;
    Some(EventListener::new(&window, "message", move |event| {
        let Some(event) = event.dyn_ref::<MessageEvent>() else { return };
        let source = event.source().map(JsValue::from);
        if event.is_trusted() && (source.is_none() || source != parent().map(JsValue::from)) {
            return;
        }
        if let Some(message) = read(event.data()) {
            then(message);
        }
    }))
}

/// Longest text that is read as JSON, in bytes.
const MAX_JSON: usize = 64 * 1024;

/// Reads a message that came as an object, or as a text that holds one as JSON; some hosts even do that twice.
fn read(data: JsValue) -> Option<Incoming> {
    let mut object = data;
    for _ in 0..2 {
        match object.as_string() {
            Some(json) if json.len() <= MAX_JSON => object = js_sys::JSON::parse(&json).ok()?,
            Some(_) => return None,
            None => break,
        }
    }
    let field = |name: &str| js_sys::Reflect::get(&object, &name.into()).ok()?.as_string();
    share::incoming(&field("type")?, field("hash").as_deref())
}

/// Tells the host page the height of the content whenever it changes.
///
/// The height of `#app` does not depend on the frame's, so that telling it cannot begin a circle.
pub fn tell_height() -> Option<Watch> {
    parent()?;
    let app = browser::document()?.get_element_by_id("app")?;
    let (element, told) = (app.clone(), Cell::new(0));
    resize::observe(&app, move || {
        let height = element.get_bounding_client_rect().height().ceil() as u32;
        if height != told.replace(height) {
            send(&share::resize(height));
            send(&share::resize_canvas(height));
        }
    })
}
