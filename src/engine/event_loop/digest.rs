//! The browser's own SHA-256.

use crate::aio::{Completion, Exception};
use js_sys::{Promise, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::{Closure, wasm_bindgen};

#[wasm_bindgen]
extern "C" {
    /// Throws where there is no `crypto.subtle`: in pages that are not secure.
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = digest)]
    fn subtle_digest(algorithm: &str, bytes: &Uint8Array) -> Result<Promise, JsValue>;
}

type Heard = Closure<dyn FnMut(JsValue)>;

/// Begins the digest of `bytes`; `done` gets it, and then `wake` is called.
///
/// Without futures: with atomics each pending one costs a promise and a helper of its own.
pub fn begin(bytes: &[u8], done: Completion, wake: impl Fn() + 'static) {
    let Ok(promise) = subtle_digest("SHA-256", &Uint8Array::from(bytes)) else {
        let missing = "this page has no digest of the browser's: it needs https";
        done(Err(Exception::new("NotImplementedError", missing)));
        return wake();
    };
    let done = Rc::new(RefCell::new(Some((done, wake))));
    // Both listeners live until one of them is called.
    let listeners: Rc<RefCell<Option<(Heard, Heard)>>> = Rc::default();
    let hear = |read: fn(JsValue) -> Result<Vec<u8>, Exception>| {
        let (done, listeners) = (done.clone(), listeners.clone());
        Closure::new(move |value: JsValue| {
            let (taken, _listeners) = (done.borrow_mut().take(), listeners.borrow_mut().take());
            if let Some((done, wake)) = taken {
                done(read(value));
                wake();
            }
        })
    };
    let came = hear(|buffer| Ok(Uint8Array::new(&buffer).to_vec()));
    let failed = hear(|_| Err(Exception::new("OSError", "the browser's digest failed")));
    let _ = promise.then2(&came, &failed);
    *listeners.borrow_mut() = Some((came, failed));
}
