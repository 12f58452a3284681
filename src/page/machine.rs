//! What the reader's browser can do, found out without starting anything.

use crate::model::{MS, Machine, Nanos};
use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::Window;

/// The longest that measuring the clock may take, in milliseconds; steps above that (none is known) count as that.
const LONGEST: f64 = 8.0;
/// Steps to see before the smallest is believed.
const STEPS: u32 = 12;

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
        clock_step: clock_step(&window),
    }
}

/// The smallest step of the clock among the first few seen.
fn clock_step(window: &Window) -> Nanos {
    let Some(clock) = window.performance() else { return MS };
    let (began, mut last, mut least, mut seen) = (clock.now(), clock.now(), LONGEST, 0);
    while seen < STEPS && last - began < LONGEST {
        let now = clock.now();
        if now > last {
            least = least.min(now - last);
            last = now;
            seen += 1;
        }
    }
    (least * MS as f64) as Nanos
}
