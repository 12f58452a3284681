//! What lessons about jobs that wait read from traces: how many waited at once, and when all must be over.

use super::name;
use crate::model::{Claim, LaneKind, MS, Model, Nanos, Report, State, Trace};

/// When all jobs are over, if each of `workers` takes the next one as soon as it is free, and nothing takes any time but waits.
pub fn makespan(waits: &[Nanos], workers: u64) -> Nanos {
    let mut free = vec![0; workers.max(1) as usize];
    for wait in waits {
        if let Some(first) = free.iter_mut().min() {
            *first += wait;
        }
    }
    free.into_iter().max().unwrap_or(0)
}

/// The earliest that all jobs can be over, whoever takes which: a wait that is late lets another worker take the next job, and what
/// comes of that may be over sooner than [`makespan`] (Graham's anomalies of list scheduling).
pub fn earliest(waits: &[Nanos], workers: u64) -> Nanos {
    let longest = waits.iter().copied().max().unwrap_or(0);
    waits.iter().sum::<Nanos>().div_ceil(workers.max(1)).max(longest)
}

/// The most jobs that waited at one moment; an event loop's own lane, which sleeps whenever nothing is ready, does not count.
pub fn asleep(trace: &Trace) -> u64 {
    let lanes = trace.lanes.iter().filter(|lane| lane.kind != LaneKind::Loop).cloned().collect();
    Trace { lanes, ..trace.clone() }.peak(State::Sleeping) as u64
}

/// The claim that never more than `most` jobs waited at one moment; what was seen at once is the figure.
pub fn never_more(report: &Report, model: Model, variant: &str, most: u64) -> Option<Claim> {
    let cell = report.cell(model, variant)?;
    let seen: Vec<u64> = cell.finished().map(|(run, _)| asleep(&run.trace)).collect();
    let (least, greatest) = (seen.iter().min()?, seen.iter().max()?);
    let text = format!(
        "With {}, never more than **{most}** {} at once",
        name(model),
        if most == 1 { "waits" } else { "wait" }
    );
    Some(Claim::new(text, *greatest <= most && *least > 0, format!("at most {greatest} at once")))
}

/// The shortest wait during which all others are sure to have begun theirs, on a slow machine too.
const TOGETHER: Nanos = 50 * MS;

/// The claim that `all` jobs really waited at one moment, in every run: a time within its slack may also be that of waits one after
/// another. None where one waits alone, or where the shortest wait (as it really passes) is over before the last has begun.
pub fn at_once(report: &Report, model: Model, variant: &str, all: u64, shortest: Nanos) -> Option<Claim> {
    if all < 2 || shortest < TOGETHER {
        return None;
    }
    let cell = report.cell(model, variant)?;
    let least = cell.finished().map(|(run, _)| asleep(&run.trace)).min()?;
    let text = format!("With {}, **{all}** wait at the same moment", name(model));
    Some(Claim::new(text, least >= all, format!("{least} at once")).by_the_clock())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_free_worker_takes_the_next_job() {
        assert_eq!(makespan(&[10; 10], 3), 40);
        assert_eq!(makespan(&[30, 10, 10, 10], 2), 30);
        assert_eq!(makespan(&[10, 10, 10, 30], 2), 40);
        assert_eq!((makespan(&[], 3), makespan(&[5, 7], 0)), (0, 12));
        assert_eq!([earliest(&[10, 10, 10, 30], 2), earliest(&[10; 10], 3), earliest(&[5, 50], 2)], [30, 34, 50]);
        assert_eq!((earliest(&[], 3), earliest(&[5, 7], 0)), (0, 12));
    }
}
