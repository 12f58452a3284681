//! Jobs on an event loop: by tasks that take turns, and by an executor that the loop hands them to.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::testing::Wall;
use super::*;
use crate::aio::{Exception, Operation, virtual_time};
use crate::model::{LaneKind, Mark, Model, Plan, State, StopFlag, Trace, Values};
use crate::scenarios;
use std::rc::Rc;

fn plan(model: Model, link: &str) -> Plan {
    let scenario = scenarios::find("primes").unwrap();
    let mut values = Values::defaults(scenario.params);
    for (key, value) in link.split('&').filter_map(|pair| pair.split_once('=')) {
        values.set(scenario.params, key, value).unwrap();
    }
    Plan { scenario: scenario.id.to_owned(), values, model, variant: String::new(), seed: 42, repeat: 0 }
}

fn order(link: &str, stop: StopFlag) -> Order {
    scenarios::order(plan(Model::Asyncio, link), Wall::begin(), stop, None).unwrap()
}

#[test]
fn workers_are_tasks_that_take_turns() {
    let order = order("limit=100000&workers=3&chunks=7", StopFlag::new());
    let clock = order.clock.clone();
    let mut run = CooperativeRun::start(order).unwrap();
    let lanes = run.lanes();
    let names: Vec<&str> = lanes.iter().map(|l| l.name.as_str()).collect();
    assert_eq!(names, ["event loop", "Task-1", "Task-2", "Task-3", "Task-4"]);
    assert_eq!(lanes[0].kind, LaneKind::Loop);
    let (mut trace, mut records) = (Trace { lanes, ..Trace::default() }, Vec::new());
    let end = loop {
        let burst = run.burst(clock.now() + 1_000_000);
        run.drain(&mut records);
        trace.extend(records.drain(..));
        assert!((0.0..=1.0).contains(&run.progress()));
        if burst != Burst::More {
            break burst;
        }
    };
    let Burst::Done { outcome, elapsed } = end else { panic!("{end:?}") };
    assert_eq!(outcome.value, "9,592");
    assert!(elapsed > 0 && elapsed <= clock.now());
    assert_eq!(trace.marks(Mark::Job).count(), 7);
    // One thread: no two tasks ever run at once.
    let tasks: Vec<u32> = trace.lanes.iter().filter(|l| l.kind == LaneKind::Task).map(|l| l.id).collect();
    let mut spans = trace.spans();
    spans.retain(|s| s.state == State::Running && tasks.contains(&s.lane));
    spans.sort_unstable_by_key(|s| s.start);
    assert!(spans.len() > 7 && spans.windows(2).all(|w| w[0].end <= w[1].start));
}

#[test]
fn a_single_worker_that_yields_is_recorded_once() {
    let mut run = CooperativeRun::start(order("limit=100000&workers=1&chunks=1", StopFlag::new())).unwrap();
    while run.burst(Nanos::MAX) == Burst::More {}
    let mut records = Vec::new();
    run.drain(&mut records);
    assert!(records.len() < 30, "{} records", records.len());
}

#[test]
fn a_raised_flag_stops_it() {
    let stop = StopFlag::new();
    let order = order("limit=5000000", stop.clone());
    let clock = order.clock.clone();
    let mut run = CooperativeRun::start(order).unwrap();
    assert_eq!(run.burst(clock.now() + 1_000_000), Burst::More);
    stop.raise();
    assert_eq!(run.burst(clock.now() + 1_000_000), Burst::Stopped);
}

#[test]
fn jobs_go_to_the_executor_all_at_once() {
    let plan = Rc::new(plan(Model::Hybrid, "limit=100000&chunks=5"));
    let kernel = scenarios::find("primes").unwrap().kernel.unwrap();
    let work = move |operation| {
        let Operation::Job(payload) = operation else { return (Err(Exception::cancelled()), 0) };
        let mut kernel = kernel(&payload).unwrap();
        loop {
            if let Some(result) = kernel.slice() {
                return (Ok(result), 1_000_000);
            }
        }
    };
    let ran = virtual_time::run(1, Box::new(work), |cx| scenarios::hybrid(cx, plan));
    assert_eq!(ran.result.unwrap().value, "9,592");
    assert_eq!(ran.elapsed, 1_000_000, "all five were under way together");
}
