//! Promises without futures: with atomics each pending future costs a promise and a helper of its own.

use crate::aio::{Completion, Exception};
use crate::engine::mail;
use crate::model::wire;
use js_sys::{Function, Promise};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};
use wasm_bindgen::{JsCast, JsValue};

#[wasm_bindgen]
extern "C" {
    /// A promise, heard by functions.
    type Promised;
    #[wasm_bindgen(method, js_name = then)]
    fn hear(this: &Promised, came: &Function, failed: &Function) -> JsValue;
}

/// Whom an operation answers: the program, and then the loop is woken.
pub struct Answer {
    done: Completion,
    wake: Rc<dyn Fn()>,
}

impl Answer {
    /// Answers `done`, then calls `wake`.
    pub fn new(done: Completion, wake: Rc<dyn Fn()>) -> Self {
        Self { done, wake }
    }

    /// Answers with bytes, or raises.
    pub fn give(self, result: Result<Vec<u8>, Exception>) {
        (self.done)(result);
        (self.wake)();
    }

    /// Answers with a value.
    pub fn value<T: Serialize>(self, value: &T) {
        self.give(wire::encode(value).map_err(Exception::from));
    }

    /// Raises what the browser threw.
    pub fn raise(self, thrown: &JsValue) {
        self.give(Err(Exception::new("OSError", words(thrown))));
    }
}

/// What the browser threw: the name of the error and its message.
pub fn words(thrown: &JsValue) -> String {
    let name = mail::field(thrown, "name");
    format!("{name}: {}", mail::words(thrown))
}

/// Two functions of which one is to be called, once; both live until then.
pub fn either(done: impl FnOnce(Result<JsValue, JsValue>) + 'static) -> (Function, Function) {
    type Heard = Closure<dyn FnMut(JsValue)>;
    let done = Rc::new(RefCell::new(Some(done)));
    let listeners: Rc<RefCell<Option<(Heard, Heard)>>> = Rc::default();
    let hear = |read: fn(JsValue) -> Result<JsValue, JsValue>| {
        let (done, listeners) = (done.clone(), listeners.clone());
        Heard::new(move |value: JsValue| {
            let (taken, _listeners) = (done.borrow_mut().take(), listeners.borrow_mut().take());
            if let Some(done) = taken {
                done(read(value));
            }
        })
    };
    let (came, failed) = (hear(Ok), hear(Err));
    let functions =
        (came.as_ref().unchecked_ref::<Function>().clone(), failed.as_ref().unchecked_ref::<Function>().clone());
    *listeners.borrow_mut() = Some((came, failed));
    functions
}

/// Calls `done` with what becomes of a promise.
pub fn settled(promise: &Promise, done: impl FnOnce(Result<JsValue, JsValue>) + 'static) {
    let (came, failed) = either(done);
    promise.unchecked_ref::<Promised>().hear(&came, &failed);
}

/// Goes on with what a promise gives; what goes wrong is raised.
pub fn then(promise: Result<Promise, JsValue>, answer: Answer, next: impl FnOnce(JsValue, Answer) + 'static) {
    match promise {
        Ok(promise) => settled(&promise, move |became| match became {
            Ok(value) => next(value, answer),
            Err(thrown) => answer.raise(&thrown),
        }),
        Err(thrown) => answer.raise(&thrown),
    }
}
