//! What a lock protects is plain memory, in an order that ThreadSanitizer can judge.
#![allow(unsafe_code)]

use super::*;
use crate::threading::mistakes::{Mistake, making};
use std::cell::UnsafeCell;

/// A number in plain memory.
#[derive(Default)]
struct Plain(UnsafeCell<u64>);

/// Safety: only who holds the lock touches it. Whether that is enough is what is tested.
unsafe impl Sync for Plain {}

impl Plain {
    /// Safety: the lock is held.
    unsafe fn add_one(&self) {
        unsafe { *self.0.get() += 1 };
    }
}

/// Two threads add to a plain number, each time holding the lock.
fn additions(work: impl Fn(&dyn Fn()) + Sync) {
    const TIMES: u64 = 300_000;
    let (lock, sum, here) = (Lock::busy(0), Plain::default(), AtomicU32::new(0));
    together(2, None, |cx, _| {
        // One after the other, threads would be in order without a lock.
        here.fetch_add(1, Ordering::SeqCst);
        until(|| here.load(Ordering::SeqCst) == 2);
        work(&|| {
            for _ in 0..TIMES {
                let held = lock.acquire(cx).unwrap();
                // Safety: the lock is held.
                unsafe { sum.add_one() };
                drop(held);
            }
        });
    });
    assert_eq!(sum.0.into_inner(), 2 * TIMES);
}

#[test]
fn a_lock_orders_plain_memory() {
    additions(|adding| adding());
}

/// Run by tools/thread-sanitizer.sh alone, where it must be reported.
#[test]
#[ignore = "a mistake put in on purpose, for ThreadSanitizer to notice"]
fn a_lock_without_an_order_is_noticed() {
    additions(|adding| making(Mistake::OrderRelaxed, adding));
}
