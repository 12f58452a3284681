//! Chapter A: waiting together on one event loop.

lessons![prices, fallback, semaphore, http, files, database, faster_loop];

pub mod figures;
pub mod lateness;
#[cfg(test)]
pub(crate) mod testing;

use crate::model::{LaneKind, Trace};

/// The trace without the loop's own lane, which sleeps whenever nothing is ready.
pub fn tasks_only(trace: &Trace) -> Trace {
    let lanes = trace.lanes.iter().filter(|lane| lane.kind == LaneKind::Task).cloned().collect();
    Trace { lanes, ..trace.clone() }
}
