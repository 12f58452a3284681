//! Every program for jobs and threads, run natively under every model that needs no browser.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::*;
use crate::model::{Clock, Model, Outcome, Plan, Report, StopFlag, Trace, Values};
use crate::scenarios::{Program, REGISTRY, Scenario};
use std::sync::Arc;
use std::time::Instant;

struct Wall(Instant);
impl Clock for Wall {
    fn now(&self) -> Nanos {
        self.0.elapsed().as_nanos() as Nanos
    }
}

struct StdThreads;
impl Spawner for StdThreads {
    fn spawn(&self, _index: usize, body: Box<dyn FnOnce() + Send + 'static>) {
        std::thread::spawn(body);
    }
}

/// A plan with its parameters set from the grammar of links.
fn plan(scenario: &Scenario, model: Model, variant: &str, link: &str) -> Plan {
    let mut values = Values::defaults(scenario.params);
    for (key, value) in link.split('&').filter_map(|pair| pair.split_once('=')) {
        values.set(scenario.params, key, value).unwrap();
    }
    Plan { scenario: scenario.id.to_owned(), values, model, variant: variant.to_owned(), seed: 42, repeat: 0 }
}

fn start(plan: Plan, stop: &StopFlag, fault: Option<crate::model::Fault>) -> Box<dyn LocalRun> {
    let order = Order::find(plan, Arc::new(Wall(Instant::now())), stop.clone(), fault).unwrap();
    match order.plan.model {
        Model::Threads | Model::FreeThreads => Box::new(ThreadedRun::start(order, &StdThreads).unwrap()),
        _ => Box::new(SequentialRun::start(order).unwrap()),
    }
}

/// Drives a run to its end, calling `each` before every burst.
fn drive(run: &mut dyn LocalRun, mut each: impl FnMut(&Trace)) -> (Burst, Trace) {
    let mut trace = Trace { lanes: run.lanes(), objects: run.objects(), ..Trace::default() };
    let mut records = Vec::new();
    let mut until = 0;
    loop {
        each(&trace);
        until += 2_000_000;
        let burst = run.burst(until);
        run.drain(&mut records);
        trace.extend(records.drain(..));
        match burst {
            Burst::More => {}
            Burst::Wait => std::thread::yield_now(),
            end => {
                trace.dropped = run.dropped();
                return (end, trace);
            }
        }
    }
}

fn finish(plan: Plan) -> (Outcome, Nanos, Trace) {
    let mut run = start(plan, &StopFlag::new(), None);
    match drive(run.as_mut(), |_| ()) {
        (Burst::Done { outcome, elapsed }, trace) => (outcome, elapsed, trace),
        (other, _) => panic!("{other:?}"),
    }
}

#[test]
fn tmp() {
    for m in [Model::Sequential, Model::Threads, Model::FreeThreads] {
        let p = plan(&crate::scenarios::processes::primes::SCENARIO, m, "", "limit=1000000");
        let (o, e, t) = finish(p);
        println!(
            "{m:?} {} {} {} {} ov {}",
            o.value,
            e,
            t.records.len(),
            t.dropped,
            crate::scenarios::measure::overlap(&t)
        );
        if m == Model::Threads {
            for r in &t.records {
                println!("{:?}", r);
            }
        }
    }
}
#[test]
fn tmp2() {
    use crate::model::units::time;
    for m in [Model::Sequential, Model::Threads, Model::FreeThreads] {
        for (s, link) in [
            (&crate::scenarios::threads::gil_cpu::SCENARIO, ""),
            (&crate::scenarios::processes::primes::SCENARIO, "limit=5000000"),
        ] {
            let (o, e, t) = finish(plan(s, m, "", link));
            println!(
                "{} {m:?} {} {} {} {} ov {}",
                s.id,
                o.value,
                time(e),
                t.records.len(),
                t.dropped,
                crate::scenarios::measure::overlap(&t)
            );
        }
        let (o, e, t) = finish(plan(&crate::scenarios::threads::hashing::SCENARIO, m, "ours", ""));
        println!(
            "hashing {m:?} {} {} {} {} ov {}",
            o.value,
            time(e),
            t.records.len(),
            t.dropped,
            crate::scenarios::measure::overlap(&t)
        );
        if m != Model::Sequential {
            for v in ["none", "lock", "queue", "aggregate"] {
                for _ in 0..3 {
                    let (o, e, t) = finish(plan(&crate::scenarios::threads::race::SCENARIO, m, v, ""));
                    println!(
                        "race {v} {m:?} {:?} {} {} {} ov {}",
                        o.lines,
                        time(e),
                        t.records.len(),
                        t.dropped,
                        crate::scenarios::measure::overlap(&t)
                    );
                }
            }
        }
    }
}
