//! The worker side: coordinator, thread pool and isolated processes. It starts nothing by itself: the scripts in
//! www/engine/ call what is exported here.
//!
//! Nothing here awaits a future: with atomics every pending future costs a promise of its own, so work is driven by
//! turns of a message channel instead.

pub mod activity;
pub mod child;
pub mod clock;
pub mod coordinator;
pub mod event_loop;
pub mod executor;
pub mod export;
pub mod faults;
pub mod guest;
pub mod job_run;
pub mod local;
pub mod looping;
pub mod mail;
pub mod multiprocessing;
pub mod outbox;
pub mod process;
pub mod processes;
pub mod rehearsal;
pub mod threads;
pub mod turns;
pub mod warm_up;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

/// Makes this instance the coordinator; `script` is the address of the script that processes start from.
///
/// # Errors
/// What the browser says when it has no message channels.
#[wasm_bindgen]
pub fn start_coordinator(script: String) -> Result<(), JsValue> {
    coordinator::start(script)
}

/// Makes this instance a process.
///
/// # Errors
/// What the browser says when it has no message channels.
#[wasm_bindgen]
pub fn start_process() -> Result<(), JsValue> {
    process::start()
}
