//! What a blocking call does to the heart, and what it is too short for.
#![allow(clippy::unwrap_used)]
use super::super::testing::{ends_when_stopped, holds, holds_anywhere, holds_everywhere, stopped_at};
use super::*;
use crate::model::MS;

fn of(report: &Report, variant: &str) -> (Nanos, Seen) {
    let (run, outcome) = report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
    assert_eq!(outcome.value, format!("calls done: {}", report.spec.values.count("calls")));
    (run.elapsed, seen(&run.trace).unwrap())
}

#[test]
fn claims_hold_at_every_end() {
    holds_everywhere(&SCENARIO);
}

#[test]
fn claims_hold_in_between_and_a_stop_ends_it() {
    holds_anywhere(&SCENARIO);
    ends_when_stopped(&SCENARIO);
}

#[test]
fn the_heart_stops_only_while_the_loop_is_blocked() {
    let report = holds(&SCENARIO, "work=600");
    let (elapsed, seen) = of(&report, BLOCKING);
    assert_eq!((elapsed, seen.calls, seen.busy), (2_200 * MS, 1_800 * MS, 1_800 * MS));
    assert_eq!((seen.pause, seen.beats), (1_800 * MS, 8), "one beat came late, others not at all");
    for variant in [AWAIT, THREAD] {
        let (elapsed, seen) = of(&report, variant);
        assert_eq!((elapsed, seen.calls, seen.asleep), (1_000 * MS, 600 * MS, 3), "{variant}");
        assert_eq!((seen.pause, seen.beats), (50 * MS, 19), "{variant}");
    }
}

#[test]
fn a_long_block_is_cut_short() {
    let (_, seen) = of(&holds(&SCENARIO, ""), BLOCKING);
    assert!(seen.calls <= Cx::MOST_BLOCKED && seen.calls + MS > Cx::MOST_BLOCKED, "{}", seen.calls);
}

#[test]
fn a_heart_that_did_not_stop_is_found_out() {
    let mut report = holds(&SCENARIO, "");
    let steady = report.cell(Model::Asyncio, AWAIT).unwrap().runs.clone();
    report.cells[0].runs = steady;
    assert!(claims(&report).iter().filter(|claim| !claim.ok).count() >= 2);
}

#[test]
fn of_a_block_shorter_than_a_beat_nothing_is_claimed() {
    let told = |link| {
        let report = holds(&SCENARIO, link);
        let claimed = claims(&report).iter().any(|claim| claim.text.contains("the heart **stops**"));
        (claimed, explain(&report)[0].clone())
    };
    let (claimed, text) = told("calls=1&work=10&beat=500");
    assert!(!claimed && text.contains("shorter than a beat") && !text.contains("came late"), "{text}");
    let (claimed, text) = told("calls=1&work=60&beat=50");
    assert!(!claimed && text.contains("shorter than two beats") && !text.contains("came late"), "{text}");
    let (claimed, text) = told("calls=2&work=50&beat=50");
    assert!(claimed && text.contains("came late"), "{text}");
}

#[test]
fn a_stop_at_the_very_end_is_not_taken_for_the_hearts() {
    let ended = stopped_at(&SCENARIO, "", AWAIT, 2_400 * MS);
    assert!(ended.as_ref().is_err_and(Exception::is_cancelled), "{ended:?}");
}
