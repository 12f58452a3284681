//! How and in which order the tasks of a run ended, read from its trace.

use super::lateness::{CLOSE, real};
use crate::model::{LaneIndex, LaneKind, Mark, Nanos, Report, Trace, What};

/// The end of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Which task, in the order of creation; 0 is the main task.
    pub task: usize,
    /// [`Mark::Finished`], [`Mark::Failed`] or [`Mark::Cancelled`].
    pub how: Mark,
    /// When.
    pub at: Nanos,
}

/// The ends of a trace's tasks, in the order in which they came.
pub fn endings(trace: &Trace) -> Vec<Ended> {
    let index = LaneIndex::of(trace);
    let mut tasks = 0;
    let numbers: Vec<Option<usize>> = trace
        .lanes
        .iter()
        .map(|lane| {
            let number = (lane.kind == LaneKind::Task).then_some(tasks);
            tasks += usize::from(number.is_some());
            number
        })
        .collect();
    let ended = trace.records.iter().filter_map(|record| {
        let What::Instant(how @ (Mark::Finished | Mark::Failed | Mark::Cancelled)) = record.what else { return None };
        let task = numbers.get(index.get(record.lane)?).copied().flatten()?;
        Some(Ended { task, how, at: record.at })
    });
    ended.collect()
}

/// How many tasks other than the main task ended in this way.
pub fn ended(trace: &Trace, how: Mark) -> usize {
    endings(trace).iter().filter(|ended| ended.task > 0 && ended.how == how).count()
}

/// Whether numbers (from 1) come in the order of their delays. Delays too near to one another to tell on a real clock may
/// come in either order; `None` when that is so of all.
pub fn by_delay(report: &Report, delays: &[Nanos], order: &[usize]) -> Option<bool> {
    let delay = |task: &usize| real(report, task.checked_sub(1).and_then(|i| delays.get(i)).copied().unwrap_or(0));
    let (least, most) = (order.iter().map(delay).min()?, order.iter().map(delay).max()?);
    let mut longest = 0;
    let mut sorted = true;
    for delay in order.iter().map(delay) {
        sorted &= longest < delay + CLOSE;
        longest = longest.max(delay);
    }
    (most - least >= CLOSE).then_some(sorted)
}

/// Numbers as they are read: `3, 1, 2`; of many, the first ones.
pub fn listed(numbers: &[usize]) -> String {
    const MOST: usize = 8;
    let mut text = numbers.iter().take(MOST).map(usize::to_string).collect::<Vec<_>>().join(", ");
    if numbers.len() > MOST {
        text.push_str(", …");
    }
    text
}
