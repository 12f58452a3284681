//! The queue of futures behind every primitive: each waiting task has one, in the order of their coming.

use super::core::Why;
use super::exception::Exception;
use super::object::Object;
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Stage};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

/// The futures tasks wait on (CPython's `_waiters`).
pub(super) struct Waiters {
    object: Object,
    queue: RefCell<VecDeque<Key>>,
}

impl Waiters {
    /// Nobody waits.
    pub fn new(object: Object) -> Self {
        Self { object, queue: RefCell::default() }
    }

    /// How many are in the queue.
    pub fn len(&self) -> usize {
        self.queue.borrow().len()
    }

    /// A new future at the end of the queue.
    pub fn join(&self) -> Waiting<'_> {
        let key = self.object.core().inner.borrow_mut().futures.insert(FutureSlot::new(false));
        self.queue.borrow_mut().push_back(key);
        Waiting { waiters: self, key, popped: false, started: false }
    }

    /// Whether everybody who is in the queue has been cancelled.
    pub fn all_cancelled(&self) -> bool {
        self.queue.borrow().iter().all(|key| self.stage(*key) == Stage::Cancelled)
    }

    /// Wakes whoever is at the head, unless that one is done already.
    pub fn wake_head(&self) {
        if let Some(head) = self.queue.borrow().front() {
            self.settle(*head);
        }
    }

    /// Wakes the first `most` that are not done.
    pub fn wake(&self, most: usize) {
        let mut woken = 0;
        for key in self.queue.borrow().iter() {
            if woken >= most {
                break;
            }
            woken += usize::from(self.settle(*key));
        }
    }

    /// Takes futures out, from the head, until one of them could be woken.
    pub fn pop_and_wake(&self) {
        while let Some(key) = self.pop() {
            if self.settle(key) {
                break;
            }
        }
    }

    /// Takes all futures out and wakes them.
    pub fn pop_all(&self) {
        while let Some(key) = self.pop() {
            self.settle(key);
        }
    }

    fn pop(&self) -> Option<Key> {
        self.queue.borrow_mut().pop_front()
    }

    fn stage(&self, key: Key) -> Stage {
        self.object.core().inner.borrow().stage(Awaited::Future(key))
    }

    fn settle(&self, key: Key) -> bool {
        self.object.core().inner.borrow_mut().settle(key, Stage::Done)
    }
}

/// One task's future, to be awaited; dropping it leaves the queue.
pub(super) struct Waiting<'a> {
    waiters: &'a Waiters,
    key: Key,
    popped: bool,
    started: bool,
}

/// Takes a future out of a queue; nearly always it is the first, and the queue may be long.
pub(super) fn remove(queue: &mut VecDeque<Key>, key: Key) {
    if queue.front() == Some(&key) {
        queue.pop_front();
    } else {
        queue.retain(|other| *other != key);
    }
}

impl Waiting<'_> {
    /// It is known to be out of the queue already.
    pub fn popped(mut self) {
        self.popped = true;
    }

    /// Whether it was woken, and not cancelled.
    pub fn woken(&self) -> bool {
        self.waiters.stage(self.key) == Stage::Done
    }
}

impl Future for Waiting<'_> {
    type Output = Result<(), Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let object = &this.waiters.object;
        let why: Why = object.why();
        object.core().poll_wait(Awaited::Future(this.key), why, &mut this.started).map(|waited| waited.map(|_| ()))
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        if !self.popped {
            remove(&mut self.waiters.queue.borrow_mut(), self.key);
        }
        self.waiters.object.core().inner.borrow_mut().forget(self.key);
    }
}
