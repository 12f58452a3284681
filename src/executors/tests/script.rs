//! Programs with a main function that starts threads: who waits for whom, what daemons leave behind, what exceptions do.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use super::super::{Burst, Order};
use super::{drive, order, plan};
use crate::model::{Failure, MS, Mark, Model, Nanos, Outcome, Plan, Record, SECOND, State, Trace, What};
use crate::scenarios::{Program, Threads};
use crate::threading::*;

pub(super) const BOTH: [Model; 2] = [Model::Threads, Model::FreeThreads];

/// An order for a program of threads.
pub(super) fn ordered(model: Model, count: fn(&Plan) -> usize, make: fn(&Plan) -> Arc<dyn ThreadsRun>) -> Order {
    let threads = Threads { count, waits: false, make: Some(make) };
    Order { program: Program::Threads(threads), ..order(plan("race", model, "none", "")) }
}

/// Runs a main function with two named seats and one object.
fn run(model: Model, main: Main) -> (Burst, Trace) {
    MAIN.set(Some(main));
    let make: fn(&Plan) -> Arc<dyn ThreadsRun> =
        |plan| Script::new(plan, MAIN.get().unwrap()).threads(["one", "two"]).objects(["thing"]).build();
    drive(ordered(model, |_| 3, make), |_| ())
}

std::thread_local! {
    /// A maker is a plain function: what it makes the program of is left here.
    static MAIN: std::cell::Cell<Option<Main>> = const { std::cell::Cell::new(None) };
}

pub(super) fn done(model: Model, main: Main) -> (Outcome, Trace, Nanos) {
    match run(model, main) {
        (Burst::Done { outcome, elapsed }, trace) => (outcome, trace, elapsed),
        (other, _) => panic!("{other:?}"),
    }
}

/// What is known of one lane, in order.
fn of(trace: &Trace, lane: u32) -> Vec<What> {
    trace.records.iter().filter(|r| r.lane == lane).map(|r| r.what).collect()
}

fn runtime(message: &'static str) -> Result<(), ThreadError> {
    Err(ThreadError::raised("RuntimeError", message))
}

#[test]
fn a_thread_is_started_once_runs_in_the_seat_of_its_name_and_is_joined() {
    for model in BOTH {
        let (outcome, trace, _) = done(model, |cx, _| {
            let said = Shared::new(Vec::new());
            let says = said.clone();
            let thread = Thread::new("two", move |cx| {
                assert!(cx.current_thread().is_alive() && !cx.is_daemon());
                assert_eq!(cx.current_thread().join(cx), runtime("cannot join current thread"));
                says.with(|said| said.push((cx.name(), cx.ident())));
                Ok(())
            });
            assert_eq!((cx.name().as_str(), cx.ident()), ("MainThread", 1));
            assert_eq!((thread.is_alive(), thread.ident()), (false, None));
            assert_eq!(thread.join(cx), runtime("cannot join thread before it is started"));
            thread.start(cx)?;
            assert_eq!(thread.start(cx), runtime("threads can only be started once"));
            assert!(thread.ident().is_some());
            thread.join(cx)?;
            thread.join_timeout(cx, 0)?;
            assert!(!thread.is_alive());
            assert_eq!(said.get(), [("two".to_owned(), thread.ident().unwrap())]);
            Ok(Outcome::new("well"))
        });
        assert_eq!(outcome.value, "well");
        assert_eq!(of(&trace, 1), [], "a seat nobody took leaves no sign");
        let two = of(&trace, 2);
        assert_eq!(two[..2], [What::Instant(Mark::Created), What::Enter(State::Starting)]);
        assert_eq!(two.last(), Some(&What::Enter(State::Done)));
        if model == Model::Threads {
            assert_eq!(trace.peak(State::Running), 1);
        }
    }
}

