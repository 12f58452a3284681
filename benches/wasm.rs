//! The wasm contender: the same bodies in a worker, built like the engine; `worker.js` calls and times it.

mod bodies;
mod engine_parts;
mod real_loop;

use std::sync::atomic::AtomicU32;
use wasm_bindgen::prelude::wasm_bindgen;

pub use wasm_bindgen_rayon::init_thread_pool;

/// Computes the body with this name on one thread, or on all of the pool's; its check.
#[wasm_bindgen]
pub fn compute(name: &str, threads: usize) -> f64 {
    let Some(body) = bodies::find(name) else { return 0.0 };
    let next = AtomicU32::new(0);
    if threads <= 1 {
        return body.share(&next) as f64;
    }
    let share = |who: rayon::BroadcastContext<'_>| if who.index() < threads { body.share(&next) } else { 0 };
    rayon::broadcast(share).into_iter().fold(0, u64::wrapping_add) as f64
}

fn main() {}
