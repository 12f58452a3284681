//! The browser's own SHA-256.

use super::promised::{Answer, settled};
use crate::aio::Exception;
use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    /// Throws where there is no `crypto.subtle`: in pages that are not secure.
    #[wasm_bindgen(catch, js_namespace = ["crypto", "subtle"], js_name = digest)]
    fn subtle_digest(algorithm: &str, bytes: &Uint8Array) -> Result<Promise, JsValue>;
}

/// Begins the digest of `bytes`.
pub fn begin(bytes: &[u8], answer: Answer) {
    let Ok(promise) = subtle_digest("SHA-256", &Uint8Array::from(bytes)) else {
        let missing = "this page has no digest of the browser's: it needs https";
        return answer.give(Err(Exception::new("NotImplementedError", missing)));
    };
    settled(&promise, |became| {
        let failed = |_| Exception::new("OSError", "the browser's digest failed");
        answer.give(became.map(|buffer| Uint8Array::new(&buffer).to_vec()).map_err(failed));
    });
}
