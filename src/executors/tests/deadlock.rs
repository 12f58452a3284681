//! Deadlocks are named and end their run; what only looks like one does not.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::cell::Cell;
use std::sync::Arc;

use super::super::Burst;
use super::drive;
use super::script::ordered;
use crate::model::wire::{decode, encode};
use crate::model::{Deadlock, Failure, MS, Mark, Model, Outcome, Plan, SECOND, State, Trace, What};
use crate::threading::*;

const BOTH: [Model; 2] = [Model::Threads, Model::FreeThreads];

std::thread_local! {
    static MAIN: Cell<Option<(Main, bool)>> = const { Cell::new(None) };
}

fn make(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let (main, expects) = MAIN.get().unwrap();
    let script = Script::new(plan, main).threads(["one", "two", "three"]).objects(["lock A", "lock B"]);
    if expects { script.of_deadlock(|_, deadlock| Outcome::new(deadlock.to_string())).build() } else { script.build() }
}

fn run(model: Model, main: Main, expects: bool) -> (Burst, Trace) {
    MAIN.set(Some((main, expects)));
    drive(ordered(model, |_| 4, make), |_| ())
}

/// The deadlock a program ends in.
fn found(model: Model, main: Main) -> (Deadlock, Trace) {
    match run(model, main, false) {
        (Burst::Failed(Failure::Deadlock(deadlock)), trace) => (deadlock, trace),
        (other, _) => panic!("{other:?}"),
    }
}

/// Two threads take two locks, each in its own order; each has the first before any asks for the second.
fn transfers(cx: &ThreadCx, _: &Plan) -> Result<Outcome, ThreadError> {
    let locks = Arc::new([Lock::new(0), Lock::new(1)]);
    let met = Arc::new(Barrier::unnamed(2)?);
    let threads = [("one", [0, 1]), ("two", [1, 0])].map(|(name, [first, second])| {
        let (locks, met) = (locks.clone(), met.clone());
        Thread::new(name, move |cx| {
            let _first = locks[first].acquire(cx)?;
            met.wait(cx)?;
            let _second = locks[second].acquire(cx)?;
            Ok(())
        })
    });
    threads.iter().try_for_each(|thread| thread.start(cx))?;
    threads.iter().try_for_each(|thread| thread.join(cx))?;
    Ok(Outcome::new("never"))
}

/// The main thread waits for another, which waits for it.
#[test]
fn a_join_of_the_main_thread_can_be_a_circle() {
    for model in BOTH {
        let (deadlock, _) = found(model, |cx, _| {
            let main = cx.main_thread();
            let one = Thread::new("one", move |cx| main.join(cx));
            one.start(cx)?;
            one.join(cx)?;
            Ok(Outcome::new("never"))
        });
        assert_eq!(deadlock.circle, 2, "{deadlock}");
    }
}

#[test]
fn a_circle_of_locks_is_named_with_who_holds_what() {
    for model in BOTH {
        let (deadlock, trace) = found(model, transfers);
        assert_eq!(
            deadlock.to_string(),
            "one waits for lock B, held by two. two waits for lock A, held by one. MainThread waits for the end of one."
        );
        assert_eq!(deadlock.circle, 2);
        assert_eq!(deadlock.held_by(1).collect::<Vec<_>>(), ["lock A", "the end of one"]);
        let mut marked: Vec<(u32, u32)> = trace.marks(Mark::Deadlocked).map(|r| (r.lane, r.arg)).collect();
        marked.sort_unstable();
        assert_eq!(marked, [(0, 1), (1, 2), (2, 1)]);
        // The edges were recorded as they closed.
        let edges: Vec<(u32, u32)> = trace.marks(Mark::WaitsFor).map(|r| (r.lane, r.arg)).collect();
        assert!(edges.contains(&(1, 2)) && edges.contains(&(2, 1)));
        let closed = trace.marks(Mark::WaitsFor).filter(|r| r.lane > 0).map(|r| r.at).max().unwrap();
        assert!(deadlock.at >= closed);
        let failure = Failure::Deadlock(deadlock);
        assert_eq!(decode::<Failure>(&encode(&failure).unwrap()).unwrap(), failure);
    }
}

#[test]
fn a_program_that_expects_a_deadlock_has_an_outcome_every_time() {
    for model in BOTH {
        for _ in 0..25 {
            let (end, trace) = run(model, transfers, true);
            let Burst::Done { outcome, elapsed } = end else { panic!("{end:?}") };
            assert!(outcome.value.starts_with("one waits for lock B, held by two."), "{}", outcome.value);
            assert!(elapsed > 0);
            for lane in 0..3 {
                let last = trace.records.iter().rfind(|r| r.lane == lane && matches!(r.what, What::Enter(_))).unwrap();
                assert_eq!(last.what, What::Enter(State::Done));
            }
        }
    }
}

#[test]
fn a_thread_can_lock_itself_out_while_others_go_on() {
    for model in BOTH {
        let (deadlock, _) = found(model, |cx, _| {
            let lock = Arc::new(Lock::new(0));
            Thread::new("one", move |cx| {
                let _held = lock.acquire(cx)?;
                let _again = lock.acquire(cx)?;
                Ok(())
            })
            .start(cx)?;
            loop {
                cx.check()?;
            }
        });
        assert_eq!(deadlock.to_string(), "one waits for lock A, which it holds itself.");
        assert_eq!(deadlock.circle, 1);
    }
}

