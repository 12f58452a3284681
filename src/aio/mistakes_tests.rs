//! The recorded programs notice every mistake that can be put in.
#![allow(clippy::unwrap_used)]

use super::mistakes::{ALL, Mistake, making};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[path = "../../tests/conformance/programs/mod.rs"]
#[allow(dead_code, missing_docs)] // the test target uses the rest
mod programs;

use programs::corpus::{self, GENERATED, Recorded, WRITTEN};
use programs::interpret;

/// Fewest programs that have to notice a mistake.
const FEWEST: usize = 3;

fn recorded() -> Vec<Recorded> {
    let mut all = corpus::read(WRITTEN).unwrap();
    all.extend(corpus::read(GENERATED).unwrap());
    all
}

/// How many programs run otherwise than in CPython while the mistake is made. A panic is otherwise, too.
fn noticing(all: &[Recorded], mistake: Option<Mistake>) -> usize {
    let same = |one: &&Recorded| {
        let ours = catch_unwind(AssertUnwindSafe(|| making(mistake, || interpret::run(&one.program))));
        ours.is_ok_and(|ours| ours == one.log)
    };
    all.len() - all.iter().filter(same).count()
}

#[test]
fn without_a_mistake_programs_run_as_cpython_runs_them() {
    assert_eq!(noticing(&recorded(), None), 0);
}

#[test]
fn every_mistake_is_noticed() {
    let all = recorded();
    let counts: Vec<(Mistake, usize)> = ALL.iter().map(|mistake| (*mistake, noticing(&all, Some(*mistake)))).collect();
    for (mistake, count) in &counts {
        println!("{count:5} of {} programs notice {mistake:?}", all.len());
    }
    let unnoticed: Vec<_> = counts.iter().filter(|(_, count)| *count < FEWEST).collect();
    assert!(unnoticed.is_empty(), "noticed by fewer than {FEWEST} programs: {unnoticed:?}");
}
