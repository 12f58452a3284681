//! Events, conditions and barriers: nobody misses a signal, and nobody goes on too early.

use crate::threading::{Barrier, Condition, Event, Lock, Shared};
use crate::world::{World, explore, schedules};
use shuttle::sync::atomic::{AtomicUsize, Ordering};
use std::sync::Arc;

/// Two wait; the third sets the event when both are there.
pub fn event() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, false);
    move || {
        let event = Event::new(0);
        world.together(move |cx, index| {
            if index == 0 {
                event.set(cx);
            } else {
                event.wait(cx).unwrap();
                assert!(event.is_set());
            }
        });
    }
}

/// Who waits goes on although the event is cleared at once: the lock shows that it waits, or has not come yet.
pub fn set_and_cleared() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(2, true);
    move || {
        // Under a GIL whose holder is never asked (nobody checks), a wait begins before another thread goes on.
        let (event, waits) = (Event::new(0), AtomicUsize::new(0));
        world.together(move |cx, index| {
            if index == 0 {
                waits.store(1, Ordering::SeqCst);
                event.wait(cx).unwrap();
            } else {
                while waits.load(Ordering::SeqCst) == 0 {
                    cx.sleep(1).unwrap();
                    shuttle::thread::yield_now();
                }
                event.set(cx);
                event.clear(cx);
            }
        });
    }
}

/// Each item is announced to one of two who wait.
pub fn condition() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, false);
    move || {
        let (condition, items) = (Condition::new(0, 1), Shared::new(0));
        world.together(move |cx, index| {
            if index == 0 {
                for _ in 0..2 {
                    let _held = condition.acquire(cx).unwrap();
                    items.with(|n| *n += 1);
                    condition.notify(cx, 1).unwrap();
                }
            } else {
                let _held = condition.acquire(cx).unwrap();
                let _again = condition.acquire(cx).unwrap();
                condition.wait_for(cx, || items.get() > 0).unwrap();
                items.with(|n| *n -= 1);
            }
        });
    }
}

/// A turn goes round; every thread waits on its own condition of one lock.
pub fn turns() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(2, true);
    move || {
        let lock = Arc::new(Lock::new(0));
        let (conditions, turn) = ([1, 2].map(|object| Condition::on(object, lock.clone())), Shared::new(0));
        world.together(move |cx, index| {
            for round in 0..2 {
                let _held = conditions[index].acquire(cx).unwrap();
                conditions[index].wait_for(cx, || turn.get() == 2 * round + index).unwrap();
                turn.with(|turn| *turn += 1);
                conditions[1 - index].notify_all(cx).unwrap();
            }
        });
    }
}

pub fn barrier() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, false);
    move || {
        let (barrier, arrived, places) =
            (Barrier::new(0, 3).unwrap(), AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
        let sum = places.clone();
        world.together(move |cx, _| {
            for round in 1..=2 {
                arrived.fetch_add(1, Ordering::SeqCst);
                let place = barrier.wait(cx).unwrap();
                assert!(arrived.load(Ordering::SeqCst) >= 3 * round, "before all have come");
                sum.fetch_add(1 << (8 * place), Ordering::SeqCst);
            }
        });
        assert_eq!(places.load(Ordering::SeqCst), 0x02_02_02, "each place once a round");
    }
}

#[test]
fn an_event_is_missed_by_nobody() {
    explore(schedules(), event());
    explore(schedules(), set_and_cleared());
}

#[test]
fn a_condition_tells_somebody_who_waits() {
    explore(schedules(), condition());
    explore(schedules(), turns());
}

#[test]
fn a_barrier_lets_all_go_when_all_have_come() {
    explore(schedules(), barrier());
}

/// Whenever somebody aborts, also while another acts: those who wait afterwards are told. With whom the barrier is broken before
/// it was full, both are.
#[test]
fn an_abort_is_not_forgotten() {
    let world = World::new(3, false);
    explore(schedules(), move || {
        let acting = Arc::new(Event::new(0));
        let acts = acting.clone();
        let barrier = Arc::new(Barrier::new(1, 2).unwrap().action(move |cx| {
            acts.set(cx);
            cx.busy(0)?;
            Ok(())
        }));
        let ours = barrier.clone();
        world.together(move |cx, index| match index {
            0 => ours.abort(),
            _ => {
                let went = ours.wait(cx).is_ok();
                assert!(!went || acting.is_set(), "before all have come");
            }
        });
        assert!(barrier.broken(), "somebody aborted it");
    });
}

#[test]
fn a_barrier_breaks_for_everybody() {
    let world = World::new(3, false);
    explore(schedules(), move || {
        let barrier = Barrier::new(0, 3).unwrap();
        world.together(move |cx, index| {
            if index == 0 {
                barrier.abort();
            } else {
                assert!(barrier.wait(cx).is_err());
            }
        });
    });
}
