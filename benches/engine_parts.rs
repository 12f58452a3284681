//! What only the engine has: the GIL on the pool's threads, and the messages that two processes are started with.

use interleave::engine::clock::{BrowserClock, SharedClock};
use interleave::engine::threads::PoolSpawner;
use interleave::executors::{Burst, LocalRun, ThreadedRun};
use interleave::kernels::Primes;
use interleave::model::wire::{FromProcess, ToProcess, decode, encode};
use interleave::model::{Lane, LaneKind, Model, Plan, StopFlag, Values};
use interleave::scenarios;
use std::sync::Arc;
use wasm_bindgen::prelude::wasm_bindgen;

fn plan(scenario: &str, model: Model, variant: &str) -> Option<Plan> {
    let values = Values::defaults(scenarios::find(scenario)?.params);
    Some(Plan { scenario: scenario.to_owned(), values, model, variant: variant.to_owned(), seed: 1, repeat: 0 })
}

/// Wake-ups a second of the lesson `gil-switch` in this variant, on the threads of the pool; 0 when it did not end well. The
/// worker looks after them every 8 ms, as the coordinator does.
#[wasm_bindgen]
pub fn wake_ups(variant: &str) -> f64 {
    let rate = || {
        let clock = Arc::new(SharedClock::new(BrowserClock::start()));
        let order =
            scenarios::order(plan("gil-switch", Model::Threads, variant)?, clock, StopFlag::new(), None).ok()?;
        let mut run = ThreadedRun::start(order, &PoolSpawner).ok()?;
        let mut records = Vec::new();
        loop {
            match run.burst(0) {
                Burst::Done { outcome, .. } => return outcome.figure("rate"),
                Burst::Wait => std::thread::sleep(std::time::Duration::from_millis(8)),
                _ => return None,
            }
            records.clear();
            run.drain(&mut records);
        }
    };
    rate().unwrap_or(0.0)
}

/// What a process is told to be, and its job: to count the primes below 10.
#[wasm_bindgen]
pub fn process_messages() -> Vec<js_sys::Uint8Array> {
    let Some(plan) = plan("primes", Model::Processes, "") else { return Vec::new() };
    let lane = Lane { id: 1, kind: LaneKind::Process, name: "SpawnProcess-1".to_owned() };
    let epoch_ms = BrowserClock::start().epoch_ms();
    let begin = encode(&ToProcess::Begin { plan, epoch_ms, lane, fault: None });
    let job = encode(&ToProcess::Job { job: 0, payload: Primes::payload(2, 10) });
    [begin, job].iter().flatten().map(|bytes| js_sys::Uint8Array::from(bytes.as_slice())).collect()
}

/// The result in what a process said; -1 when there is none in it.
#[wasm_bindgen]
pub fn answer(bytes: &[u8]) -> f64 {
    match decode(bytes) {
        Ok(FromProcess::Result { result, .. }) => Primes::count(&result).map_or(-1.0, |count| count as f64),
        _ => -1.0,
    }
}
