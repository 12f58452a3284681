//! Locks, re-entrant locks and semaphores: who is inside, and that nobody sleeps for ever.

use crate::threading::{Lock, RLock, Semaphore};
use crate::world::{Inside, World, explore, schedules};
use shuttle::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

pub fn lock() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, false);
    move || {
        let (lock, inside) = (Lock::busy(0), Inside::new());
        world.together(move |cx, index| {
            for round in 0..3 {
                if (index + round) % 3 == 0 {
                    if let Some(_held) = lock.acquire_timeout(cx, 1_000).unwrap() {
                        inside.visit();
                    }
                } else if let Some(_held) = (round == 1).then(|| lock.try_acquire(cx)).flatten() {
                    inside.visit();
                } else {
                    let _held = lock.acquire(cx).unwrap();
                    inside.visit();
                    // So long that those who want it stop looking and sleep.
                    (0..if index == 0 { 100 } else { 0 }).for_each(|_| shuttle::thread::yield_now());
                }
            }
        });
    }
}

pub fn rlock() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, false);
    move || {
        let (lock, inside) = (RLock::new(0), Inside::new());
        world.together(move |cx, _| {
            for _ in 0..2 {
                let _outer = lock.acquire(cx).unwrap();
                drop(lock.acquire(cx).unwrap());
                inside.visit();
                assert_eq!(lock.count(cx), 1);
            }
        });
    }
}

/// Two permits, three threads; one gives both back at once.
pub fn semaphore() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, false);
    move || {
        let (semaphore, inside) = (Semaphore::bounded(0, 2), AtomicU32::new(0));
        world.together(move |cx, index| {
            for _ in 0..2 {
                let first = semaphore.acquire(cx).unwrap();
                assert!(inside.fetch_add(1, Ordering::SeqCst) < 2, "more than two inside");
                shuttle::thread::yield_now();
                inside.fetch_sub(1, Ordering::SeqCst);
                match semaphore.try_acquire(cx) {
                    Some(second) if index == 0 => {
                        first.keep();
                        second.keep();
                        semaphore.release(cx, 2).unwrap();
                    }
                    _ => drop(first),
                }
            }
        });
    }
}

/// Both permits are given back at once to two who wait.
pub fn permits_for_two() -> impl Fn() + Send + Sync + Clone + 'static {
    let world = World::new(3, true);
    move || {
        let semaphore = Semaphore::new(0, 0);
        world.together(move |cx, index| {
            if index == 0 {
                semaphore.release(cx, 2).unwrap();
            } else {
                semaphore.acquire(cx).unwrap().keep();
            }
        });
    }
}

#[test]
fn a_lock_has_one_holder_and_forgets_nobody() {
    explore(schedules(), lock());
}

#[test]
fn a_lock_is_released_by_whoever_knows_it_is_held() {
    let world = World::new(2, false);
    explore(schedules(), move || {
        let lock = Arc::new(Lock::new(0));
        let theirs = lock.clone();
        world.together(move |cx, index| {
            if index == 0 {
                lock.acquire(cx).unwrap().keep();
                drop(lock.acquire(cx).unwrap()); // which the other has to make possible
            } else {
                while theirs.release(cx).is_err() {
                    shuttle::thread::yield_now();
                }
            }
        });
    });
}

#[test]
fn an_rlock_has_one_holder_however_often() {
    explore(schedules(), rlock());
}

#[test]
fn a_semaphore_has_so_many_holders_and_forgets_nobody() {
    explore(schedules(), semaphore());
    explore(schedules(), permits_for_two());
}
