//! The compiled engine: fetched when the first run needs it, and kept for every instance that follows.

use super::link::broken;
use js_sys::{Promise, WebAssembly};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

use crate::model::Failure;

const WASM: &str = "engine/engine_bg.wasm";

/// The module, once somebody has asked for it; clones are the same one.
#[derive(Clone, Default)]
pub struct Module(Rc<RefCell<Option<JsValue>>>);

impl Module {
    /// The module.
    ///
    /// # Errors
    /// [`Failure::Engine`] with what the browser or the server said; the next call asks again.
    pub async fn get(&self) -> Result<JsValue, Failure> {
        let known = self.0.borrow().clone();
        if let Some(module) = known {
            return Ok(module);
        }
        let module = compile().await?;
        self.0.replace(Some(module.clone()));
        Ok(module)
    }
}

async fn compile() -> Result<JsValue, Failure> {
    let fetched = web_sys::window().map(|w| w.fetch_with_str(WASM)).unwrap_or_else(|| Promise::resolve(&JsValue::NULL));
    let response = JsFuture::from(fetched).await.map_err(|e| broken(&e))?;
    let response: Response = response.dyn_into().map_err(|e| broken(&e))?;
    if !response.ok() {
        return Err(Failure::Engine { message: format!("{WASM}: {} {}", response.status(), response.status_text()) });
    }
    let is_wasm = response.headers().get("content-type").ok().flatten().is_some_and(|t| t == "application/wasm");
    let compiled = if is_wasm {
        WebAssembly::compile_streaming(&Promise::resolve(&JsValue::from(response)))
    } else {
        // Browsers refuse to compile from the network what a server gives a wrong type.
        let bytes = response.array_buffer().map_err(|e| broken(&e))?;
        WebAssembly::compile(&JsFuture::from(bytes).await.map_err(|e| broken(&e))?)
    };
    JsFuture::from(compiled).await.map_err(|e| broken(&e))
}
