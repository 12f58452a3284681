//! Browser timers that end when they are dropped.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;

/// Calls back once after a while, or again and again, until it is dropped.
pub struct Timer {
    id: i32,
    again: bool,
    _callback: Closure<dyn FnMut()>,
}

impl Timer {
    /// Calls `callback` once, after `ms` milliseconds.
    pub fn once(ms: i32, callback: impl FnMut() + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut()>::new(callback);
        let function = callback.as_ref().unchecked_ref();
        let id = web_sys::window()?.set_timeout_with_callback_and_timeout_and_arguments_0(function, ms).ok()?;
        Some(Self { id, again: false, _callback: callback })
    }

    /// Calls `callback` every `ms` milliseconds.
    pub fn every(ms: i32, callback: impl FnMut() + 'static) -> Option<Self> {
        let callback = Closure::<dyn FnMut()>::new(callback);
        let function = callback.as_ref().unchecked_ref();
        let id = web_sys::window()?.set_interval_with_callback_and_timeout_and_arguments_0(function, ms).ok()?;
        Some(Self { id, again: true, _callback: callback })
    }
}

impl Drop for Timer {
    fn drop(&mut self) {
        let Some(window) = web_sys::window() else { return };
        if self.again {
            window.clear_interval_with_handle(self.id);
        } else {
            window.clear_timeout_with_handle(self.id);
        }
    }
}
