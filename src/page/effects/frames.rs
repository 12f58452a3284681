//! Something painted again and again while there is news, until it is dropped.

use crate::page::browser;
use std::cell::Cell;
use std::rc::Rc;

/// Least time between two looks, ms: twelve a second look alive.
const PAUSE: i32 = 80;

fn again(alive: Rc<Cell<bool>>, news: Rc<dyn Fn() -> bool>, paint: Rc<dyn Fn()>) {
    browser::later(PAUSE, move || {
        if !alive.get() {
            return;
        }
        if news() {
            let paint = paint.clone();
            browser::next_frame(move || paint());
        }
        again(alive, news, paint);
    });
}

/// Calls `paint` in a frame of its own whenever there is `news`, while `on`; the returned function ends it.
///
/// A timer asks for the frames: a page that asks for every frame keeps the browser busy with empty ones, on the very cores
/// that the run needs.
pub fn while_news(on: bool, news: impl Fn() -> bool + 'static, paint: impl Fn() + 'static) -> impl FnOnce() {
    let alive = Rc::new(Cell::new(on));
    if on {
        again(alive.clone(), Rc::new(news), Rc::new(paint));
    }
    move || alive.set(false)
}
