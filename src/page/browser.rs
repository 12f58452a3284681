//! The few things asked of the browser everywhere: window, document, time, timers and frames.

use wasm_bindgen::prelude::*;
use web_sys::{Document, HtmlElement, Performance, Window};

/// The window; `None` only outside a page.
pub fn window() -> Option<Window> {
    web_sys::window()
}

/// The document.
pub fn document() -> Option<Document> {
    window()?.document()
}

/// The clock.
pub fn performance() -> Option<Performance> {
    window()?.performance()
}

/// Milliseconds since the page was opened.
pub fn now_ms() -> f64 {
    performance().map_or(0.0, |p| p.now())
}

/// Whether the page sits in a frame.
pub fn framed() -> bool {
    window().is_some_and(|w| match (w.parent(), w.self_().dyn_into::<Window>()) {
        (Ok(Some(parent)), Ok(own)) => parent != own,
        _ => true,
    })
}

/// Query and hash of the address.
pub fn address() -> (String, String) {
    let location = window().map(|w| w.location());
    let part = |text: Option<Result<String, JsValue>>| text.and_then(Result::ok).unwrap_or_default();
    (part(location.as_ref().map(|l| l.search())), part(location.as_ref().map(|l| l.hash())))
}

/// A function of the browser's that can be called once; one piece of code makes all of them.
fn once(then: Box<dyn FnOnce()>) -> JsValue {
    Closure::once_into_js(then)
}

/// Calls `then` once, after `ms` milliseconds.
pub fn later(ms: i32, then: impl FnOnce() + 'static) {
    if let Some(window) = window() {
        let call = once(Box::new(then));
        let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(call.unchecked_ref(), ms);
    }
}

/// Calls `then` with the next animation frame.
pub fn next_frame(then: impl FnOnce() + 'static) {
    if let Some(window) = window() {
        let call = once(Box::new(then));
        let _ = window.request_animation_frame(call.unchecked_ref());
    }
}

/// Whether the reader's system asks for this ("(prefers-color-scheme: dark)").
pub fn prefers(query: &str) -> bool {
    window().and_then(|w| w.match_media(query).ok().flatten()).is_some_and(|m| m.matches())
}

/// Moves the focus to the first of what a selector finds, before what has it goes away.
pub fn focus(selector: &str) {
    let found = document().and_then(|d| d.query_selector(selector).ok().flatten());
    if let Some(found) = found.and_then(|e| e.dyn_into::<HtmlElement>().ok()) {
        let _ = found.focus();
    }
}

/// Scrolls to the top of the page.
pub fn to_the_top() {
    if let Some(window) = window() {
        window.scroll_to_with_x_and_y(0.0, 0.0);
    }
}
