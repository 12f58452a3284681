//! The bursts of the naive limiter and the pace of the reserving one, to the call.
#![allow(clippy::unwrap_used)]
use super::super::testing::{holds, holds_anywhere, holds_everywhere};
use super::*;

fn of<'a>(report: &'a Report, variant: &str) -> &'a Run {
    report.cell(Model::Asyncio, variant).unwrap().last().unwrap().0
}

#[test]
fn claims_hold_at_every_end_and_in_between() {
    holds_everywhere(&SCENARIO);
    holds_anywhere(&SCENARIO);
    for link in ["rate=50&speed=10", "at-once=3&rate=3", "calls=200&at-once=50&rate=50", "at-once=2&work=0"] {
        holds(&SCENARIO, link);
    }
}

#[test]
fn the_figures_of_the_defaults() {
    let report = holds(&SCENARIO, "");
    let naive = of(&report, NAIVE);
    // As in CPython: five together, once in a wait and a call of 100 ms each.
    assert_eq!((naive.elapsed, most_within(&naive.trace, SECOND)), (2 * SECOND, 25));
    let reserving = of(&report, RESERVING);
    assert_eq!((reserving.elapsed, most_within(&reserving.trace, SECOND)), (5 * SECOND, 10));
    let even: Vec<Nanos> = (0..50).map(|call| call * 100 * MS).collect();
    assert_eq!(began(&reserving.trace), even);
    assert_eq!(claims(&report).len(), 7);
}

#[test]
fn one_task_alone_needs_no_reservation() {
    let report = holds(&SCENARIO, "at-once=1");
    assert_eq!(began(&of(&report, NAIVE).trace), began(&of(&report, RESERVING).trace));
}

#[test]
fn a_limiter_that_lets_too_many_through_is_found_out() {
    let mut report = holds(&SCENARIO, "");
    report.cells.rotate_left(1);
    let (first, second) = report.cells.split_at_mut(1);
    std::mem::swap(&mut first[0].runs, &mut second[0].runs);
    assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 5);
}
