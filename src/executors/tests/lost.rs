//! Threads that were ended from outside: whoever waits lives and shows it, whoever was ended is found wherever it was.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::sync::Arc;

use super::super::watchdog::Watchdog;
use super::super::{Burst, LocalRun, Order, strike};
use super::{order, plan, start};
use crate::model::{Ambush, Fault, Harm, MS, Model, State};

/// Looks at a run's threads as if 100 ms passed with each step of `next`, until one is missing.
fn missing(run: &mut dyn LocalRun, mut next: impl FnMut(&mut dyn LocalRun) -> bool) -> Option<u32> {
    let mut dog = Watchdog::default();
    for look in 0.. {
        if !next(run) {
            break;
        }
        if let Some(hung) = dog.look(look * 100 * MS, run.pulses()) {
            return Some(hung.lane);
        }
    }
    None
}

#[test]
fn a_thread_that_was_ended_is_missed_while_the_others_work() {
    for model in [Model::Threads, Model::FreeThreads] {
        let fault = Fault { harm: Harm::Kill, after: 0, worker: Some(1) };
        let fault = Some(Arc::new(Ambush::new(fault, strike)));
        let mut run = start(Order { fault, ..order(plan("primes", model, "", "limit=1000000&workers=2&chunks=40")) });
        // The other goes on to its end, or waits for the GIL that is gone with the first.
        let alive = |run: &mut dyn LocalRun| run.pulses()[0].beats;
        let lane = missing(run.as_mut(), |run| {
            let before = alive(run);
            while run.pulses()[0].state == State::Running && alive(run) == before {
                std::thread::yield_now();
            }
            assert_eq!(run.burst(0), Burst::Wait);
            true
        });
        assert_eq!(lane, Some(1), "{model:?}");
    }
}

#[test]
fn a_thread_that_waits_for_a_lock_is_not_missed_however_long_it_is_held() {
    for model in [Model::Threads, Model::FreeThreads] {
        let mut run = start(order(plan("lifecycle", model, "", "work=1&wait=10&hold=1500")));
        // Main sleeps with the lock, and wakes up at every step of its sleep: more often than whoever is lost may be silent.
        let main = |run: &mut dyn LocalRun| run.pulses()[0].beats;
        let missed = missing(run.as_mut(), |run| {
            let before = main(run);
            loop {
                if !matches!(run.burst(0), Burst::Wait) {
                    return false;
                }
                if main(run) != before {
                    return true;
                }
                std::thread::yield_now();
            }
        });
        assert_eq!(missed, None, "{model:?}");
    }
}

#[test]
fn threads_that_wait_are_not_missed() {
    let mut run = start(order(plan("gil-switch", Model::Threads, "ms-5", "time=300")));
    let lanes = run.pulses().len();
    let beats = |run: &dyn LocalRun| run.pulses().iter().map(|p| (p.beats, p.state)).collect::<Vec<_>>();
    // Each look comes when everybody has moved, or the run is over: for as long as it takes.
    let missed = missing(run.as_mut(), |run| {
        let before = beats(run);
        loop {
            if !matches!(run.burst(0), Burst::Wait) {
                return false;
            }
            let now = beats(run);
            if (0..lanes).all(|i| now[i].1 == State::Done || now[i].0 != before[i].0) {
                return true;
            }
            std::thread::yield_now();
        }
    });
    assert_eq!(missed, None);
}
