//! The lesson's figures, its pool, and what it says when something is wrong.
#![allow(clippy::unwrap_used)]

use super::super::testing::{holds, holds_everywhere, spec};
use super::*;
use crate::aio::virtual_time::{self, Ran};
use crate::aio::world::World;
use crate::model::{MS, RunEnd, wire};
use std::cell::RefCell;

#[test]
fn claims_hold_at_every_end() {
    holds_everywhere(&SCENARIO);
}

#[test]
fn the_figures_of_the_defaults() {
    let report = holds(&SCENARIO, "");
    let of = |variant| report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
    for (variant, opened) in [(EACH, 20.0), (ONE, 5.0)] {
        let (run, outcome) = of(variant);
        assert_eq!(outcome.value, "199 rows, 12482.62 in all");
        assert_eq!((outcome.figure("opened"), outcome.figure("right")), (Some(opened), Some(199.0)));
        assert_eq!(run.trace.objects, ["pool"]);
    }
    let (run, _) = of(EACH);
    assert_eq!(super::super::surely_in(&run.trace, State::Sleeping), 20);
    assert_eq!(run.trace.spans().iter().filter(|span| span.state == State::Blocked).count(), 180);
    assert!(of(ONE).0.elapsed < run.elapsed);
}

type Changed = Option<Result<Vec<u8>, Exception>>;

/// Runs the defaults in a world whose answers are changed; what came out, and the database's operations.
fn in_world(variant: &str, change: fn(&DatabaseOp) -> Changed) -> (Ran, Vec<DatabaseOp>) {
    let plan = Rc::new(spec(&SCENARIO, "").plan(Model::Asyncio, variant, 0));
    let (world, asked) = (World::default(), Rc::new(RefCell::new(Vec::new())));
    let seen = asked.clone();
    let work: virtual_time::Work = Box::new(move |operation| {
        let Operation::Database(asked) = &operation else { return world.answer(operation) };
        seen.borrow_mut().push(asked.clone());
        change(asked).map_or_else(|| world.answer(operation), |answer| (answer, MS))
    });
    let ran = virtual_time::run(1, work, |cx| run(cx, plan));
    (ran, asked.take())
}

#[test]
fn connections_are_opened_when_they_are_needed_and_used_again() {
    let (ran, asked) = in_world(EACH, |_| None);
    assert!(ran.result.is_ok());
    let connects = asked.iter().filter(|op| **op == DatabaseOp::Connect).count();
    let transactions = asked.iter().filter(|op| matches!(op, DatabaseOp::Transact { .. })).count();
    assert_eq!((connects, transactions), (20, 205));
    assert_eq!((asked.first(), asked.last()), (Some(&DatabaseOp::Create), Some(&DatabaseOp::Delete)));
}

#[test]
fn the_database_is_deleted_when_a_transaction_fails() {
    let (ran, asked) = in_world(EACH, |asked| match asked {
        DatabaseOp::Transact { steps, .. } if steps[0] == insert(7) => {
            Some(Err(Exception::new("OSError", "QuotaExceededError")))
        }
        _ => None,
    });
    assert_eq!(ran.result.unwrap_err().message, "QuotaExceededError");
    assert!(asked.contains(&DatabaseOp::Delete));
}

#[test]
fn a_wrong_row_and_a_stand_in_are_told() {
    let (ran, _) = in_world(ONE, |asked| match asked {
        DatabaseOp::Create => Some(Ok(wire::encode(&Place::Memory("none here".to_owned())).unwrap())),
        DatabaseOp::Transact { steps, .. } => {
            let rows = (2..200).map(|id| price(id).to_string());
            let mut found = vec![Vec::new(); steps.len()];
            found[200] = (1..=100).map(|id| price(id).to_string()).collect();
            found[201] = vec![price(100).to_string()];
            found[204] = std::iter::once(price(1).to_string()).chain(rows).collect(); // the change is missing
            Some(Ok(wire::encode(&found).unwrap()))
        }
        _ => None,
    });
    let outcome = ran.result.unwrap();
    assert_eq!((outcome.figure("right"), outcome.figure("all right")), (Some(198.0), Some(0.0)));
    let mut report = holds(&SCENARIO, "");
    report.cells[1].runs[0].end = RunEnd::Finished(outcome);
    assert!(!claims(&report)[0].ok);
    assert!(explain(&report).join("").contains("(none here). **Memory stood in**"));
}
