//! `threading.RLock`: whoever holds it may take it again.

use super::mistakes::{Mistake, made};
use super::{Interrupted, Lock, ThreadCx, ThreadError};
use crate::model::Nanos;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

/// A lock that its holder may acquire again; it is free when it has been released as often.
pub struct RLock {
    lock: Lock,
    /// How often the holder has acquired it; only the holder touches it.
    count: AtomicU32,
}

/// Holds an [`RLock`] once until it is dropped, as Python's `with rlock:` does.
#[must_use = "the lock is released when the guard is dropped"]
pub struct RLockGuard<'a> {
    lock: &'a RLock,
    cx: &'a ThreadCx,
}

impl RLock {
    /// A free lock; `object` is its number in the trace. The first acquisition and the last release are recorded.
    pub fn new(object: u32) -> Self {
        Self { lock: Lock::new(object), count: AtomicU32::new(0) }
    }

    /// Waits until the lock is free or this thread's own, and takes it (again).
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn acquire<'a>(&'a self, cx: &'a ThreadCx) -> Result<RLockGuard<'a>, Interrupted> {
        self.take(cx, None)?;
        Ok(RLockGuard { lock: self, cx })
    }

    /// `acquire(blocking=False)`: takes the lock if it is free or this thread's own.
    pub fn try_acquire<'a>(&'a self, cx: &'a ThreadCx) -> Option<RLockGuard<'a>> {
        self.take(cx, Some(0)).is_ok_and(|taken| taken).then(|| RLockGuard { lock: self, cx })
    }

    /// `acquire(timeout=…)`: as [`RLock::acquire`], but no longer than `limit`; `None` when it was not free in that time.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn acquire_timeout<'a>(
        &'a self,
        cx: &'a ThreadCx,
        limit: Nanos,
    ) -> Result<Option<RLockGuard<'a>>, Interrupted> {
        Ok(self.take(cx, Some(limit))?.then(|| RLockGuard { lock: self, cx }))
    }

    /// How often this thread holds it.
    pub fn count(&self, cx: &ThreadCx) -> u32 {
        if self.is_mine(cx) { self.count.load(Relaxed) } else { 0 }
    }

    /// `release()` of a lock that was kept ([`RLockGuard::keep`]).
    ///
    /// # Errors
    /// `RuntimeError` when this thread does not hold it.
    pub fn release(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        if !self.is_mine(cx) {
            return Err(ThreadError::runtime("cannot release un-acquired lock"));
        }
        if self.count.fetch_sub(1, Relaxed) == 1 || made(Mistake::FreedAtOnce) {
            self.lock.free(cx);
        }
        Ok(())
    }

    pub(super) fn is_mine(&self, cx: &ThreadCx) -> bool {
        self.lock.holder() == cx.me()
    }

    fn take(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<bool, Interrupted> {
        let mine = self.is_mine(cx);
        if mine || self.lock.take(cx, limit)? {
            self.count.fetch_add(1, Relaxed);
            return Ok(true);
        }
        Ok(false)
    }

    /// Gives it away altogether, however often it is held; how often that was.
    pub(super) fn give_away(&self, cx: &ThreadCx) -> u32 {
        let count = self.count.swap(0, Relaxed);
        self.lock.free(cx);
        count
    }

    /// Takes it back as often.
    pub(super) fn take_back(&self, cx: &ThreadCx, count: u32) -> Result<(), Interrupted> {
        self.lock.take(cx, None)?;
        self.count.store(count, Relaxed);
        Ok(())
    }
}

impl RLockGuard<'_> {
    /// Leaves the lock held, for [`RLock::release`].
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for RLockGuard<'_> {
    fn drop(&mut self) {
        // A wait for a condition that was interrupted has given the lock away already.
        let _ = self.lock.release(self.cx);
    }
}
