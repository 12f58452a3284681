//! `threading.Lock`: one thread at a time; the others sleep, without the GIL.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::mistakes::{Mistake, made};
use super::site::{Core, Kind};
use super::wait::{hold, wait};
use super::{Interrupted, ThreadCx, ThreadError};
use crate::model::{Mark, Nanos};
use crate::sync::atomic::{AtomicU32, Ordering};
use crate::sync::{Condvar, Mutex, spin_loop};

/// Looks at a held lock before going to sleep, when the holder can run beside us (CPython's free-threaded locks spin too).
const SPINS: u32 = 40;

/// A lock that one thread holds at a time; not re-entrant. As in Python it has no owner: who knows that it is held may
/// release it ([`LockGuard::keep`], [`Lock::release`]).
pub struct Lock {
    /// Its owner is the thread that took it; 0 when it is free.
    core: Arc<Core>,
    /// Whether every acquisition is recorded, or only those that had to wait.
    every: bool,
    /// Whether who holds it had to wait for it; only the holder touches it.
    noted: AtomicBool,
    sleepers: AtomicU32,
    sleep: Mutex<()>,
    freed: Condvar,
}

/// Holds a [`Lock`] until it is dropped, as Python's `with lock:` does.
#[must_use = "the lock is released when the guard is dropped"]
pub struct LockGuard<'a> {
    lock: &'a Lock,
    cx: &'a ThreadCx,
}

impl Lock {
    /// A free lock that records everything; `object` is its number in the trace.
    pub fn new(object: u32) -> Self {
        Self {
            core: Core::new(Kind::Lock, object),
            every: true,
            noted: AtomicBool::new(false),
            sleepers: AtomicU32::new(0),
            sleep: Mutex::new(()),
            freed: Condvar::new(),
        }
    }

    /// A free lock for inner loops: only acquisitions that had to sleep are recorded, and their releases.
    pub fn busy(object: u32) -> Self {
        Self { every: false, ..Self::new(object) }
    }

    /// Waits until the lock is free and takes it.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn acquire<'a>(&'a self, cx: &'a ThreadCx) -> Result<LockGuard<'a>, Interrupted> {
        self.take(cx, None)?;
        Ok(LockGuard { lock: self, cx })
    }

    /// `acquire(blocking=False)`: takes the lock if it is free.
    pub fn try_acquire<'a>(&'a self, cx: &'a ThreadCx) -> Option<LockGuard<'a>> {
        self.take(cx, Some(0)).is_ok_and(|taken| taken).then(|| LockGuard { lock: self, cx })
    }

    /// `acquire(timeout=…)`: waits for the lock, but no longer than `limit`; `None` when it was not free in that time.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn acquire_timeout<'a>(&'a self, cx: &'a ThreadCx, limit: Nanos) -> Result<Option<LockGuard<'a>>, Interrupted> {
        Ok(self.take(cx, Some(limit))?.then(|| LockGuard { lock: self, cx }))
    }

    /// Whether some thread holds it.
    pub fn locked(&self) -> bool {
        self.core.owner.load(Ordering::SeqCst) != 0
    }

    /// `release()` of a lock that was kept ([`LockGuard::keep`]), in whatever thread.
    ///
    /// # Errors
    /// `RuntimeError` when it is not held.
    pub fn release(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        if self.free(cx) { Ok(()) } else { Err(ThreadError::runtime("release unlocked lock")) }
    }

    /// The number of the thread that took it; 0 when it is free.
    pub(super) fn holder(&self) -> u32 {
        self.core.holder()
    }

    /// Takes the lock; `false` when the limit was over first.
    pub(super) fn take(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<bool, Interrupted> {
        if self.try_take(cx) || limit != Some(0) && self.spin(cx) {
            if self.every {
                cx.lane.mark(Mark::Acquired, self.core.object);
            }
            return Ok(true);
        }
        if limit == Some(0) { Ok(false) } else { self.wait_for(cx, limit) }
    }

    fn try_take(&self, cx: &ThreadCx) -> bool {
        // SeqCst with `sleepers`: a releaser that sees no sleeper freed the lock before that sleeper's last try.
        self.core.owner.compare_exchange(0, cx.me(), order(), Ordering::Relaxed).is_ok()
    }

    /// Looks again for a moment; `true` when it took the lock. Under the GIL the holder cannot go on while we look, so
    /// there is nothing to spin for.
    #[cold]
    fn spin(&self, cx: &ThreadCx) -> bool {
        cx.gil.is_none()
            && (0..SPINS).any(|_| {
                spin_loop();
                self.try_take(cx)
            })
    }

    #[cold]
    fn wait_for(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<bool, Interrupted> {
        let deadline = limit.map(|limit| cx.deadline(limit));
        cx.blocked_on(&self.core);
        cx.without_gil(|| {
            let note = cx.note(&self.core, deadline.is_some());
            let mut guard = hold(&self.sleep);
            self.sleepers.fetch_add(1, Ordering::SeqCst);
            let result = loop {
                let changes = note.looks();
                if self.try_take(cx) {
                    cx.lane.mark(Mark::Acquired, self.core.object);
                    self.noted.store(true, Relaxed);
                    break Ok(true);
                }
                note.looked(changes);
                let left = deadline.map(|deadline| deadline.saturating_sub(cx.now()));
                if left == Some(0) {
                    cx.lane.mark(Mark::TimedOut, self.core.object);
                    break Ok(false);
                }
                (guard, _) = wait(&self.freed, guard, left);
                if cx.wakes() {
                    break Err(Interrupted);
                }
            };
            self.sleepers.fetch_sub(1, Ordering::SeqCst);
            result
        })
    }

    /// Frees the lock; `false` when it is free.
    pub(super) fn free(&self, cx: &ThreadCx) -> bool {
        let noted = self.noted.load(Relaxed);
        if noted {
            self.noted.store(false, Relaxed);
        }
        if (self.every || noted) && self.locked() {
            // Before it is free, or another would seem to hold it too.
            cx.lane.mark(Mark::Released, self.core.object);
        }
        let before = made(Mistake::SleepersCountedFirst).then(|| self.sleepers.load(Ordering::SeqCst));
        if self.core.owner.swap(0, order()) == 0 {
            return false;
        }
        let sleepers = before.unwrap_or_else(|| self.sleepers.load(Ordering::SeqCst));
        if sleepers > 0 && !made(Mistake::SleeperForgotten) {
            let _order = hold(&self.sleep);
            self.core.changed();
            self.freed.notify_one();
        }
        true
    }
}

/// The order of memory in which a lock is taken and freed: what it protects is seen by whoever takes it next.
#[inline(always)]
fn order() -> Ordering {
    if made(Mistake::OrderRelaxed) { Ordering::Relaxed } else { Ordering::SeqCst }
}

impl LockGuard<'_> {
    /// Leaves the lock held, for [`Lock::release`].
    pub fn keep(self) {
        // Unless somebody has released it already.
        let (me, owner) = (self.cx.me(), &self.lock.core.owner);
        let _ = owner.compare_exchange(me, me | Core::ANYBODY, Ordering::SeqCst, Ordering::Relaxed);
        std::mem::forget(self);
    }
}

impl Drop for LockGuard<'_> {
    fn drop(&mut self) {
        // A wait for a condition that was interrupted has given the lock away already.
        if self.lock.core.owner.load(Ordering::Relaxed) == self.cx.me() {
            self.lock.free(self.cx);
        }
    }
}
