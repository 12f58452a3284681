//! Blocks of bytes: array buffers that are transferred, and shared ones that two workers see.

use super::ports::Ports;
use crate::aio::Exception;
use crate::engine::mail;
use crate::engine::threads::can_share_memory;
use crate::multiprocessing::{Blocks, End};
use js_sys::{Array, Function, Reflect, SharedArrayBuffer, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};

fn refused(thrown: &JsValue) -> Exception {
    Exception::new("OSError", mail::words(thrown))
}

/// Calls the browser's constructor of this name: the wrapped ones cannot say that there is not enough memory.
fn construct(name: &str, len: u32) -> Result<JsValue, JsValue> {
    let constructor = Reflect::get(&js_sys::global(), &JsValue::from_str(name))?;
    Reflect::construct(constructor.unchecked_ref::<Function>(), &Array::of1(&len.into()))
}

/// What is handed over when a block goes away: the buffer, unless two can have it.
pub fn handed_over(bytes: &Uint8Array) -> Option<JsValue> {
    Some(JsValue::from(bytes.buffer())).filter(|buffer| !buffer.is_instance_of::<SharedArrayBuffer>())
}

impl Blocks for Ports {
    fn make(&self, len: u32, shared: bool) -> Result<u32, Exception> {
        if shared && !can_share_memory() {
            return Err(Exception::new("OSError", "memory cannot be shared on this page"));
        }
        let name = if shared { "SharedArrayBuffer" } else { "ArrayBuffer" };
        let buffer = construct(name, len).map_err(|thrown| refused(&thrown))?;
        Ok(self.keep(Uint8Array::new(&buffer)))
    }

    fn len(&self, block: u32) -> u32 {
        self.block(block).map_or(0, |bytes| bytes.length())
    }

    fn get(&self, block: u32, at: u32) -> u8 {
        self.block(block).filter(|bytes| at < bytes.length()).map_or(0, |bytes| bytes.get_index(at))
    }

    fn set(&self, block: u32, at: u32, byte: u8) {
        if let Some(bytes) = self.block(block).filter(|bytes| at < bytes.length()) {
            bytes.set_index(at, byte);
        }
    }

    fn send(&self, end: End, block: u32) {
        let Some(bytes) = self.lose(block) else { return };
        // In an array, to be told from a letter's bytes.
        self.post_whole(end, &Array::of1(&bytes), &handed_over(&bytes).into_iter().collect());
    }
}
