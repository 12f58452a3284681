//! Chapter A: waiting together on one event loop.

lessons![
    prices,
    fallback,
    semaphore,
    timeout,
    retry,
    rate_limit,
    cancel,
    async_lock,
    worker_queue,
    backpressure,
    shutdown
];

pub mod lateness;
#[cfg(test)]
pub(crate) mod testing;

use crate::model::{LaneKind, Mark, Trace, What};

/// The trace without the loop's own lane, which sleeps whenever nothing is ready.
pub fn tasks_only(trace: &Trace) -> Trace {
    let lanes = trace.lanes.iter().filter(|lane| lane.kind == LaneKind::Task).cloned().collect();
    Trace { lanes, ..trace.clone() }
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
