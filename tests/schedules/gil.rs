//! The GIL: one holder, nobody forgotten, and every switch that was asked for happens.

use crate::threading::Lock;
use crate::world::{Inside, World, explore, schedules};
use std::sync::Arc;

/// Threads that compute; each sees whoever had to give the GIL up wait until another had it.
pub fn computes() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, true);
    move || {
        let inside = Inside::new();
        world.together(move |cx, _| {
            for _ in 0..4 {
                inside.visit();
                let before = (cx.account.forced(), cx.account.hand_overs());
                cx.check().unwrap();
                let after = (cx.account.forced(), cx.account.hand_overs());
                assert_eq!(after.0 - before.0, after.1 - before.1, "whoever had to give it up took it from another");
            }
        });
    }
}

/// Threads that hold a lock while they lose the GIL.
pub fn locks() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, true);
    move || {
        let (lock, inside, alone) = (Lock::new(0), Inside::new(), Inside::new());
        world.together(move |cx, _| {
            for _ in 0..2 {
                let held = lock.acquire(cx).unwrap();
                inside.visit();
                cx.check().unwrap();
                drop(held);
                alone.visit(); // the GIL's own
                cx.sleep(1).unwrap();
            }
        });
    }
}

#[test]
fn one_thread_at_a_time_holds_the_gil() {
    explore(schedules(), computes());
}

#[test]
fn a_lock_and_the_gil_get_on() {
    explore(schedules(), locks());
}

#[test]
fn the_sum_under_the_gil_is_right() {
    let world = World::new(2, true);
    explore(schedules(), move || {
        let sum = Arc::new(shuttle::sync::atomic::AtomicU32::new(0));
        let counter = sum.clone();
        world.together(move |cx, _| {
            for _ in 0..3 {
                // Read, add, write: nobody comes between, because the GIL is looked at only afterwards.
                let seen = counter.load(std::sync::atomic::Ordering::SeqCst);
                counter.store(seen + 1, std::sync::atomic::Ordering::SeqCst);
                cx.check().unwrap();
            }
        });
        assert_eq!(sum.load(std::sync::atomic::Ordering::SeqCst), 6);
    });
}
