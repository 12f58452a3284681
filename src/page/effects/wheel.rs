//! The wheel over an element, in a way that can keep the page from scrolling (Yew's own listeners cannot).

use gloo_events::{EventListener, EventListenerOptions};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, WheelEvent};

/// What is called; replaced whenever what it needs has changed.
pub type Latest = Rc<RefCell<Option<Rc<dyn Fn(&WheelEvent)>>>>;

/// Calls the latest function with every turn of the wheel over `element`.
pub fn listen(element: &Element, latest: Latest) -> EventListener {
    let options = EventListenerOptions::enable_prevent_default();
    EventListener::new_with_options(element, "wheel", options, move |event| {
        let call = latest.borrow().clone();
        if let (Some(call), Some(event)) = (call, event.dyn_ref::<WheelEvent>()) {
            call(event);
        }
    })
}
