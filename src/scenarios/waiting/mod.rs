//! Chapter A: waiting together on one event loop.

lessons![
    first_await,
    prices,
    fan_out,
    background_task,
    unawaited,
    task_group,
    first_failure,
    exception_group,
    wait,
    as_completed,
    timeout,
    fallback,
    retry,
    semaphore,
    rate_limit,
    worker_queue,
    backpressure,
    async_with,
    async_for,
    price_service,
    shutdown,
    cancel,
    loop_lab,
    blocking,
    many_tasks,
    faster_loop,
    async_lock,
    http,
    files,
    database
];

pub mod endings;
pub mod figures;
pub mod lateness;
#[cfg(test)]
pub(crate) mod testing;

use crate::aio::Exception;
use crate::model::{LaneKind, Mark, Trace, What};

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

/// The most tasks that held the lock or semaphore with this number at one moment.
pub fn most_inside(trace: &Trace, object: u32) -> usize {
    let (mut inside, mut most) = (0_usize, 0);
    for record in trace.records.iter().filter(|record| record.arg == object) {
        match record.what {
            What::Instant(Mark::Acquired) => inside += 1,
            What::Instant(Mark::Released) => inside = inside.saturating_sub(1),
            _ => {}
        }
        most = most.max(inside);
    }
    most
}
