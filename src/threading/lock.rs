//! `threading.Lock`: one thread at a time; the others sleep, without the GIL.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::{Condvar, Mutex};

use super::wait::{STEP, hold, wait};
use super::{Interrupted, ThreadCx};
use crate::model::{Mark, State};

/// Looks at a held lock before going to sleep, when the holder can run beside us (CPython's free-threaded locks spin too).
const SPINS: u32 = 40;

/// A lock that one thread holds at a time; not re-entrant.
pub struct Lock {
    object: u32,
    /// Whether every acquisition is recorded, or only those that had to wait.
    every: bool,
    held: AtomicBool,
    sleepers: AtomicU32,
    sleep: Mutex<()>,
    freed: Condvar,
}

/// Holds a [`Lock`] until it is dropped, as Python's `with lock:` does.
pub struct LockGuard<'a> {
    lock: &'a Lock,
    cx: &'a ThreadCx,
}

impl Lock {
    /// A free lock that records everything; `object` is its number in the trace.
    pub fn new(object: u32) -> Self {
        Self {
            object,
            every: true,
            held: AtomicBool::new(false),
            sleepers: AtomicU32::new(0),
            sleep: Mutex::new(()),
            freed: Condvar::new(),
        }
    }

    /// A free lock for inner loops: only acquisitions that had to sleep are recorded.
    pub fn busy(object: u32) -> Self {
        Self { every: false, ..Self::new(object) }
    }

    /// Waits until the lock is free and takes it.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    pub fn acquire<'a>(&'a self, cx: &'a ThreadCx) -> Result<LockGuard<'a>, Interrupted> {
        if !self.try_take() && !self.spin(cx) {
            self.wait_for(cx)?;
        } else if self.every {
            cx.lane.mark(Mark::Acquired, self.object);
        }
        Ok(LockGuard { lock: self, cx })
    }

    fn try_take(&self) -> bool {
        // SeqCst with `sleepers`: a releaser that sees no sleeper freed the lock before that sleeper's last try.
        self.held.compare_exchange(false, true, Ordering::SeqCst, Ordering::Relaxed).is_ok()
    }

    /// Looks again for a moment; `true` when it took the lock. Under the GIL the holder cannot go on while we look, so
    /// there is nothing to spin for.
    #[cold]
    fn spin(&self, cx: &ThreadCx) -> bool {
        cx.gil.is_none()
            && (0..SPINS).any(|_| {
                std::hint::spin_loop();
                self.try_take()
            })
    }

    #[cold]
    fn wait_for(&self, cx: &ThreadCx) -> Result<(), Interrupted> {
        cx.lane.enter_with(State::Blocked, self.object);
        cx.without_gil(|| {
            let mut guard = hold(&self.sleep);
            self.sleepers.fetch_add(1, Ordering::SeqCst);
            let mut result = Ok(());
            while !self.try_take() {
                (guard, _) = wait(&self.freed, guard, STEP);
                if cx.stop.is_raised() {
                    result = Err(Interrupted);
                    break;
                }
            }
            self.sleepers.fetch_sub(1, Ordering::SeqCst);
            drop(guard);
            if result.is_ok() {
                cx.lane.mark(Mark::Acquired, self.object);
            }
            result
        })
    }
}

impl Drop for LockGuard<'_> {
    fn drop(&mut self) {
        self.lock.held.store(false, Ordering::SeqCst);
        if self.lock.sleepers.load(Ordering::SeqCst) > 0 {
            let _order = hold(&self.lock.sleep);
            self.lock.freed.notify_one();
        }
        if self.lock.every {
            self.cx.lane.mark(Mark::Released, self.lock.object);
        }
    }
}