#[test]
fn a_program_has_as_many_threads_as_it_said_unless_it_reuses_its_seats() {
    for model in BOTH {
        let three = |cx: &ThreadCx, _: &Plan| {
            let mut started = 0;
            for name in ["a", "b", "c"] {
                let thread = Thread::new(name, |_| Ok(()));
                match thread.start(cx) {
                    Ok(()) => started += 1,
                    error => assert_eq!(error, runtime("can't start new thread")),
                }
                let _ = thread.join(cx);
            }
            Ok(Outcome::new(started.to_string()))
        };
        assert_eq!(done(model, three).0.value, "2");
        MAIN.set(Some(three));
        let make: fn(&Plan) -> Arc<dyn ThreadsRun> =
            |plan| Script::new(plan, MAIN.get().unwrap()).threads(["seat"]).reusing().build();
        let (end, trace) = drive(ordered(model, |_| 2, make), |_| ());
        assert!(matches!(end, Burst::Done { outcome, .. } if outcome.value == "3"));
        assert_eq!(trace.marks(Mark::Created).count(), 3);
    }
}

#[test]
fn the_program_waits_for_its_threads_but_not_for_its_daemons() {
    for model in BOTH {
        let (outcome, trace, elapsed) = done(model, |cx, _| {
            let daemon = Thread::new("one", |cx| Ok(cx.sleep(1_000 * SECOND)?)).daemon(true);
            let other = Thread::new("two", |cx| Ok(cx.sleep(20 * MS)?));
            daemon.start(cx)?;
            other.start(cx)?;
            Ok(Outcome::new(format!("{} {}", daemon.is_daemon(), other.is_daemon())))
        });
        assert_eq!(outcome.value, "true false");
        let cut: Vec<u32> = trace.marks(Mark::CutShort).map(|r| r.lane).collect();
        assert_eq!(cut, [1]);
        let end = |lane| trace.records.iter().rfind(|r| r.lane == lane).unwrap().at;
        assert!(elapsed >= 20 * MS && end(0) >= end(2), "main ends last");
        // A daemon that sleeps is found out by itself, after the program's time is over.
        assert!(elapsed <= end(1));
    }
}

#[test]
fn what_daemons_start_are_daemons() {
    let (outcome, ..) = done(Model::FreeThreads, |cx, _| {
        let kind = Shared::new(None);
        let tells = kind.clone();
        let outer = Thread::new("one", move |cx| {
            let inner = Thread::new("two", |cx| Ok(cx.sleep(SECOND * 1_000)?));
            inner.start(cx)?;
            tells.set(Some(inner.is_daemon()));
            Ok(())
        });
        outer.daemon(true).start(cx)?;
        while kind.get().is_none() {
            cx.sleep(MS)?;
        }
        Ok(Outcome::new(format!("{:?}", kind.get())))
    });
    assert_eq!(outcome.value, "Some(true)");
}

#[test]
fn an_exception_ends_its_thread_and_is_reported_but_mains_ends_the_run() {
    for model in BOTH {
        let (outcome, trace, _) = done(model, |cx, _| {
            let hooked = Shared::new(Vec::new());
            let hook = hooked.clone();
            let bad = Thread::new("one", |_| Err(ThreadError::raised("ValueError", "bad")));
            bad.start(cx)?;
            bad.join(cx)?;
            cx.set_excepthook(move |cx, what| hook.with(|all| all.push((cx.name(), what.clone()))));
            let worse = Thread::new("two", |cx| Queue::<()>::new(0, 0).get_nowait(cx).map(drop));
            worse.start(cx)?;
            worse.join(cx)?;
            let [first, second] = cx.unhandled().try_into().unwrap();
            assert_eq!((first.thread.as_str(), first.error.to_string().as_str()), ("one", "ValueError: bad"));
            assert_eq!(hooked.get(), [("two".to_owned(), second.clone())]);
            Ok(Outcome::new(second.error.kind()))
        });
        assert_eq!(outcome.value, "Empty");
        let failed: Vec<&Record> = trace.marks(Mark::Failed).collect();
        assert_eq!(failed.iter().map(|r| r.lane).collect::<Vec<_>>(), [1, 2]);
        let (end, trace) = run(model, |cx, _| {
            Thread::new("one", |cx| Ok(cx.sleep(5 * MS)?)).start(cx)?;
            Err(ThreadError::raised("KeyError", "'x'"))
        });
        let raised = Failure::Raised { kind: "KeyError".to_owned(), message: "'x'".to_owned() };
        assert_eq!(end, Burst::Failed(raised));
        assert_eq!(of(&trace, 1).last(), Some(&What::Enter(State::Done)), "main's exception waits for its threads");
    }
}

