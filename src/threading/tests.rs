//! What the GIL and the blocking primitives promise, on the machine's own threads.
#![allow(clippy::unwrap_used)]

mod lines;
mod locks;
mod order;
mod queues;
mod signals;

use super::*;
use crate::executors::testing::{Wall, rest};
use crate::model::{LaneKind, MS, Mark, Nanos, Record, Recorder, State, StopFlag, US, What};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

/// Runs `program` on `n` threads, entered as an executor does it; gives what they recorded and their contexts.
fn together(
    n: usize,
    gil: Option<&Arc<Gil>>,
    program: impl Fn(&ThreadCx, usize) + Sync,
) -> (Vec<Record>, Vec<ThreadCx>) {
    let recorder = Recorder::new(Wall::begin(), LaneKind::Thread, 0, (0..n).map(|i| format!("Thread-{i}")));
    let stop = StopFlag::new();
    let interpreter = Interpreter::simple(n);
    let cx = |i| ThreadCx::new(recorder.writer(i).unwrap(), gil.cloned(), stop.clone(), interpreter.clone());
    let all: Vec<ThreadCx> = (0..n).map(cx).collect();
    let mut records = Vec::new();
    let live = |index: usize, cx: &ThreadCx| {
        cx.acquire_gil().unwrap();
        cx.working(0);
        program(cx, index);
        cx.lane.enter(State::Done);
        cx.release_gil();
    };
    let live = &live;
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..).zip(&all).map(|(index, cx)| scope.spawn(move || live(index, cx))).collect();
        // As a run is drained: what is recorded has room for a while only.
        while !threads.iter().all(|thread| thread.is_finished()) {
            recorder.drain(&mut records);
            rest();
        }
    });
    recorder.drain(&mut records);
    (records, all)
}

/// Computes until every thread has been handed the GIL `times` times: it ends only if all make progress.
fn until_all_had_it(cx: &ThreadCx, satisfied: &AtomicU32, threads: u32, times: u32, mut each: impl FnMut()) {
    let mut mine = false;
    while satisfied.load(Ordering::Relaxed) < threads {
        each();
        if !mine && cx.account.hand_overs() >= times {
            mine = true;
            satisfied.fetch_add(1, Ordering::Relaxed);
        }
        cx.check().unwrap();
    }
}

/// Waits for what another thread of the machine brings about.
fn until(condition: impl Fn() -> bool) {
    while !condition() {
        std::thread::yield_now();
    }
}

/// How many of the threads wait without a limit.
fn blocked(cx: &ThreadCx) -> usize {
    let lanes = 0..cx.interpreter.seats.len() as u32;
    lanes.filter(|lane| cx.interpreter.slot(*lane).read().1.is_some()).count()
}

/// Marks of one kind: lane and argument.
fn marks(records: &[Record], mark: Mark) -> Vec<(u32, u32)> {
    records.iter().filter(|r| r.what == What::Instant(mark)).map(|r| (r.lane, r.arg)).collect()
}

/// Notices when two threads are inside at once.
#[derive(Default)]
struct Inside(AtomicBool);

impl Inside {
    fn visit(&self) {
        assert!(!self.0.swap(true, Ordering::SeqCst), "somebody is inside already");
        std::hint::spin_loop();
        self.0.store(false, Ordering::SeqCst);
    }
}

#[test]
fn one_thread_at_a_time_holds_the_gil_and_every_thread_gets_on() {
    let gil = Arc::new(Gil::new(200 * US));
    let (inside, satisfied) = (Inside::default(), AtomicU32::new(0));
    let (records, all) = together(4, Some(&gil), |cx, _| until_all_had_it(cx, &satisfied, 4, 5, || inside.visit()));
    assert!(all.iter().all(|cx| cx.account.hand_overs() >= 5 && cx.account.held() > 0 && cx.account.waited() > 0));
    let marked = records.iter().filter(|r| r.what == What::Instant(Mark::HandOver)).count() as u64;
    assert_eq!(marked, gil.switches(), "every switch is recorded, once");
}

#[test]
fn who_drops_the_gil_on_request_does_not_get_it_back_before_another_had_it() {
    let gil = Arc::new(Gil::new(100 * US));
    let satisfied = AtomicU32::new(0);
    let (records, all) = together(3, Some(&gil), |cx, _| until_all_had_it(cx, &satisfied, 3, 20, || ()));
    for cx in &all {
        let lane = cx.lane.lane();
        let mine: Vec<What> = records.iter().filter(|r| r.lane == lane).map(|r| r.what).collect();
        for pair in mine.split(|w| *w == What::Enter(State::Gil)).skip(1) {
            // Between wanting it and computing again lies a hand-over, that is, another thread had it meanwhile.
            let computing = pair.iter().position(|w| *w == What::Enter(State::Running));
            assert_eq!(pair.iter().position(|w| *w == What::Instant(Mark::HandOver)), computing.map(|i| i - 1));
        }
    }
}

#[test]
fn a_request_comes_one_interval_after_the_last_switch_at_the_earliest() {
    let interval = 2 * MS;
    let gil = Arc::new(Gil::new(interval));
    let satisfied = AtomicU32::new(0);
    let (records, _) = together(3, Some(&gil), |cx, _| until_all_had_it(cx, &satisfied, 3, 4, || ()));
    let mut moments: Vec<(u64, Mark)> = records
        .iter()
        .filter_map(|r| match r.what {
            What::Instant(mark @ (Mark::HandOver | Mark::DropRequest)) => Some((r.at, mark)),
            _ => None,
        })
        .collect();
    moments.sort_by_key(|(at, _)| *at);
    let requests = moments.iter().filter(|(_, mark)| *mark == Mark::DropRequest).count();
    assert!(requests >= 3, "only {requests} requests");
    let (first, last) = (moments.first().unwrap().0, moments.last().unwrap().0);
    assert!(requests as u64 <= (last - first) / interval + 2, "{requests} requests in {} ns", last - first);
}

