//! Programs for jobs and threads, run natively under every model that needs no browser.
#![allow(clippy::unwrap_used, clippy::panic)]

mod deadlock;
mod ends;
mod futures;
mod gil;
mod lost;
mod script;
mod waits;
mod words;

use super::testing::{StdThreads, Wall, processes, rest};
use super::*;
use crate::model::{Mark, Model, Outcome, Plan, State, StopFlag, Trace, Values, What};
use crate::scenarios::{self, Program, REGISTRY, Scenario, measure};

const LOCAL: [Model; 3] = [Model::Sequential, Model::Threads, Model::FreeThreads];

/// Scenarios and variants whose results differ, because that is what they show.
const DIFFERENT: [(&str, &str); 4] =
    [("downloads", "daemon"), ("gil-switch", "ms-5"), ("gil-switch", "ms-1"), ("gil-switch", "ms-half")];

/// A plan with its parameters set from the grammar of links.
fn plan(id: &str, model: Model, variant: &str, link: &str) -> Plan {
    let scenario = crate::scenarios::find(id).unwrap();
    let mut values = Values::defaults(scenario.params);
    for (key, value) in link.split('&').filter_map(|pair| pair.split_once('=')) {
        values.set(scenario.params, key, value).unwrap();
    }
    Plan { scenario: scenario.id.to_owned(), values, model, variant: variant.to_owned(), seed: 42, repeat: 0 }
}

fn order(plan: Plan) -> Order {
    scenarios::order(plan, Wall::begin(), StopFlag::new(), None).unwrap()
}

fn start(order: Order) -> Box<dyn LocalRun> {
    match order.plan.model {
        Model::Sequential => Box::new(SequentialRun::start(order).unwrap()),
        Model::Asyncio => Box::new(CooperativeRun::start(order).unwrap()),
        _ => Box::new(ThreadedRun::start(order, &StdThreads).unwrap()),
    }
}

/// Drives a run to its end, showing the trace to `each` after every burst.
fn drive(order: Order, mut each: impl FnMut(&Trace)) -> (Burst, Trace) {
    let clock = order.clock.clone();
    let mut run = start(order);
    let mut trace = Trace { lanes: run.lanes(), objects: run.objects(), ..Trace::default() };
    let mut records = Vec::new();
    loop {
        let burst = run.burst(clock.now() + 1_000_000);
        run.drain(&mut records);
        trace.extend(records.drain(..));
        assert!((0.0..=1.0).contains(&run.progress()));
        each(&trace);
        match burst {
            Burst::More => {}
            Burst::Wait | Burst::Until(_) => rest(),
            end => {
                assert_eq!(run.dropped(), 0);
                assert_eq!(run.burst(0), end, "an end is an end");
                return (end, trace);
            }
        }
    }
}

/// Runs a plan to its end: the outcome, how long it took, and the trace.
fn timed(plan: Plan) -> (Outcome, Nanos, Trace) {
    let order = order(plan);
    let (end, trace) = if order.plan.model == Model::Processes { processes::run(order) } else { drive(order, |_| ()) };
    let Burst::Done { outcome, elapsed } = end else { panic!("{end:?}") };
    assert!(elapsed > 0);
    (outcome, elapsed, trace)
}

fn finish(plan: Plan) -> (Outcome, Trace) {
    let (outcome, _, trace) = timed(plan);
    (outcome, trace)
}

/// Small values for the scenarios whose defaults take long; the others run as they are.
fn small(id: &str) -> &'static str {
    match id {
        "primes" => "limit=20000&chunks=7&workers=3",
        "gil-cpu" | "process-pool" => "jobs=5&steps=20000&workers=3",
        "gil-io" | "batches" => "wait=20",
        "pick-a-model" => "wait=20&compute=1",
        "thread-pool" => "from=10&to=30",
        "matrix" => "size=40&workers=3",
        "hashing" => "files=6&size=70&workers=3",
        "race" => "threads=3&increments=2000",
        "gil-switch" => "time=100",
        _ if crate::scenarios::find(id).is_some_and(|s| s.params.iter().any(|p| p.key == "speed")) => "speed=10",
        _ => "",
    }
}

/// Every pair of model and variant whose program this machine can run without a browser.
fn local_pairs(scenario: &Scenario) -> Vec<(Model, String)> {
    let variants: Vec<&str> =
        if scenario.variants.is_empty() { vec![""] } else { scenario.variants.iter().map(|v| v.id).collect() };
    let mut pairs = Vec::new();
    for model in Model::ALL {
        for variant in &variants {
            let runs = match scenario.program(model, variant) {
                Some(Program::Jobs(_)) => model != Model::Hybrid,
                Some(Program::Threads(_)) => true,
                _ => false,
            };
            if runs {
                pairs.push((model, (*variant).to_owned()));
            }
        }
    }
    pairs
}

