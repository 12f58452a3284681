//! `asyncio.Lock`, as CPython 3.13 has it: first come, first served, also when waiters are cancelled.

use super::cx::Cx;
use super::exception::Exception;
use super::mistakes::{Mistake, made};
use super::object::Object;
use super::waiters::Waiters;
use std::cell::Cell;
use std::rc::Rc;

struct Shared {
    object: Object,
    locked: Cell<bool>,
    waiters: Waiters,
}

/// A lock of tasks: who finds it taken waits. Clones are the same lock.
#[derive(Clone)]
pub struct Lock(Rc<Shared>);

impl Lock {
    /// A free lock; `name` is shown where tasks wait for it.
    pub fn new(cx: &Cx, name: impl Into<String>) -> Self {
        Self::on(Object::new(cx, name.into()))
    }

    pub(super) fn on(object: Object) -> Self {
        Self(Rc::new(Shared { waiters: Waiters::new(object.clone()), object, locked: Cell::new(false) }))
    }

    /// Whether somebody holds it.
    pub fn locked(&self) -> bool {
        self.0.locked.get()
    }

    /// Takes it, waiting for it if need be; it is given back when the [`LockGuard`] is dropped.
    ///
    /// # Errors
    /// `CancelledError`, when the task is cancelled while it waits.
    pub fn acquire(&self) -> impl Future<Output = Result<LockGuard, Exception>> + use<> {
        let lock = self.clone();
        async move {
            let Shared { waiters, locked, .. } = &*lock.0;
            if locked.get() || !(waiters.all_cancelled() || made(Mistake::LockOvertakes)) {
                let mut waiting = waiters.join();
                let waited = (&mut waiting).await;
                drop(waiting);
                if let Err(cancelled) = waited {
                    if !locked.get() {
                        waiters.wake_head(); // we may have been the one who was woken
                    }
                    return Err(cancelled);
                }
            }
            locked.set(true);
            lock.0.object.acquired(1);
            Ok(LockGuard(Some(lock.clone())))
        }
    }

    /// Gives it back, whoever took it. Only where a guard was [forgotten](LockGuard::forget): guards do this themselves.
    ///
    /// # Errors
    /// `RuntimeError` when nobody holds it.
    pub fn release(&self) -> Result<(), Exception> {
        if !self.0.locked.replace(false) {
            return Err(Exception::new("RuntimeError", "Lock is not acquired."));
        }
        self.0.object.released(0);
        self.0.waiters.wake_head();
        Ok(())
    }
}

/// A lock that is held; dropping it gives the lock back, which wakes the first who waits.
#[must_use = "the lock is given back when this is dropped"]
pub struct LockGuard(Option<Lock>);

impl LockGuard {
    /// Gives it back now, and says what dropping it could not say.
    ///
    /// # Errors
    /// `RuntimeError` when [`Lock::release`] was called beside the guard, and nobody holds the lock.
    pub fn release(mut self) -> Result<(), Exception> {
        self.0.take().map_or(Ok(()), |lock| lock.release())
    }

    /// Keeps the lock taken until [`Lock::release`] is called.
    pub fn forget(mut self) {
        self.0 = None;
    }
}

impl Drop for LockGuard {
    fn drop(&mut self) {
        if let Some(lock) = self.0.take() {
            let _ = lock.release(); // it fails only where `release` was called beside the guard
        }
    }
}
