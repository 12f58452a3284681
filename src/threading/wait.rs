//! Waiting in small steps, so that no thread sleeps through a request to end.

use crate::model::{MS, Nanos};
use crate::sync::{Condvar, MutexGuard};

pub(super) use crate::sync::hold;

/// The longest a thread sleeps before it looks whether it is to end.
pub(super) const STEP: Nanos = 20 * MS;

/// Waits for `signal`, `left` or [`STEP`], whichever is first; `true` when it was not the signal. Without `left` there is no
/// limit to the waiting as a whole.
pub(super) fn wait<'a, T>(
    signal: &Condvar,
    guard: MutexGuard<'a, T>,
    left: Option<Nanos>,
) -> (MutexGuard<'a, T>, bool) {
    let time = left.unwrap_or(STEP).min(STEP);
    crate::sync::wait(signal, guard, time, left == Some(time))
}