#[test]
fn every_model_gives_the_same_result() {
    let mut ran = 0;
    for scenario in REGISTRY {
        let mut first = None;
        for (model, variant) in local_pairs(scenario) {
            if scenario.variants.iter().any(|v| v.id == variant && v.bad) {
                continue; // it need not, and may end in a deadlock
            }
            if DIFFERENT.contains(&(scenario.id, &variant)) {
                finish(plan(scenario.id, model, &variant, small(scenario.id)));
                continue;
            }
            let (outcome, trace) = finish(plan(scenario.id, model, &variant, small(scenario.id)));
            let expected = first.get_or_insert_with(|| outcome.value.clone());
            assert_eq!(*expected, outcome.value, "{} {model:?} {variant}", scenario.id);
            assert!(!trace.records.is_empty());
            ran += 1;
        }
    }
    assert!(ran >= 9, "only {ran} runs");
}

#[test]
fn every_job_begins_and_ends_once_and_every_lane_ends() {
    for model in LOCAL {
        let (_, trace) = finish(plan("gil-cpu", model, "", "jobs=6&steps=9000&workers=2"));
        for mark in [Mark::Job, Mark::Finished] {
            let mut jobs: Vec<u32> = trace.marks(mark).map(|r| r.arg).collect();
            jobs.sort_unstable();
            assert_eq!(jobs, [0, 1, 2, 3, 4, 5], "{model:?} {mark:?}");
        }
        assert_eq!(trace.marks(Mark::Merged).count(), 1);
        for lane in &trace.lanes {
            let last = trace.records.iter().rfind(|r| r.lane == lane.id).unwrap();
            assert_eq!(last.what, What::Enter(State::Done), "{model:?} {}", lane.name);
        }
    }
}

#[test]
fn under_the_gil_no_two_threads_compute_at_once() {
    for id in ["gil-cpu", "primes"] {
        let (_, trace) = finish(plan(id, Model::Threads, "", small(id)));
        assert_eq!(trace.peak(State::Running), 1, "{id}");
        assert_eq!(measure::overlap(&trace), 0, "{id}");
    }
    for variant in ["none", "lock", "queue", "aggregate"] {
        let (_, trace) = finish(plan("race", Model::Threads, variant, small("race")));
        assert_eq!(trace.peak(State::Running), 1, "race {variant}");
    }
}

#[test]
fn the_race_says_how_many_updates_it_lost_and_its_fixes_lose_none() {
    for model in [Model::Threads, Model::FreeThreads] {
        for variant in ["none", "lock", "queue", "aggregate"] {
            for _ in 0..5 {
                let (outcome, trace) = finish(plan("race", model, variant, "threads=4&increments=5000"));
                let (counter, lost) = (outcome.figure("counter").unwrap(), outcome.figure("lost").unwrap());
                assert_eq!(counter + lost, 20_000.0);
                let marked: Vec<u32> = trace.marks(Mark::Lost).map(|r| r.arg).collect();
                assert_eq!(marked, [lost as u32]);
                if variant != "none" || model == Model::Threads {
                    assert_eq!(lost, 0.0, "{model:?} {variant}");
                }
            }
        }
    }
}

#[test]
fn without_protection_free_threads_lose_updates() {
    if std::thread::available_parallelism().unwrap().get() < 2 {
        return; // two threads cannot come between each other's steps at will
    }
    let loses = |_| {
        let (outcome, _) = finish(plan("race", Model::FreeThreads, "none", ""));
        outcome.figure("lost").unwrap() > 0.0
    };
    assert!((0..100).any(loses), "nothing lost in 100 runs");
}

#[test]
fn a_pool_has_no_more_threads_than_jobs() {
    let threads = |plan: &Plan| scenarios::program(plan).unwrap().threads(plan);
    assert_eq!(threads(&plan("gil-cpu", Model::Threads, "", "jobs=3&workers=8")), 3);
    assert_eq!(threads(&plan("gil-cpu", Model::FreeThreads, "", "jobs=8&workers=2")), 2);
    assert_eq!(threads(&plan("gil-cpu", Model::Sequential, "", "")), 0);
    assert_eq!(threads(&plan("race", Model::FreeThreads, "queue", "threads=4")), 5);
}
