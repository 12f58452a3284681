//! What lessons about jobs that wait read from traces: how many waited at once, and when all must be over.

use super::name;
use crate::model::{Claim, LaneKind, MS, Model, Nanos, Report, State, Trace};

/// When all jobs are over, if each of `workers` takes the next one as soon as it is free, and nothing takes any time but waits.
/// No lateness makes that sooner: jobs begin in the same order, each no earlier than before (Graham's anomalies need jobs that wait
/// for others).
pub fn makespan(waits: &[Nanos], workers: u64) -> Nanos {
    let mut free = vec![0; workers.max(1) as usize];
    for wait in waits {
        if let Some(first) = free.iter_mut().min() {
            *first += wait;
        }
    }
    free.into_iter().max().unwrap_or(0)
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
    }

    #[test]
    fn nobody_who_is_late_makes_the_end_sooner() {
        let mut rng = crate::model::rng::Rng::new(1, 0);
        let mut below = |n| Nanos::from(rng.below(n));
        for _ in 0..2_000 {
            let workers = 1 + below(5);
            let waits: Vec<Nanos> = (0..below(30)).map(|_| below(20)).collect();
            let late: Vec<Nanos> = waits.iter().map(|wait| wait + below(3) * below(9)).collect();
            assert!(makespan(&late, workers) >= makespan(&waits, workers), "{waits:?} {late:?} {workers}");
        }
    }
}
