//! The heap of timers: what is to be called at which moment.

use super::handle::Handle;
use super::mistakes::{Mistake, made};
use crate::model::Nanos;
use std::cmp::Reverse;
use std::collections::BinaryHeap;

/// A callback and its moment; those of one moment are called in the order they were set.
struct Timer {
    when: Nanos,
    sequence: u64,
    handle: Handle,
}

impl Timer {
    fn rank(&self) -> (Nanos, u64) {
        (self.when, self.sequence)
    }
}

impl PartialEq for Timer {
    fn eq(&self, other: &Self) -> bool {
        self.rank() == other.rank()
    }
}
impl Eq for Timer {}
impl PartialOrd for Timer {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Timer {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.rank().cmp(&other.rank())
    }
}

/// Cancelled timers stay in the heap until they come up, or until there are more of them than this and than half.
const MANY: usize = 100;

/// Timers by moment.
#[derive(Default)]
pub(super) struct Timers {
    heap: BinaryHeap<Reverse<Timer>>,
    sequence: u64,
    cancelled: usize,
}

impl Timers {
    /// Calls `handle` at `when`.
    pub fn set(&mut self, when: Nanos, handle: Handle) {
        self.sequence += 1;
        let sequence = if made(Mistake::TimersReversed) { u64::MAX - self.sequence } else { self.sequence };
        self.heap.push(Reverse(Timer { when, sequence, handle }));
    }

    /// Bytes its places take, free ones included.
    pub fn bytes(&self) -> usize {
        self.heap.capacity() * size_of::<Reverse<Timer>>()
    }

    /// The first moment and what is called then.
    pub fn first(&self) -> Option<(Nanos, Handle)> {
        self.heap.peek().map(|Reverse(timer)| (timer.when, timer.handle))
    }

    /// Takes the first one out.
    pub fn pop(&mut self) -> Option<Handle> {
        self.heap.pop().map(|Reverse(timer)| timer.handle)
    }

    /// The first one was found to be cancelled and is taken out.
    pub fn pop_cancelled(&mut self) {
        self.cancelled = self.cancelled.saturating_sub(1);
        self.heap.pop();
    }

    /// One more timer has been cancelled; whether it is time to [`Timers::keep`] the others.
    pub fn note_cancelled(&mut self) -> bool {
        self.cancelled += 1;
        self.cancelled > MANY && self.cancelled * 2 > self.heap.len()
    }

    /// Takes out all timers but those that `wanted` says are alive.
    pub fn keep(&mut self, wanted: impl Fn(Handle) -> bool) {
        self.heap.retain(|Reverse(timer)| wanted(timer.handle));
        self.cancelled = 0;
    }
}
