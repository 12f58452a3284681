//! The compiled engine: fetched when the first run needs it, and kept for every instance that follows.

use super::link::broken;
use js_sys::{Error, Object, Promise, WebAssembly};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::Response;

use crate::model::Failure;

const WASM: &str = "engine/engine_bg.wasm";

/// The promise of the module, once somebody has asked for it; clones are the same one.
#[derive(Clone, Default)]
pub struct Module(Rc<RefCell<Option<Promise>>>);

impl Module {
    /// The module. Whoever asks while it is on its way waits for the same one.
    ///
    /// # Errors
    /// [`Failure::Engine`] with what the browser or the server said; the next call asks again.
    pub async fn get(&self) -> Result<JsValue, Failure> {
        let promise = self.0.borrow_mut().get_or_insert_with(|| future_to_promise(compile())).clone();
        let compiled = JsFuture::from(promise.clone()).await;
        if compiled.is_err() && self.0.borrow().as_ref().is_some_and(|kept| Object::is(kept, &promise)) {
            self.0.take();
        }
        compiled.map_err(|e| broken(&e))
    }
}

async fn compile() -> Result<JsValue, JsValue> {
    let fetched = web_sys::window().map(|w| w.fetch_with_str(WASM)).unwrap_or_else(|| Promise::resolve(&JsValue::NULL));
    let response: Response = JsFuture::from(fetched).await?.dyn_into()?;
    if !response.ok() {
        return Err(Error::new(&format!("{WASM}: {} {}", response.status(), response.status_text())).into());
    }
    let is_wasm = response.headers().get("content-type").ok().flatten().is_some_and(|t| t == "application/wasm");
    let compiled = if is_wasm {
        WebAssembly::compile_streaming(&Promise::resolve(&JsValue::from(response)))
    } else {
        // Browsers refuse to compile from the network what a server gives a wrong type.
        WebAssembly::compile(&JsFuture::from(response.array_buffer()?).await?)
    };
    JsFuture::from(compiled).await
}
