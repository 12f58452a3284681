//! Time as a plain number, the clock port, and the flag that asks a run to end.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Nanoseconds; a moment is counted from the beginning of its run.
pub type Nanos = u64;
/// One microsecond.
pub const US: Nanos = 1_000;
/// One millisecond.
pub const MS: Nanos = 1_000_000;
/// One second.
pub const SECOND: Nanos = 1_000_000_000;

/// Where the time comes from: the browser's clock, the machine's, or a virtual one in tests.
pub trait Clock: Send + Sync {
    /// Nanoseconds since the run began; never goes back on one thread.
    fn now(&self) -> Nanos;
}

/// Asks everything in a run to end; looked at between slices.
#[derive(Clone, Debug, Default)]
pub struct StopFlag(Arc<AtomicBool>);

impl StopFlag {
    /// A flag that is not raised.
    pub fn new() -> Self {
        Self::default()
    }

    /// Asks the run to end.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Release);
    }

    /// Whether the run was asked to end.
    pub fn is_raised(&self) -> bool {
        self.0.load(Ordering::Acquire)
    }
}

/// Nanoseconds as milliseconds, for figures shown to people.
pub fn millis(t: Nanos) -> f64 {
    t as f64 / MS as f64
}