#[test]
fn what_nobody_is_left_to_bring_is_a_deadlock_too() {
    let mains: [(Main, &str); 5] = [
        (|cx, _| Event::new(0).wait(cx).map_err(Into::into).map(|()| Outcome::default()), "lock A"),
        (|cx, _| Queue::<()>::new(1, 1).get(cx).map(|()| Outcome::default()), "lock B"),
        (|cx, _| Barrier::unnamed(2)?.wait(cx).map(|_| Outcome::default()), "a barrier"),
        (
            |cx, _| {
                let condition = Condition::new(0, 1);
                let _held = condition.acquire(cx)?;
                condition.wait(cx).map(|()| Outcome::default())
            },
            "lock A",
        ),
        (
            |cx, _| {
                Lock::new(1).acquire(cx)?.keep();
                let semaphore = Semaphore::new(1, 0);
                semaphore.acquire(cx)?.keep();
                Ok(Outcome::default())
            },
            "lock B",
        ),
    ];
    for model in BOTH {
        for (main, wants) in mains {
            let (deadlock, _) = found(model, main);
            assert_eq!(deadlock.to_string(), format!("MainThread waits for {wants}."));
            assert_eq!((deadlock.circle, deadlock.threads[0].holder), (0, None));
        }
    }
}

#[test]
fn who_can_still_be_helped_is_in_no_deadlock() {
    // A limit, a sleeper, a timer, a daemon at work, a daemon for ever at its queue, a lock that another may release.
    let mains: [Main; 4] = [
        |cx, _| {
            let (lock, event) = (Arc::new(Lock::new(0)), Arc::new(Event::new(1)));
            let (theirs, sets) = (lock.clone(), event.clone());
            lock.acquire(cx)?.keep();
            Thread::new("one", move |cx| {
                cx.sleep(30 * MS)?;
                let _ = theirs.release(cx);
                sets.wait(cx)?;
                Ok(())
            })
            .start(cx)?;
            drop(lock.acquire(cx)?); // held by this very thread, and freed by the other
            event.set(cx);
            Ok(Outcome::default())
        },
        |cx, _| {
            let queue = Arc::new(Queue::<()>::new(0, 1));
            Thread::new("one", move |cx| queue.get(cx)).daemon(true).start(cx)?;
            cx.sleep(30 * MS)?;
            Ok(Outcome::default())
        },
        |cx, _| {
            let event = Arc::new(Event::new(0));
            let sets = event.clone();
            let timer = Timer::new("one", 30 * MS, move |cx| {
                sets.set(cx);
                Ok(())
            });
            timer.start(cx)?;
            event.wait(cx)?;
            Ok(Outcome::default())
        },
        |cx, _| {
            let lock = Arc::new(Lock::new(0));
            let theirs = lock.clone();
            let waits = Thread::new("one", move |cx| {
                let _held = theirs.acquire(cx)?;
                let taken = theirs.acquire_timeout(cx, 30 * MS)?;
                assert!(taken.is_none());
                Ok(())
            });
            waits.start(cx)?;
            waits.join(cx)?;
            Ok(Outcome::default())
        },
    ];
    for model in BOTH {
        for main in mains {
            let (end, _) = run(model, main, true);
            assert!(matches!(&end, Burst::Done { outcome, .. } if outcome.value.is_empty()), "{end:?}");
        }
    }
}

#[test]
fn threads_that_wait_for_each_other_all_the_time_are_in_no_deadlock() {
    // Three short runs: of a long one records would be lost where nobody takes them for a while.
    for model in BOTH.into_iter().flat_map(|model| [model; 3]) {
        let (end, _) = run(
            model,
            |cx, _| {
                let (locks, queue) = (Arc::new([Lock::new(0), Lock::new(1)]), Arc::new(Queue::busy(1, 1)));
                let (barrier, turn) =
                    (Arc::new(Barrier::unnamed(3)?), Arc::new((Condition::new(0, 1), Shared::new(0))));
                let threads = ["one", "two", "three"].map(|name| {
                    let (locks, queue, barrier, turn) = (locks.clone(), queue.clone(), barrier.clone(), turn.clone());
                    Thread::new(name, move |cx| {
                        let me = ["one", "two", "three"].iter().position(|n| *n == name).unwrap_or(0);
                        for round in 0..100 {
                            let first = locks[0].acquire(cx)?;
                            let second = locks[1].acquire(cx)?;
                            cx.check()?;
                            drop((first, second));
                            if me == 0 {
                                (0..2).try_for_each(|_| queue.put(cx, round))?
                            } else {
                                let _ = queue.get(cx)?;
                            }
                            barrier.wait(cx)?;
                            let _held = turn.0.acquire(cx)?;
                            turn.0.wait_for(cx, || turn.1.get() % 3 == me)?;
                            turn.1.with(|turn| *turn += 1);
                            turn.0.notify_all(cx)?;
                        }
                        Ok(())
                    })
                });
                threads.iter().try_for_each(|thread| thread.start(cx))?;
                threads.iter().try_for_each(|thread| thread.join_timeout(cx, 1_000 * SECOND))?;
                Ok(Outcome::new("well"))
            },
            true,
        );
        assert!(matches!(&end, Burst::Done { outcome, .. } if outcome.value == "well"), "{end:?}");
    }
}