#[test]
fn a_timer_runs_after_its_time_unless_it_is_cancelled() {
    for model in BOTH {
        let (outcome, ..) = done(model, |cx, _| {
            let said = Shared::new(Vec::new());
            let says = |word: &'static str, wait| {
                let said = said.clone();
                Timer::new(word, wait, move |cx| {
                    said.with(|said| said.push((word, cx.now())));
                    Ok(())
                })
            };
            let (early, never) = (says("one", 10 * MS), says("two", 1_000 * SECOND));
            let from = cx.now();
            early.start(cx)?;
            never.start(cx)?;
            early.join(cx)?;
            never.cancel(cx);
            never.join(cx)?;
            let [(word, at)] = said.get().try_into().unwrap();
            assert!(at - from >= 10 * MS);
            Ok(Outcome::new(word))
        });
        assert_eq!(outcome.value, "one");
    }
}

#[test]
fn each_thread_has_a_local_value_of_its_own_and_speed_divides_waits() {
    MAIN.set(Some(|cx, _| {
        let local = Local::new();
        local.set(cx, 1);
        let theirs = local.clone();
        let thread = Thread::new("one", move |cx| {
            assert_eq!(theirs.get(cx), None);
            theirs.set(cx, 2);
            assert_eq!(theirs.get(cx), Some(2));
            Ok(())
        });
        thread.start(cx)?;
        thread.join(cx)?;
        let time = cx.time();
        let now = cx.now();
        cx.sleep(100 * MS)?;
        let (slept, world) = (cx.now() - now, cx.time() - time);
        assert!(slept >= 10 * MS && world >= 100 * MS);
        assert!(world >= 9 * slept, "the simulated world is ten times faster");
        cx.busy(2 * MS)?;
        cx.progress(0.5);
        Ok(Outcome::new(format!("{:?}", local.get(cx))))
    }));
    let make: fn(&Plan) -> Arc<dyn ThreadsRun> = |plan| Script::new(plan, MAIN.get().unwrap()).threads(["one"]).build();
    let mut order = ordered(Model::Threads, |_| 2, make);
    let params = [crate::model::params::SPEED];
    order.plan.values.set(&params, "speed", "10").unwrap();
    let (end, _) = drive(order, |_| ());
    assert!(matches!(end, Burst::Done { outcome, .. } if outcome.value == "Some(1)"));
}

#[test]
fn a_stop_ends_everybody_wherever_they_wait() {
    for model in BOTH {
        MAIN.set(Some(|cx, _| {
            let thing = Arc::new(Event::new(0));
            for name in ["one", "two"] {
                let thing = thing.clone();
                Thread::new(name, move |cx| Ok(thing.wait(cx)?)).start(cx)?;
            }
            loop {
                cx.check()?; // so that it is no deadlock
            }
        }));
        let make: fn(&Plan) -> Arc<dyn ThreadsRun> =
            |plan| Script::new(plan, MAIN.get().unwrap()).threads(["one", "two"]).objects(["thing"]).build();
        let order = ordered(model, |_| 3, make);
        let stop = order.stop.clone();
        let (end, _) = drive(order, |trace| {
            if trace.records.iter().filter(|r| r.what == What::Enter(State::Blocked)).count() >= 2 {
                stop.raise();
            }
        });
        assert_eq!(end, Burst::Stopped, "{model:?}");
    }
}
