//! Something done with every animation frame, until it is dropped.

use crate::page::browser;
use std::cell::Cell;
use std::rc::Rc;

fn again(alive: Rc<Cell<bool>>, then: Rc<dyn Fn()>) {
    browser::next_frame(move || {
        if alive.get() {
            then();
            again(alive, then);
        }
    });
}

/// Calls `then` with every frame while `on`; the returned function ends it.
pub fn every_frame(on: bool, then: impl Fn() + 'static) -> impl FnOnce() {
    let alive = Rc::new(Cell::new(on));
    if on {
        again(alive.clone(), Rc::new(then));
    }
    move || alive.set(false)
}
