//! Chapter A: waiting together on one event loop.

lessons![
    first_await,
    prices,
    fan_out,
    background_task,
    task_group,
    first_failure,
    exception_group,
    wait,
    as_completed,
    fallback,
    semaphore
];

pub mod endings;
pub mod lateness;
#[cfg(test)]
pub(crate) mod testing;

use crate::aio::Exception;
use crate::model::{LaneKind, Trace};

/// The trace without the loop's own lane, which sleeps whenever nothing is ready.
pub fn tasks_only(trace: &Trace) -> Trace {
    let lanes = trace.lanes.iter().filter(|lane| lane.kind == LaneKind::Task).cloned().collect();
    Trace { lanes, ..trace.clone() }
}

/// What a program's own handlers may catch of `result`: a cancellation passes through, as it does with `except Exception`.
///
/// # Errors
/// `CancelledError`.
pub fn caught<T>(result: Result<T, Exception>) -> Result<Option<Exception>, Exception> {
    match result {
        Err(exception) if exception.is_cancelled() => Err(exception),
        result => Ok(result.err()),
    }
}
