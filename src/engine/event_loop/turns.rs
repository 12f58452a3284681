//! When a loop takes its next turn: one message channel, and one armed timer at most.

use js_sys::Function;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use wasm_bindgen::prelude::{Closure, JsCast, JsValue, wasm_bindgen};
use web_sys::{MessageChannel, MessageEvent, MessagePort};

// Of the window or of the worker, whichever this is.
#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = setTimeout)]
    pub(super) fn set_timeout(call: &Function, ms: i32) -> i32;
    #[wasm_bindgen(js_name = clearTimeout)]
    fn clear_timeout(timer: i32);
}

/// What is called for a turn.
type Call = Box<dyn Fn()>;
/// A listener of a port.
type OnMessage = Closure<dyn Fn(MessageEvent)>;

struct Inner {
    send: MessagePort,
    receive: MessagePort,
    on_message: RefCell<Option<OnMessage>>,
    on_timer: RefCell<Option<Closure<dyn Fn()>>>,
    call: RefCell<Option<Rc<Call>>>,
    posted: Cell<bool>,
    timer: Cell<Option<i32>>,
}

/// Gives turns to whoever asks; ends with its last handle or with [`Turns::close`].
#[derive(Clone)]
pub struct Turns(Rc<Inner>);

impl Turns {
    /// A source of turns that are taken by `call`.
    ///
    /// # Errors
    /// What the browser says when it gives no message channel.
    pub fn new(call: impl Fn() + 'static) -> Result<Self, JsValue> {
        let channel = MessageChannel::new()?;
        let inner = Rc::new(Inner {
            send: channel.port1(),
            receive: channel.port2(),
            on_message: RefCell::default(),
            on_timer: RefCell::default(),
            call: RefCell::new(Some(Rc::new(Box::new(call)))),
            posted: Cell::new(false),
            timer: Cell::new(None),
        });
        let weak: Weak<Inner> = Rc::downgrade(&inner);
        let message = Closure::<dyn Fn(MessageEvent)>::new(move |_| {
            let Some(inner) = weak.upgrade() else { return };
            inner.posted.set(false);
            let call = inner.call.borrow().clone();
            if let Some(call) = call {
                call();
            }
        });
        inner.receive.set_onmessage(Some(message.as_ref().unchecked_ref()));
        inner.on_message.replace(Some(message));
        let weak = Rc::downgrade(&inner);
        let timer = Closure::<dyn Fn()>::new(move || {
            // The turn itself is a message, so that timers armed in it are not nested: those cannot be below 4 ms.
            let Some(inner) = weak.upgrade() else { return };
            inner.timer.set(None);
            Turns(inner).soon();
        });
        inner.on_timer.replace(Some(timer));
        Ok(Self(inner))
    }

    /// Asks for a turn as soon as possible.
    pub fn soon(&self) {
        if !self.0.posted.replace(true) {
            let _ = self.0.send.post_message(&JsValue::NULL);
        }
    }

    /// Asks for a turn in `ms` milliseconds, instead of any later one asked for before.
    pub fn after(&self, ms: f64) {
        self.disarm();
        // A timer comes late rather than early: the last part of a millisecond is waited for by messages.
        if ms < 1.0 {
            return self.soon();
        }
        if let Some(call) = self.0.on_timer.borrow().as_ref() {
            let armed = set_timeout(call.as_ref().unchecked_ref(), ms.min(f64::from(i32::MAX)) as i32);
            self.0.timer.set(Some(armed));
        }
    }

    /// No more turns.
    pub fn close(&self) {
        self.disarm();
        self.0.call.replace(None);
        self.0.receive.set_onmessage(None);
        self.0.receive.close();
        self.0.send.close();
    }

    fn disarm(&self) {
        self.0.timer.take().into_iter().for_each(clear_timeout);
    }
}
