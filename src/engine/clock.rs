//! The clock port over the browser's clock: one time base for all workers of a run.

use crate::model::{Clock, MS, Nanos};
use js_sys::Reflect;
use std::sync::atomic::{AtomicU64, Ordering};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Performance;

thread_local! {
    /// This worker's clock and its origin in milliseconds; looking them up costs more than reading them.
    static PERFORMANCE: Option<(Performance, f64)> = {
        let found = Reflect::get(&js_sys::global(), &JsValue::from_str("performance")).ok();
        found.and_then(|p| p.dyn_into::<Performance>().ok()).map(|p| { let origin = p.time_origin(); (p, origin) })
    };
}

/// Milliseconds of `performance.timeOrigin + performance.now()`: the same moment gives the same number in every worker.
pub fn wall_ms() -> f64 {
    PERFORMANCE.with(|p| p.as_ref().map_or(0.0, |(clock, origin)| origin + clock.now()))
}

/// Counts from a moment that all workers of a run agree on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BrowserClock {
    epoch_ms: f64,
}

impl BrowserClock {
    /// A clock whose moment 0 is now.
    pub fn start() -> Self {
        Self { epoch_ms: wall_ms() }
    }

    /// A clock whose moment 0 is `epoch_ms` of [`wall_ms`].
    pub fn since(epoch_ms: f64) -> Self {
        Self { epoch_ms }
    }

    /// The moment that a time stamp of this worker's `performance` stands for, given in its milliseconds.
    pub fn moment(self, ms: f64) -> Nanos {
        // The origins are subtracted first: their difference is small, so no digits of `ms` are lost.
        let since = PERFORMANCE.with(|p| p.as_ref().map_or(0.0, |(_, origin)| origin - self.epoch_ms)) + ms;
        (since.max(0.0) * MS as f64) as Nanos
    }

    /// Moment 0, for others that count from it.
    pub fn epoch_ms(self) -> f64 {
        self.epoch_ms
    }
}

impl Clock for BrowserClock {
    fn now(&self) -> Nanos {
        self.moment(PERFORMANCE.with(|p| p.as_ref().map_or(0.0, |(clock, _)| clock.now())))
    }
}

/// The clock of threads that share a memory: what one thread has read, no thread reads less of afterwards.
///
/// Browsers round each worker's clock on its own, so two workers can read one moment up to a step apart (20 µs and more).
/// Unmended, a thread would seem to take a lock before the other had given it back.
#[derive(Debug)]
pub struct SharedClock {
    clock: BrowserClock,
    latest: AtomicU64,
}

impl SharedClock {
    /// Reads `clock` for all threads of a run.
    pub fn new(clock: BrowserClock) -> Self {
        Self { clock, latest: AtomicU64::new(0) }
    }
}

impl Clock for SharedClock {
    fn now(&self) -> Nanos {
        let read = self.clock.now();
        read.max(self.latest.fetch_max(read, Ordering::AcqRel))
    }
}
