//! How a task ends that is cancelled, and what a stop does while its clean-up is awaited.
#![allow(clippy::unwrap_used)]
use super::super::testing::{holds, holds_anywhere, holds_everywhere, stopped_at};
use super::*;
use crate::model::MS;

fn came_to(link: &str, variant: &str) -> (String, u64, u64, u64) {
    let report = holds(&SCENARIO, link);
    let (run, outcome) = report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
    let seen = Seen::of(outcome).unwrap();
    (outcome.value.clone(), run.elapsed / MS, seen.before, seen.after)
}

#[test]
fn claims_hold_at_every_end_and_in_between() {
    holds_everywhere(&SCENARIO);
    holds_anywhere(&SCENARIO);
}

#[test]
fn the_figures() {
    // As in CPython: three steps of 0.3 s, the fourth is cancelled.
    assert_eq!(came_to("", PASSED_ON), ("cancelled".to_owned(), 1_300, 3, 0));
    assert_eq!(came_to("", SWALLOWED), ("finished".to_owned(), 3_100, 3, 6));
    for variant in VARIANTS {
        let (ended, ..) = came_to("cancel-after=3500&clean-up=1000", variant);
        assert_eq!(ended, "cancelled", "{variant}: in its clean-up nobody swallows it");
        assert_eq!(came_to("cancel-after=4000", variant), ("finished".to_owned(), 4_000, 10, 0));
    }
    assert_eq!(came_to("cancel-after=0", PASSED_ON), ("cancelled".to_owned(), 300, 0, 0));
}

#[test]
fn a_task_that_ends_in_the_other_way_is_found_out() {
    let mut report = holds(&SCENARIO, "");
    let (first, second) = report.cells.split_at_mut(1);
    std::mem::swap(&mut first[0].runs, &mut second[0].runs);
    assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 6);
}

#[test]
fn a_stop_during_the_clean_up_is_not_taken_for_the_tasks_cancellation() {
    for (variant, at) in [(PASSED_ON, 1_150), (SWALLOWED, 1_150), (SWALLOWED, 4_000)] {
        let ended = stopped_at(&SCENARIO, "clean-up=5000", variant, at * MS);
        assert!(ended.as_ref().is_err_and(Exception::is_cancelled), "{variant} at {at}: {ended:?}");
    }
}
