//! What the reader's browser can do, found out without starting anything.

use crate::model::{MS, Machine, clock_step};
use js_sys::Reflect;
use wasm_bindgen::JsValue;

/// Cores, isolation, shared memory, place in the page, and the step of the clock.
pub fn machine() -> Machine {
    let Some(window) = web_sys::window() else {
        return Machine { cores: 1, isolated: false, shared_memory: false, top_level: true, clock_step: MS };
    };
    let global = |name: &str| Reflect::get(&window, &JsValue::from_str(name)).ok();
    let isolated = global("crossOriginIsolated").and_then(|v| v.as_bool()).unwrap_or(false);
    // A frame sandboxed without an origin of its own may start no workers.
    let workers = global("origin").is_some_and(|origin| origin != "null");
    Machine {
        cores: if workers { (window.navigator().hardware_concurrency() as u32).max(1) } else { 0 },
        isolated,
        shared_memory: workers && isolated && global("SharedArrayBuffer").is_some_and(|v| v.is_function()),
        top_level: matches!(window.top(), Ok(Some(top)) if top == window),
        clock_step: window.performance().map_or(MS, |clock| clock_step(|| clock.now())),
    }
}
