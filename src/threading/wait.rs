//! Waiting in small steps, so that no thread sleeps through a request to end.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::model::{MS, Nanos};

/// The longest a thread sleeps before it looks at the stop flag again.
pub(super) const STEP: Nanos = 20 * MS;

/// Locks `mutex`. A thread that panicked ends its whole run, so what it left behind is never computed with.
pub(super) fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Waits for `signal`, `time` or [`STEP`], whichever is first; `true` when it was not the signal.
///
/// Only a length of time is used: wasm has no `Instant`.
pub(super) fn wait<'a, T>(signal: &Condvar, guard: MutexGuard<'a, T>, time: Nanos) -> (MutexGuard<'a, T>, bool) {
    let (guard, how) =
        signal.wait_timeout(guard, Duration::from_nanos(time.min(STEP))).unwrap_or_else(PoisonError::into_inner);
    (guard, how.timed_out())
}
