//! Signals that come by the plan and by hand, with grace enough and too little.
#![allow(clippy::unwrap_used)]

use super::super::testing::{holds, holds_anywhere, holds_everywhere};
use super::*;
use crate::aio::{Completion, EventLoop, Host, Operation, Turn};
use crate::model::{MS, RunEnd, RunSpec};

fn outcome(report: &Report) -> &Outcome {
    report.cell(Model::Asyncio, "").unwrap().last().unwrap().1
}

#[test]
fn claims_hold_at_every_end_and_in_between() {
    holds_everywhere(&SCENARIO);
    holds_anywhere(&SCENARIO);
    for link in ["grace=0&signal-after=100&every=100", "grace=800", "request=5000&grace=1000", "every=2000&speed=10"] {
        holds(&SCENARIO, link);
    }
}

#[test]
fn the_figures() {
    let report = holds(&SCENARIO, "signal-after=1950");
    let seen = outcome(&report);
    // 19 requests of 0.5 s, the last at 1.9 s; the third job began at 1.6 s and ends at 2.4 s, as the last request does.
    assert_eq!((figure(seen, "begun"), figure(seen, "under-way"), figure(seen, "drained")), (22, 6, 450 * MS));
    assert_eq!(seen.value, "0 cut off");
    assert_eq!((figure(seen, "signal"), figure(seen, "by-hand")), (1_950 * MS, 0));
    let hurried = holds(&SCENARIO, "signal-after=1950&grace=200");
    let seen = outcome(&hurried);
    assert_eq!((seen.value.as_str(), figure(seen, "drained")), ("4 cut off", 200 * MS));
    assert_eq!(cancelled(&hurried.cells[0].runs[0].trace), 4);
}

#[derive(Default)]
struct Clock(Cell<Nanos>);

impl Host for Clock {
    fn now(&self) -> Nanos {
        self.0.get()
    }

    fn begin(&self, _: Operation, _: Completion) {}
}

/// A run in which the reader gives the signal at that moment.
fn signalled(at: Nanos) -> Report {
    let spec = RunSpec { models: vec![Model::Asyncio], ..super::super::testing::spec(&SCENARIO, "") };
    let (clock, plan) = (Rc::new(Clock::default()), Rc::new(spec.plan(Model::Asyncio, "", 0)));
    let event_loop = EventLoop::new(clock.clone(), 1, 0);
    event_loop.start(|cx| run(cx, plan));
    let mut given = false;
    loop {
        match event_loop.turn(Nanos::MAX) {
            Turn::Finished => break,
            Turn::At(when) if when >= at && !given => {
                clock.0.set(at);
                given = event_loop.signal();
                assert!(given);
            }
            Turn::At(when) => clock.0.set(when),
            Turn::Soon | Turn::Outside => {}
        }
    }
    assert!(!event_loop.handles_signal(), "it is taken once");
    let mut trace = Trace { lanes: event_loop.new_lanes(), objects: event_loop.objects(), ..Trace::default() };
    let mut records = Vec::new();
    event_loop.drain(&mut records);
    trace.extend(records);
    let end = RunEnd::Finished(event_loop.result().unwrap().unwrap());
    let run = Run { repeat: 0, end, elapsed: event_loop.ended_at().unwrap(), trace };
    let mut report = holds(&SCENARIO, "");
    report.cells[0].runs = vec![run];
    report
}

#[test]
fn a_signal_given_by_hand_counts_too() {
    for at in [0, 1, 450, 800, 1_234] {
        let report = signalled(at * MS);
        assert!(SCENARIO.claims(&report).iter().all(|claim| claim.ok), "{at} ms: {:?}", SCENARIO.claims(&report));
        let seen = outcome(&report);
        assert_eq!((figure(seen, "signal"), figure(seen, "by-hand")), (at * MS, 1));
        assert!(SCENARIO.explain(&report)[0].starts_with("You gave the signal"));
    }
}

#[test]
fn work_that_begins_after_the_signal_is_found_out() {
    let mut report = holds(&SCENARIO, "");
    let records = &mut report.cells[0].runs[0].trace.records;
    let signal = records.iter().position(|r| r.what == What::Level(0)).unwrap();
    let early = records.remove(signal);
    records.insert(records.iter().position(|r| r.what == What::Instant(Mark::Job)).unwrap(), early);
    assert!(!claims(&report)[0].ok);
}

#[test]
fn what_is_said_of_a_cut_off_worker_is_no_word_of_requests() {
    let told = |link| SCENARIO.explain(&holds(&SCENARIO, link))[1].clone();
    let late_worker = told("job=1500&grace=600");
    assert!(late_worker.contains("the worker's job was cut off"), "{late_worker}");
    assert!(!late_worker.contains("requests in its group"), "{late_worker}");
    assert!(told("signal-after=1950&grace=200").contains("requests in its group"));
    assert!(!told("grace=0&signal-after=100&every=2000").contains("requests in its group"), "there were none");
}
