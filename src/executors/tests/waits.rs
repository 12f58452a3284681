//! Jobs that wait before they compute, under every model.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::super::{Burst, Order};
use super::{drive, order, plan, processes, timed};
use crate::kernels::{Primes, after, waiting};
use crate::model::{Failure, LaneKind, MS, Model, Outcome, Plan, Record, SECOND, State, Trace, What};
use crate::scenarios::{Jobs, Program, find};
use std::collections::BTreeSet;

/// Four jobs that wait and then count the primes below 1,000.
fn waits(model: Model, split: fn(&Plan) -> Vec<Vec<u8>>) -> Order {
    let merge: fn(&Plan, &[Vec<u8>]) -> Result<Outcome, Failure> = |_, results| {
        let sum: Result<u64, Failure> = results.iter().map(|result| Primes::count(result)).sum();
        Ok(Outcome::new(sum?.to_string()))
    };
    let order = order(plan("primes", model, "", "workers=4"));
    Order { program: Program::Jobs(Some(Jobs { split, merge })), kernel: Some(|p| after(p, Primes::kernel)), ..order }
}

/// The trace without an event loop's own lane, which sleeps whenever nothing is ready.
fn of_jobs(trace: &Trace) -> Trace {
    let lanes = trace.lanes.iter().filter(|lane| lane.kind != LaneKind::Loop).cloned().collect();
    Trace { lanes, ..trace.clone() }
}

const LOCAL: [Model; 4] = [Model::Sequential, Model::Asyncio, Model::Threads, Model::FreeThreads];

#[test]
fn a_job_waits_first_and_computes_then() {
    for model in [&LOCAL[..], &[Model::Processes]].concat() {
        let order = waits(model, |_| vec![waiting(20 * MS, Primes::payload(2, 1_000)); 4]);
        let (end, trace) = if model == Model::Processes { processes::run(order) } else { drive(order, |_| ()) };
        let Burst::Done { outcome, elapsed } = end else { panic!("{model:?}: {end:?}") };
        assert_eq!(outcome.value, (4 * 168).to_string(), "{model:?}");
        let trace = of_jobs(&trace);
        let (slept, least) = (trace.total(State::Sleeping), if model == Model::Sequential { 80 } else { 20 });
        assert!(slept >= 80 * MS && elapsed >= least * MS, "{model:?}: slept {slept} ns of {elapsed}");
        assert!(trace.total(State::Running) > 0, "{model:?}");
    }
}

#[test]
fn waits_pass_together_without_the_gil_and_stop_ends_them() {
    for model in LOCAL {
        let order = waits(model, |_| vec![waiting(3_600 * SECOND, Primes::payload(2, 1_000)); 4]);
        let (stop, least) = (order.stop.clone(), if model == Model::Sequential { 1 } else { 4 });
        // Were only one of them allowed to sleep at a time, this would take four hours.
        let (end, _) = drive(order, |trace| {
            let jobs: BTreeSet<u32> = of_jobs(trace).lanes.iter().map(|lane| lane.id).collect();
            let sleeps = |r: &&Record| r.what == What::Enter(State::Sleeping) && jobs.contains(&r.lane);
            let asleep: BTreeSet<u32> = trace.records.iter().filter(sleeps).map(|r| r.lane).collect();
            if asleep.len() >= least {
                stop.raise();
            }
        });
        assert_eq!(end, Burst::Stopped, "{model:?}");
    }
}

#[test]
fn waits_of_jobs_are_divided_by_the_speed_once() {
    let jobs =
        ["gil-io&wait=100", "batches&wait=100", "thread-pool&from=100&to=100", "pick-a-model&wait=100&compute=1"];
    for link in jobs {
        let (id, values) = link.split_once('&').unwrap();
        let offered = |model: &Model| matches!(find(id).unwrap().program(*model, ""), Some(Program::Jobs(_)));
        for model in LOCAL.into_iter().filter(offered) {
            let (_, elapsed, _) = timed(plan(id, model, "", &format!("{values}&speed=10")));
            assert!(elapsed >= 10 * MS, "{id} {model:?}: waits of 10 ms were over after {elapsed} ns");
        }
    }
}