#[test]
fn a_wait_without_the_gil_lets_others_have_it() {
    let gil = Arc::new(Gil::new(1_000 * MS)); // nobody is ever asked to drop it
    let (first, second) = (AtomicBool::new(false), AtomicBool::new(false));
    together(2, Some(&gil), |cx, index| {
        let (mine, other) = if index == 0 { (&first, &second) } else { (&second, &first) };
        mine.store(true, Ordering::SeqCst);
        cx.without_gil(|| {
            while !other.load(Ordering::SeqCst) {
                std::thread::yield_now();
            }
            Ok(())
        })
        .unwrap();
    });
}

#[test]
fn a_lock_lets_one_thread_in_at_a_time() {
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        let (lock, inside, sum) = (Lock::busy(0), Inside::default(), AtomicU32::new(0));
        let (records, _) = together(4, gil.as_ref(), |cx, _| {
            for _ in 0..5_000 {
                let held = lock.acquire(cx).unwrap();
                inside.visit();
                sum.store(sum.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
                cx.check().unwrap(); // a hand-over of the GIL while the lock is held
                drop(held);
            }
        });
        assert_eq!(sum.into_inner(), 20_000);
        // What is recorded of a busy lock is recorded whole: nobody seems to hold it for ever.
        let lanes = 0..4;
        let count = |lane, mark| records.iter().filter(|r| r.lane == lane && r.what == What::Instant(mark)).count();
        assert!(lanes.into_iter().all(|lane| count(lane, Mark::Acquired) == count(lane, Mark::Released)));
    }
}

#[test]
fn a_quiet_lock_records_every_acquisition_and_release() {
    let lock = Lock::new(7);
    let (records, _) = together(2, None, |cx, _| {
        for _ in 0..10 {
            drop(lock.acquire(cx).unwrap());
        }
    });
    for mark in [Mark::Acquired, Mark::Released] {
        assert_eq!(records.iter().filter(|r| r.what == What::Instant(mark) && r.arg == 7).count(), 20, "{mark:?}");
    }
}

#[test]
fn a_queue_loses_nothing_and_keeps_each_producers_order() {
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        let queue = Queue::new(0, 3);
        let taken = std::sync::Mutex::new(Vec::new());
        together(5, gil.as_ref(), |cx, index| {
            for i in 0..300 {
                if index < 3 {
                    queue.put(cx, (index, i)).unwrap();
                } else if i % 2 == 0 || index == 3 {
                    // 300 items for one consumer, 600 for the other.
                    for _ in 0..if index == 3 { 1 } else { 4 } {
                        let item = queue.get(cx).unwrap();
                        taken.lock().unwrap().push((index, item));
                    }
                }
                cx.check().unwrap();
            }
        });
        let taken = taken.into_inner().unwrap();
        assert_eq!(taken.len(), 900);
        for producer in 0..3 {
            for consumer in 3..5 {
                let seen: Vec<i32> =
                    taken.iter().filter(|(c, (p, _))| *c == consumer && *p == producer).map(|(_, (_, i))| *i).collect();
                assert!(seen.is_sorted(), "consumer {consumer} saw {seen:?}");
            }
        }
    }
}

#[test]
fn nobody_passes_a_barrier_before_all_have_come() {
    for gil in [None, Some(Arc::new(Gil::new(100 * US)))] {
        let barrier = Barrier::new(0, 4).unwrap();
        let arrived = AtomicU32::new(0);
        together(4, gil.as_ref(), |cx, _| {
            for round in 1..=20 {
                arrived.fetch_add(1, Ordering::SeqCst);
                barrier.wait(cx).unwrap();
                assert!(arrived.load(Ordering::SeqCst) >= 4 * round);
                barrier.wait(cx).unwrap();
            }
        });
        assert_eq!(arrived.into_inner(), 80);
    }
}

/// The context of a thread of its own.
fn one(gil: Option<&Arc<Gil>>, stop: &StopFlag) -> ThreadCx {
    let recorder = Recorder::new(Wall::begin(), LaneKind::Thread, 0, ["Thread-1".to_owned()]);
    ThreadCx::new(recorder.writer(0).unwrap(), gil.cloned(), stop.clone(), Interpreter::simple(1))
}

#[test]
fn a_sleeper_wakes_no_earlier_and_lets_others_compute() {
    let gil = Arc::new(Gil::new(Gil::INTERVAL));
    let (sleeper, other) = (one(Some(&gil), &StopFlag::new()), one(Some(&gil), &StopFlag::new()));
    sleeper.acquire_gil().unwrap();
    let from = sleeper.lane.now();
    std::thread::scope(|scope| {
        scope.spawn(|| sleeper.sleep(50 * MS).unwrap());
        other.acquire_gil().unwrap(); // while the other sleeps, or it would wait for ever
        other.release_gil();
    });
    assert!(sleeper.lane.now() - from >= 50 * MS);
}

#[test]
fn a_stop_wakes_a_sleeper() {
    let stop = StopFlag::new();
    let sleeper = one(None, &stop);
    std::thread::scope(|scope| {
        let slept = scope.spawn(|| sleeper.sleep(Nanos::MAX));
        stop.raise();
        assert_eq!(slept.join().unwrap(), Err(Interrupted));
    });
}
