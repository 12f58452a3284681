//! The sleeper and the spinner on the machine's own threads, and runs that went wrong.
#![allow(clippy::unwrap_used)]
use super::*;
use crate::model::{Mark, RunEnd, State, What};
use crate::scenarios::threads::testing::{holds, holds_everywhere, report};

#[test]
fn claims_hold_at_every_end() {
    holds_everywhere(&SCENARIO);
}

#[test]
fn each_wake_up_waits_a_whole_interval_and_no_two_compute_at_once() {
    let report = holds(&SCENARIO, "time=300");
    for (id, interval, _) in WAYS {
        let (run, outcome) = report.cell(Model::Threads, id).unwrap().last().unwrap();
        let sleeper = of(&run.trace, SLEEPER);
        let asked = u64::from(sleeper.hand_overs.saturating_sub(OTHERS));
        assert!(outcome.figure("wakes") > Some(0.0) && sleeper.wanted >= asked * interval, "{id}: {sleeper:?}");
        assert_eq!(run.trace.peak(State::Running), 1, "{id}");
    }
}

#[test]
fn a_spinner_that_never_gave_way_is_found_out_in_whichever_run() {
    let report = holds(&SCENARIO, "time=100");
    for repeat in [0, 1] {
        let mut report = report.clone();
        for cell in &mut report.cells {
            cell.runs[repeat].trace.records.retain(|r| r.what != What::Instant(Mark::Forced));
        }
        assert_eq!(claims(&report).iter().filter(|c| !c.ok && !c.timed).count(), 3, "run {repeat}");
    }
}

#[test]
fn of_a_few_hand_overs_nothing_is_said() {
    let report = report(&SCENARIO, "time=100&nap=10000");
    assert!(claims(&report).iter().all(|claim| claim.timed && !claim.text.contains("hand-overs")));
}

#[test]
fn hand_overs_that_are_not_there_and_back_are_found_out() {
    let there_and_back = |all| Hands { forced: 180, taken: 180, all, wakes: 180, lasted: SECOND }.there_and_back();
    assert_eq!([180, 360, 540].map(there_and_back), [false, true, false]);
}

#[test]
fn a_short_nap_may_cost_more_than_itself() {
    let mut report = report(&SCENARIO, "time=100&nap=100");
    report.cells.retain(|cell| cell.model == Model::FreeThreads);
    let mut judged = |rate: f64| {
        for run in report.cells.iter_mut().flat_map(|cell| &mut cell.runs) {
            run.end = RunEnd::Finished(Outcome::new("5 ms").with("rate", rate));
        }
        claims(&report).iter().all(|claim| claim.ok)
    };
    // 110 µs more than the nap, and a millisecond more.
    assert_eq!([4_760.0, 900.0].map(&mut judged), [true, false]);
}
