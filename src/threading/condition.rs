//! `threading.Condition`: threads that hold a lock wait, without it, until another tells them to look again.

use std::collections::VecDeque;
use std::sync::Arc;

use super::mistakes::{Mistake, made};
use super::site::{Kind, Site};
use super::{Interrupted, Lock, LockGuard, RLock, RLockGuard, ThreadCx, ThreadError};
use crate::model::Nanos;

/// A lock that a condition can be built on: [`Lock`] or [`RLock`].
pub trait Lockable: sealed::Held {
    /// Holds the lock.
    type Guard<'a>
    where
        Self: 'a;

    /// Waits until the lock is free and takes it.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    fn lock<'a>(&'a self, cx: &'a ThreadCx) -> Result<Self::Guard<'a>, Interrupted>;
}

mod sealed {
    use super::{Interrupted, ThreadCx};

    /// What a wait does with a lock.
    pub trait Held {
        /// Whether the calling thread may wait and notify.
        fn is_held(&self, cx: &ThreadCx) -> bool;
        /// Gives it away altogether; what is needed to take it back.
        fn give_away(&self, cx: &ThreadCx) -> u32;
        /// Takes it back.
        fn take_back(&self, cx: &ThreadCx, count: u32) -> Result<(), Interrupted>;
    }
}

impl sealed::Held for Lock {
    /// As in CPython: a lock has no owner, so that any holder will do.
    fn is_held(&self, _: &ThreadCx) -> bool {
        self.locked()
    }
    fn give_away(&self, cx: &ThreadCx) -> u32 {
        self.free(cx);
        1
    }
    fn take_back(&self, cx: &ThreadCx, _: u32) -> Result<(), Interrupted> {
        self.take(cx, None).map(drop)
    }
}

impl Lockable for Lock {
    type Guard<'a> = LockGuard<'a>;
    fn lock<'a>(&'a self, cx: &'a ThreadCx) -> Result<LockGuard<'a>, Interrupted> {
        self.acquire(cx)
    }
}

impl sealed::Held for RLock {
    fn is_held(&self, cx: &ThreadCx) -> bool {
        self.is_mine(cx)
    }
    fn give_away(&self, cx: &ThreadCx) -> u32 {
        RLock::give_away(self, cx)
    }
    fn take_back(&self, cx: &ThreadCx, count: u32) -> Result<(), Interrupted> {
        RLock::take_back(self, cx, count)
    }
}

impl Lockable for RLock {
    type Guard<'a> = RLockGuard<'a>;
    fn lock<'a>(&'a self, cx: &'a ThreadCx) -> Result<RLockGuard<'a>, Interrupted> {
        self.acquire(cx)
    }
}

/// Those who wait, in the order they came.
#[derive(Default)]
struct Waiters {
    next: u64,
    waiting: VecDeque<u64>,
}

/// A condition variable. Who waits gives the lock away meanwhile; a notification wakes those who have waited longest.
pub struct Condition<L = RLock> {
    lock: Arc<L>,
    site: Site<Waiters>,
}

impl Condition<RLock> {
    /// A condition with a lock of its own. Each has its number in the trace: who waits for a notification does not wait for
    /// whoever holds the lock.
    pub fn new(object: u32, lock: u32) -> Self {
        Self::on(object, Arc::new(RLock::new(lock)))
    }
}

impl<L: Lockable> Condition<L> {
    /// A condition on a lock that others may use too; `object` is the condition's own number.
    pub fn on(object: u32, lock: Arc<L>) -> Self {
        Self { lock, site: Site::new(Kind::Condition, object, Waiters::default()) }
    }

    /// `with condition:` takes the lock.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn acquire<'a>(&'a self, cx: &'a ThreadCx) -> Result<L::Guard<'a>, Interrupted> {
        self.lock.lock(cx)
    }

    /// Gives the lock away, waits for a notification, and takes the lock back.
    ///
    /// # Errors
    /// `RuntimeError` when the lock is not held; [`ThreadError::Interrupted`], without the lock.
    pub fn wait(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        self.wait_within(cx, None).map(drop)
    }

    /// As [`Condition::wait`], but no longer than `limit` (the lock is waited for without one); whether it was notified.
    ///
    /// # Errors
    /// As [`Condition::wait`].
    pub fn wait_timeout(&self, cx: &ThreadCx, limit: Nanos) -> Result<bool, ThreadError> {
        self.wait_within(cx, Some(limit))
    }

    /// Waits until `predicate`, which is looked at with the lock held, is true.
    ///
    /// # Errors
    /// As [`Condition::wait`].
    pub fn wait_for(&self, cx: &ThreadCx, mut predicate: impl FnMut() -> bool) -> Result<(), ThreadError> {
        while !predicate() {
            self.wait(cx)?;
        }
        Ok(())
    }

    /// As [`Condition::wait_for`], but no longer than `limit`; what the predicate was at last.
    ///
    /// # Errors
    /// As [`Condition::wait`].
    pub fn wait_for_timeout(
        &self,
        cx: &ThreadCx,
        limit: Nanos,
        mut predicate: impl FnMut() -> bool,
    ) -> Result<bool, ThreadError> {
        let until = cx.time().saturating_add(limit);
        let mut left = limit;
        while !predicate() {
            self.wait_timeout(cx, left)?;
            left = until.saturating_sub(cx.time());
            if left == 0 {
                return Ok(predicate());
            }
        }
        Ok(true)
    }

    fn wait_within(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<bool, ThreadError> {
        if !self.lock.is_held(cx) {
            return Err(ThreadError::runtime("cannot wait on un-acquired lock"));
        }
        let early = made(Mistake::ListedLate).then(|| self.lock.give_away(cx));
        let ticket = self.site.with(|waiters| {
            waiters.next += 1;
            waiters.waiting.push_back(waiters.next);
            waiters.next
        });
        let count = early.unwrap_or_else(|| self.lock.give_away(cx));
        let notified = self.site.until(cx, 0, limit, |waiters| (!waiters.waiting.contains(&ticket)).then_some(()))?;
        // Only after the lock is back, as in CPython: until then a notification may still be meant for this thread.
        self.lock.take_back(cx, count)?;
        if notified.is_none() {
            self.site.with(|waiters| waiters.waiting.retain(|one| *one != ticket));
        }
        Ok(notified.is_some())
    }

    /// Wakes the `n` who have waited longest; they go on when they get the lock.
    ///
    /// # Errors
    /// `RuntimeError` when the lock is not held.
    pub fn notify(&self, cx: &ThreadCx, n: usize) -> Result<(), ThreadError> {
        if !self.lock.is_held(cx) {
            return Err(ThreadError::runtime("cannot notify on un-acquired lock"));
        }
        if n > 0 {
            let wake = |waiters: &mut Waiters| {
                let n = n.min(waiters.waiting.len());
                waiters.waiting.drain(..n);
            };
            if made(Mistake::NotifyDropped) { self.site.with(wake) } else { self.site.change(wake) }
        }
        Ok(())
    }

    /// Wakes all who wait.
    ///
    /// # Errors
    /// As [`Condition::notify`].
    pub fn notify_all(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        self.notify(cx, usize::MAX)
    }
}
