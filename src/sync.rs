//! What blocking primitives are made of: std's here; tests compile the primitives on another scheduler's in its place.

pub(crate) use std::sync::{Condvar, Mutex, MutexGuard, atomic};

use std::sync::PoisonError;
use std::time::Duration;

/// Locks `mutex`. A thread that panicked ends its whole run, so what it left behind is never computed with.
pub(crate) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for `signal` or so many nanoseconds; `true` when the time was over. `_limit` says that somebody counts on that end:
/// the time is a limit and not only a moment to look whether the run was stopped.
///
/// Only a length of time is used: wasm has no `Instant`.
pub(crate) fn wait<'a, T>(
    signal: &Condvar,
    guard: MutexGuard<'a, T>,
    nanos: u64,
    _limit: bool,
) -> (MutexGuard<'a, T>, bool) {
    let (guard, how) = signal.wait_timeout(guard, Duration::from_nanos(nanos)).unwrap_or_else(PoisonError::into_inner);
    (guard, how.timed_out())
}

/// Tells the core that this is a loop that waits for another.
#[inline]
pub(crate) fn spin_loop() {
    std::hint::spin_loop();
}
