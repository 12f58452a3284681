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
use crate::model::{LaneIndex, LaneKind, Mark, State, Trace, What};

/// The trace without the loop's own lane, which sleeps whenever nothing is ready.
pub fn tasks_only(trace: &Trace) -> Trace {
    let lanes = trace.lanes.iter().filter(|lane| lane.kind == LaneKind::Task).cloned().collect();
    Trace { lanes, ..trace.clone() }
}

/// The most tasks that can have been in `state` at one moment, for claims that so many were: by the order of the records, in which a
/// task that changes its state several times at one reading of a coarse clock has a single record, at the place of the first.
pub fn most_in(trace: &Trace, state: State) -> usize {
    let index = LaneIndex::of(trace);
    let is_task: Vec<bool> = trace.lanes.iter().map(|lane| lane.kind == LaneKind::Task).collect();
    let mut inside = vec![false; trace.lanes.len()];
    let (mut now, mut most) = (0_usize, 0);
    for record in &trace.records {
        let (What::Enter(next), Some(lane)) = (record.what, index.get(record.lane)) else { continue };
        let was = std::mem::replace(&mut inside[lane], is_task[lane] && next == state);
        now = now + usize::from(inside[lane]) - usize::from(was);
        most = most.max(now);
    }
    most
}

/// The most tasks that must have been in `state` at one moment, for claims that there were no more: what ends and what begins at one
/// reading of the clock counts once.
pub fn surely_in(trace: &Trace, state: State) -> usize {
    tasks_only(trace).peak(state)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Lane, Record};

    /// After a stall, on a clock of whole milliseconds, a task can begin to sleep at the reading at which another one wakes up.
    #[test]
    fn what_a_coarse_clock_cannot_tell_apart_is_counted_for_the_claim() {
        let enter = |lane, state, at| Record { at, lane, what: What::Enter(state), arg: 0 };
        let (first, second) = (enter(0, State::Sleeping, 0), enter(1, State::Sleeping, 5));
        let wakes = enter(0, State::Running, 5);
        let lanes = (0..2).map(|id| Lane { id, kind: LaneKind::Task, name: String::new() }).collect();
        let mut trace = Trace { lanes, records: vec![first, second, wakes], end: 9, ..Trace::default() };
        assert_eq!(most_in(&trace, State::Sleeping), 2);
        assert_eq!(surely_in(&trace, State::Sleeping), 1, "it may have woken up before");
        trace.records.swap(1, 2);
        assert_eq!(most_in(&trace, State::Sleeping), 1);
        trace.records[2].at = 4;
        assert_eq!(surely_in(&trace, State::Sleeping), 2);
    }
}
