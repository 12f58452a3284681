//! The moment an element changes its size.

use crate::page::browser;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};

/// Watches until it is dropped.
pub struct Watch {
    observer: ResizeObserver,
    alive: Rc<Cell<bool>>,
    _heard: Closure<dyn Fn()>,
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.alive.set(false);
        self.observer.disconnect();
    }
}

/// Calls `then` with the frame after `element` got a new size.
///
/// Not at once: what `then` changes may change sizes again, which browsers report as an error of the observer's loop.
pub fn observe(element: &Element, then: impl Fn() + 'static) -> Option<Watch> {
    let (alive, asked, then) = (Rc::new(Cell::new(true)), Rc::new(Cell::new(false)), Rc::new(then));
    let heard = Closure::<dyn Fn()>::new({
        let alive = alive.clone();
        move || {
            if asked.replace(true) {
                return;
            }
            let (alive, asked, then) = (alive.clone(), asked.clone(), then.clone());
            browser::next_frame(move || {
                asked.set(false);
                if alive.get() {
                    then();
                }
            });
        }
    });
    let observer = ResizeObserver::new(heard.as_ref().unchecked_ref()).ok()?;
    observer.observe(element);
    Some(Watch { observer, alive, _heard: heard })
}
