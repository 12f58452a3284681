//! Time limits: `asyncio.timeout` and `asyncio.wait_for`.

use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::handle::{Callback, Callbacks, Handle};
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Stage};
use super::task::{CurrentTask, Task};
use crate::model::Nanos;
use std::rc::Rc;

impl Cx {
    /// `async with asyncio.timeout(limit)` around `body`: when the limit is up, the task is cancelled inside the body, and
    /// that cancellation (no other) leaves the block as `TimeoutError`.
    ///
    /// # Errors
    /// `TimeoutError`, or whatever the body raises.
    pub async fn timeout<T>(
        &self,
        limit: Nanos,
        body: impl Future<Output = Result<T, Exception>>,
    ) -> Result<T, Exception> {
        let Some(task) = self.current_task() else {
            return Err(Exception::new("RuntimeError", "Timeout should be used inside a task"));
        };
        let block = Block::enter(&self.core, task, limit);
        let result = body.await;
        block.exit(result)
    }

    /// `asyncio.wait_for(body, limit)`: a [`Cx::timeout`] block around it; with a limit of 0 the body never runs.
    ///
    /// # Errors
    /// `TimeoutError`, or whatever the body raises.
    pub async fn wait_for<T: Clone + 'static>(
        &self,
        limit: Nanos,
        body: impl Future<Output = Result<T, Exception>> + 'static,
    ) -> Result<T, Exception> {
        if limit > 0 {
            return self.timeout(limit, body).await;
        }
        let task = self.create_task(body);
        self.cancel_and_wait(&task).await?;
        match task.result() {
            Some(Ok(value)) => Ok(value),
            Some(Err(exception)) if !exception.is_cancelled() => Err(exception),
            _ => Err(Exception::timeout()),
        }
    }

    /// asyncio's `_cancel_and_wait`: cancels the task and waits until it has ended.
    async fn cancel_and_wait<T>(&self, task: &Task<T>) -> Result<(), Exception> {
        let core = self.core.clone();
        let waiter = core.inner.borrow_mut().futures.insert(FutureSlot::new(false));
        core.inner.borrow_mut().add_callback(Awaited::Task(task.key()), Callback::Release(waiter));
        task.cancel();
        let mut started = false;
        let waited = std::future::poll_fn(|_| core.poll_wait(Awaited::Future(waiter), Why::TASK, &mut started)).await;
        core.inner.borrow_mut().forget(waiter);
        waited.map(|_| ())
    }
}

/// An entered block with a limit.
struct Block {
    core: Rc<Core>,
    task: CurrentTask,
    /// Pending while the block is entered and in time; it carries the task in the place of a callback.
    limit: Key,
    /// Requests to cancel the task that were there before.
    cancelling: u32,
}

impl Block {
    fn enter(core: &Rc<Core>, task: CurrentTask, limit: Nanos) -> Self {
        let cancelling = task.cancelling();
        let now = core.now();
        let when = now + limit / core.speed;
        let inner = &mut *core.inner.borrow_mut();
        let mut slot = FutureSlot::new(true);
        slot.callbacks = Callbacks::One(Callback::Wakeup(task.key));
        let limit = inner.futures.insert(slot);
        if when <= now {
            inner.ready.push_back(Handle::TimeOut(limit));
        } else {
            inner.timers.set(when, Handle::TimeOut(limit));
        }
        Self { core: core.clone(), task, limit, cancelling }
    }

    fn exit<T>(self, result: Result<T, Exception>) -> Result<T, Exception> {
        let expired = self.core.inner.borrow().stage(Awaited::Future(self.limit)) == Stage::Done;
        if !expired || self.task.uncancel() > self.cancelling {
            return result;
        }
        result.map_err(|raised| if raised.is_cancelled() { Exception::timeout() } else { raised })
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        self.core.inner.borrow_mut().forget(self.limit);
    }
}
