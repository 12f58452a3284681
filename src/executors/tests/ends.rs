//! How runs end early: stopped while they compute or are blocked, and failed.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::{Burst, Order, strike};
use super::{LOCAL, drive, order, plan, small};
use crate::model::{Ambush, Failure, Fault, Harm, Mark, Model, Outcome, Plan, Record, State, StopFlag, What};
use crate::scenarios::{Jobs, Program, Threads};
use crate::threading::{Barrier, Lock, Queue, ThreadCx, ThreadError, ThreadsRun};

#[test]
fn stop_ends_a_run_that_computes() {
    for model in LOCAL {
        let order = order(plan("gil-cpu", model, "", "jobs=64&steps=10000000&workers=3"));
        let stop = order.stop.clone();
        let (end, trace) = drive(order, |trace| {
            if trace.marks(Mark::Job).count() > 0 {
                stop.raise();
            }
        });
        assert_eq!(end, Burst::Stopped, "{model:?}");
        assert!(trace.marks(Mark::Job).count() > 0, "what was recorded stays");
    }
}

/// Threads that wait for what never comes, each in its own way.
struct Stuck {
    lock: Lock,
    queue: Queue<()>,
    barrier: Barrier,
}

impl ThreadsRun for Stuck {
    fn threads(&self) -> Vec<String> {
        ["holder", "lock", "get", "put", "barrier"].map(str::to_owned).to_vec()
    }
    fn run(&self, cx: &ThreadCx, index: usize) -> Result<(), ThreadError> {
        let _held = if index < 2 { Some(self.lock.acquire(cx)?) } else { None };
        let full = Queue::new(2, 1);
        match index {
            2 => self.queue.get(cx),
            3 => full.put(cx, ()).and_then(|()| full.put(cx, ())),
            4 => self.barrier.wait(cx).map(drop),
            _ => loop {
                cx.check()?; // holds the lock, and the GIL most of the time
            },
        }
    }
    fn outcome(&self) -> Outcome {
        Outcome::default()
    }
}

#[test]
fn stop_ends_threads_that_are_blocked() {
    for model in [Model::Threads, Model::FreeThreads] {
        let make: fn(&Plan) -> Arc<dyn ThreadsRun> =
            |_| Arc::new(Stuck { lock: Lock::new(0), queue: Queue::new(1, 1), barrier: Barrier::new(3, 2).unwrap() });
        let threads = Threads { count: |_| 5, waits: false, make: Some(make) };
        let order = Order { program: Program::Threads(threads), ..order(plan("race", model, "none", "")) };
        let stop = order.stop.clone();
        let (end, _) = drive(order, |trace| {
            let waits = |r: &&Record| matches!(r.what, What::Enter(State::Blocked | State::Waiting));
            let lanes: BTreeSet<u32> = trace.records.iter().filter(waits).map(|r| r.lane).collect();
            if lanes.len() >= 4 {
                stop.raise();
            }
        });
        assert_eq!(end, Burst::Stopped, "{model:?}");
    }
}

#[test]
fn a_panic_a_refused_payload_and_a_failed_merge_are_failures() {
    let panicked = Order {
        fault: Some(Arc::new(Ambush::new(Fault::at_once(Harm::Panic), strike))),
        ..order(plan("primes", Model::FreeThreads, "", "limit=5000000"))
    };
    assert!(matches!(drive(panicked, |_| ()).0, Burst::Failed(Failure::Panicked { .. })));
    for model in LOCAL {
        let split: fn(&Plan) -> Vec<Vec<u8>> = |_| vec![vec![0xff; 3]; 4];
        let merge: fn(&Plan, &[Vec<u8>]) -> Result<Outcome, Failure> = |_, _| Err(Failure::OutOfMemory);
        let normal = order(plan("primes", model, "", small("primes")));
        let Program::Jobs(Some(jobs)) = normal.program else { panic!("primes has jobs") };
        let refused = Order { program: Program::Jobs(Some(Jobs { split, ..jobs })), ..normal.clone() };
        assert_eq!(drive(refused, |_| ()).0, Burst::Failed(Failure::Garbled), "{model:?}");
        let failed = Order { program: Program::Jobs(Some(Jobs { merge, ..jobs })), stop: StopFlag::new(), ..normal };
        assert_eq!(drive(failed, |_| ()).0, Burst::Failed(Failure::OutOfMemory), "{model:?}");
    }
}
