//! The moment an element changes its size.

use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

/// Watches until it is dropped.
pub struct Watch {
    observer: ResizeObserver,
    _then: Closure<dyn Fn()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Calls `then` when `element` has a new size.
pub fn observe(element: &Element, then: impl Fn() + 'static) -> Option<Watch> {
    let then = Closure::<dyn Fn()>::new(then);
    let observer = ResizeObserver::new(then.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(Watch { observer, _then: then })
}
