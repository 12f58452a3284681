//! Turns of a worker's event loop: at once by a message channel (10 µs), or after a while by a timer.

use super::mail;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{MessageChannel, MessageEvent, MessagePort};

/// Calls back once for every turn that was asked for; asking twice for the same turn is asking once.
pub struct Turns {
    port: MessagePort,
    posted: Rc<Cell<bool>>,
    timer: Rc<Cell<Option<i32>>>,
    on_timer: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Turns {
    /// Turns that call `callback`.
    ///
    /// # Errors
    /// What the browser says when it has no message channels.
    pub fn new(callback: impl Fn() + 'static) -> Result<Self, JsValue> {
        let callback: Rc<dyn Fn()> = Rc::new(callback);
        let channel = MessageChannel::new()?;
        let posted = Rc::new(Cell::new(false));
        let timer = Rc::new(Cell::new(None));
        let on_message = {
            let (posted, callback) = (posted.clone(), callback.clone());
            Closure::new(move |_: MessageEvent| {
                posted.set(false);
                callback();
            })
        };
        let on_timer = {
            let timer = timer.clone();
            Closure::new(move || {
                timer.set(None);
                callback();
            })
        };
        channel.port1().set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self { port: channel.port2(), posted, timer, on_timer, _on_message: on_message })
    }

    /// A turn as soon as whatever came in before has been heard.
    pub fn soon(&self) {
        if !self.posted.replace(true) && self.port.post_message(&JsValue::NULL).is_err() {
            self.posted.set(false);
        }
    }

    /// A turn after `ms` milliseconds, unless one is due already.
    pub fn after(&self, ms: i32) {
        if self.posted.get() || self.timer.get().is_some() {
            return;
        }
        let callback = self.on_timer.as_ref().unchecked_ref();
        let id = mail::scope().set_timeout_with_callback_and_timeout_and_arguments_0(callback, ms);
        self.timer.set(id.ok());
    }
}
