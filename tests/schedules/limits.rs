//! Waits with limits: what a limit ends takes nothing along that another waits for, and whoever it concerns hears of it.

use crate::threading::{Barrier, Condition, Interpreter, Semaphore, Shared, ThreadError, Timer};
use crate::world::{World, explore, schedules};
use shuttle::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::sync::Arc;

/// Nanoseconds that a few looks at the clock of [`World`] take.
const SHORT: u64 = 100_000;

/// Two of three come, one of them with a limit.
pub fn too_few() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(2, false);
    move || {
        let barrier = Barrier::new(0, 3).unwrap();
        world.together(move |cx, index| {
            let came = if index == 0 { barrier.wait_timeout(cx, SHORT) } else { barrier.wait(cx) };
            assert_eq!(came, Err(ThreadError::BrokenBarrier));
        });
    }
}

#[test]
fn a_limit_breaks_the_barrier_for_those_who_wait_without() {
    explore(schedules(), too_few());
}

#[test]
fn all_pass_a_barrier_or_none() {
    let world = World::new(3, false);
    explore(schedules(), move || {
        let (barrier, passed) = (Arc::new(Barrier::new(0, 3).unwrap()), Arc::new(AtomicUsize::new(0)));
        let (ours, count) = (barrier.clone(), passed.clone());
        world.together(move |cx, index| {
            let came = if index == 0 { ours.wait_timeout(cx, SHORT) } else { ours.wait(cx) };
            count.fetch_add(usize::from(came.is_ok()), Ordering::SeqCst);
        });
        let passed = passed.load(Ordering::SeqCst);
        assert!(passed == if barrier.broken() { 0 } else { 3 }, "{passed} passed");
    });
}

#[test]
fn whoever_a_reset_sends_away_can_come_again() {
    let world = World::new(3, false);
    explore(schedules(), move || {
        let barrier = Barrier::new(0, 2).unwrap();
        world.together(move |cx, index| match index {
            0 => barrier.reset(),
            // Once at most, for it is reset once.
            _ => assert!(barrier.wait(cx).or_else(|_| barrier.wait(cx)).is_ok()),
        });
    });
}

/// One permit; who waits for it with a limit gives it back, if it got it.
#[test]
fn a_limit_takes_no_permit_along() {
    let world = World::new(3, false);
    explore(schedules(), move || {
        let semaphore = Semaphore::new(0, 0);
        world.together(move |cx, index| match index {
            0 => semaphore.release(cx, 1).unwrap(),
            1 => drop(semaphore.acquire_timeout(cx, SHORT).unwrap()),
            _ => semaphore.acquire(cx).unwrap().keep(),
        });
    });
}

/// One item, told to one of two; who waits with a limit looks once more when that has passed.
#[test]
fn a_limit_takes_no_notification_along() {
    let world = World::new(3, false);
    explore(schedules(), move || {
        let (condition, items) = (Condition::new(0, 1), Shared::new(0));
        world.together(move |cx, index| {
            let _held = condition.acquire(cx).unwrap();
            let tell = || condition.notify(cx, 1).unwrap();
            match index {
                0 => {
                    items.with(|n| *n += 1);
                    tell();
                }
                1 => {
                    if condition.wait_for_timeout(cx, SHORT, || items.get() > 0).unwrap() {
                        tell(); // it leaves the item to the other
                    }
                }
                _ => {
                    condition.wait_for(cx, || items.get() > 0).unwrap();
                    items.with(|n| *n -= 1);
                }
            }
        });
    });
}

/// Whenever it is cancelled, a timer ends, and has run its body once or never.
#[test]
fn a_timer_is_cancelled_or_runs() {
    let world = World::new(2, false);
    explore(schedules(), move || {
        let names = ["MainThread", "timer"].map(str::to_owned).to_vec();
        let interpreter = Interpreter::new(names, |index| index == 0, false, 1);
        let mut contexts = world.contexts(&interpreter);
        let (mut other, main) = (contexts.remove(1), contexts.remove(0));
        let handle = shuttle::thread::spawn(move || other.serve().unwrap());
        let runs = Arc::new(AtomicU32::new(0));
        let count = runs.clone();
        let timer = Timer::new("timer", SHORT, move |_| {
            count.fetch_add(1, Ordering::SeqCst);
            Ok(())
        });
        timer.start(&main).unwrap();
        timer.cancel(&main);
        timer.join(&main).unwrap();
        assert!(runs.load(Ordering::SeqCst) <= 1 && !timer.is_alive());
        interpreter.end(main.now());
        main.leave();
        handle.join().unwrap();
    });
}
