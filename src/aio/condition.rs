//! `asyncio.Condition`: tasks that hold a lock and wait until another tells them to look again.

use super::cx::Cx;
use super::exception::Exception;
use super::lock::{Lock, LockGuard};
use super::mistakes::{Mistake, made};
use super::object::Object;
use super::waiters::Waiters;
use std::rc::Rc;

struct Shared {
    object: Object,
    lock: Lock,
    waiters: Waiters,
}

/// A condition with its lock; clones are the same one. Its level on the record is how many wait to be notified.
#[derive(Clone)]
pub struct Condition(Rc<Shared>);

impl Condition {
    /// A condition with a lock of its own; `name` is shown where tasks wait to be notified.
    pub fn new(cx: &Cx, name: impl Into<String>) -> Self {
        let name = name.into();
        let object = Object::new(cx, name.clone());
        Self::on(object, Lock::new(cx, format!("{name}'s lock")))
    }

    /// A condition on a lock that others may share.
    pub fn with_lock(cx: &Cx, name: impl Into<String>, lock: &Lock) -> Self {
        Self::on(Object::new(cx, name.into()), lock.clone())
    }

    pub(super) fn on(object: Object, lock: Lock) -> Self {
        Self(Rc::new(Shared { waiters: Waiters::new(object.clone()), object, lock }))
    }

    /// Whether somebody holds its lock.
    pub fn locked(&self) -> bool {
        self.0.lock.locked()
    }

    /// Takes its lock, as [`Lock::acquire`].
    ///
    /// # Errors
    /// `CancelledError`, when the task is cancelled while it waits.
    pub fn acquire(&self) -> impl Future<Output = Result<LockGuard, Exception>> + use<> {
        self.0.lock.acquire()
    }

    /// Gives its lock back, as [`Lock::release`].
    ///
    /// # Errors
    /// `RuntimeError` when nobody holds it.
    pub fn release(&self) -> Result<(), Exception> {
        self.0.lock.release()
    }

    /// Gives the lock back, waits to be notified, and takes the lock again, also when it is cancelled. The guard of the
    /// lock stays where it is. It may return without a reason, so look again whether what you wait for is there.
    ///
    /// # Errors
    /// `RuntimeError` when nobody holds the lock; `CancelledError`.
    pub fn wait(&self) -> impl Future<Output = Result<(), Exception>> + use<> {
        let this = self.clone();
        async move { this.wait_once().await }
    }

    async fn wait_once(&self) -> Result<(), Exception> {
        let Shared { lock, waiters, object } = &*self.0;
        if !lock.locked() {
            return Err(Exception::new("RuntimeError", "cannot wait on un-acquired lock"));
        }
        lock.release()?;
        let waiting = waiters.join();
        object.level(waiters.len());
        let mut result = waiting.await;
        object.level(waiters.len());
        loop {
            match lock.acquire().await {
                Ok(guard) => break guard.forget(),
                Err(cancelled) => result = Err(cancelled),
            }
        }
        if result.is_err() {
            waiters.wake(1); // we may have been notified: pass it on
        }
        result
    }

    /// Waits until `predicate` holds, looking again each time it is notified.
    ///
    /// # Errors
    /// Those of [`Condition::wait`].
    pub fn wait_for<P: FnMut() -> bool>(
        &self,
        mut predicate: P,
    ) -> impl Future<Output = Result<(), Exception>> + use<P> {
        let this = self.clone();
        async move {
            while !predicate() {
                this.wait_once().await?;
            }
            Ok(())
        }
    }

    /// Wakes `n` of those who wait; they go on once they have the lock.
    ///
    /// # Errors
    /// `RuntimeError` when nobody holds the lock.
    pub fn notify(&self, n: usize) -> Result<(), Exception> {
        if !self.locked() {
            return Err(Exception::new("RuntimeError", "cannot notify on un-acquired lock"));
        }
        self.0.waiters.wake(if made(Mistake::NotifyLosesOne) { n.saturating_sub(1) } else { n });
        Ok(())
    }

    /// Wakes all who wait.
    ///
    /// # Errors
    /// `RuntimeError` when nobody holds the lock.
    pub fn notify_all(&self) -> Result<(), Exception> {
        self.notify(usize::MAX)
    }
}
