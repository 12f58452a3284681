//! Time limits: `asyncio.timeout`, `asyncio.timeout_at` and `asyncio.wait_for`.

use super::any_task::AnyTask;
use super::core::Why;
use super::cx::Cx;
use super::exception::Exception;
use super::handle::{Callback, Callbacks, Handle};
use super::log::SetTimer;
use super::mistakes::{Mistake, made};
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Stage};
use super::task::Task;
use crate::model::Nanos;
use std::cell::{Cell, RefCell};

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
        self.timeout_at(Some(self.time() + limit)).run(body).await
    }

    /// `asyncio.timeout_at(when)`: a limit at a moment of [`Cx::time`], to be entered with [`Timeout::run`]; with `None` it
    /// never passes (until it is rescheduled).
    pub fn timeout_at(&self, when: Option<Nanos>) -> Timeout {
        Timeout { cx: self.clone(), when: Cell::new(when), state: RefCell::new(State::Created) }
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
        self.not_waited_for(self.create_task(body)).await
    }

    /// [`Cx::wait_for`] of a task that exists already; when the limit is up, the task is cancelled.
    ///
    /// # Errors
    /// `TimeoutError`, or whatever the task raises.
    pub async fn wait_for_task<T: Clone + 'static>(&self, limit: Nanos, task: &Task<T>) -> Result<T, Exception> {
        match limit {
            0 if task.done() => task.result(),
            0 => self.not_waited_for(task.clone()).await,
            _ => self.timeout(limit, task.clone()).await,
        }
    }

    /// `wait_for` without any time.
    async fn not_waited_for<T: Clone + 'static>(&self, task: Task<T>) -> Result<T, Exception> {
        self.cancel_and_wait(&task).await?;
        let cancelled = |raised: Exception| {
            if raised.is_cancelled() { Exception::timeout().from_cause(raised) } else { raised }
        };
        task.result().map_err(cancelled)
    }

    /// asyncio's `_cancel_and_wait`: cancels the task and waits until it has ended.
    async fn cancel_and_wait<T>(&self, task: &Task<T>) -> Result<(), Exception> {
        let core = self.core.clone();
        let waiter = core.inner.borrow_mut().futures.insert(FutureSlot::new(false));
        core.inner.borrow_mut().add_callback(task.awaited(), Callback::Release(waiter));
        task.cancel();
        let mut started = false;
        let waited = std::future::poll_fn(|_| core.poll_wait(Awaited::Future(waiter), Why::TASK, &mut started)).await;
        core.inner.borrow_mut().forget(waiter);
        waited.map(|_| ())
    }
}

/// A limit's future, and its timer as it is on record.
type Limit = (Key, Option<SetTimer>);

/// How far a [`Timeout`] is.
enum State {
    Created,
    /// Inside the block: its task, the requests to cancel it that were there before, and the limit's future, which is
    /// pending while the block is in time and carries the task in the place of a callback.
    Entered(AnyTask, u32, Option<Limit>),
    Expired,
    Exited,
}

/// A block with a time limit that can be moved: `asyncio.Timeout`.
pub struct Timeout {
    cx: Cx,
    when: Cell<Option<Nanos>>,
    state: RefCell<State>,
}

impl Timeout {
    /// `async with self:` around `body`.
    ///
    /// # Errors
    /// `TimeoutError`, or whatever the body raises; `RuntimeError` when it has been entered before.
    pub async fn run<T>(&self, body: impl Future<Output = Result<T, Exception>>) -> Result<T, Exception> {
        self.enter()?;
        let result = body.await;
        self.exit(result)
    }

    /// `__aenter__`.
    ///
    /// # Errors
    /// `RuntimeError` when it has been entered before, or outside a task.
    pub fn enter(&self) -> Result<(), Exception> {
        if !matches!(*self.state.borrow(), State::Created) {
            return Err(Exception::runtime("Timeout has already been entered"));
        }
        let Some(task) = self.cx.current_task() else {
            return Err(Exception::runtime("Timeout should be used inside a task"));
        };
        let limit = self.set(task.key, self.when.get());
        let cancelling = task.cancelling();
        self.state.replace(State::Entered(task, cancelling, limit));
        Ok(())
    }

    /// `__aexit__`, with what the block came to.
    ///
    /// # Errors
    /// `TimeoutError` in place of the cancellation by this limit, or what the block raised.
    pub fn exit<T>(&self, result: Result<T, Exception>) -> Result<T, Exception> {
        let expired = self.expired();
        let State::Entered(task, cancelling, limit) = self.state.replace(State::Exited) else { return result };
        self.forget(limit);
        if !expired {
            return result;
        }
        self.state.replace(State::Expired);
        if !made(Mistake::TimeoutKeepsRequest) && task.uncancel() > cancelling && !made(Mistake::TimeoutTakesAll) {
            return result;
        }
        result.map_err(|raised| {
            if raised.is_cancelled() { Exception::timeout().from_cause(raised) } else { timed_out_within(raised) }
        })
    }

    /// `when()`: the limit, as a moment of [`Cx::time`]; `None` when it never passes.
    pub fn when(&self) -> Option<Nanos> {
        self.when.get()
    }

    /// `expired()`: whether the limit has passed while the block was entered.
    pub fn expired(&self) -> bool {
        match &*self.state.borrow() {
            State::Entered(_, _, Some((limit, _))) => {
                self.cx.core.inner.borrow().stage(Awaited::Future(*limit)) == Stage::Done
            }
            State::Expired => true,
            _ => false,
        }
    }

    /// `reschedule(when)`: moves the limit to another moment of [`Cx::time`].
    ///
    /// # Errors
    /// `RuntimeError` when the block is not entered, or the limit has passed.
    pub fn reschedule(&self, when: Option<Nanos>) -> Result<(), Exception> {
        let cannot = |state: &str| Err(Exception::runtime(format!("Cannot change state of {state} Timeout")));
        let expiring = self.expired();
        match &mut *self.state.borrow_mut() {
            State::Created => Err(Exception::runtime("Timeout has not been entered")),
            State::Exited => cannot("finished"),
            State::Expired => cannot("expired"),
            State::Entered(..) if expiring => cannot("expiring"),
            State::Entered(task, _, limit) => {
                self.when.set(when);
                if made(Mistake::RescheduleIgnored) {
                    return Ok(());
                }
                self.forget(limit.take());
                *limit = self.set(task.key, when);
                Ok(())
            }
        }
    }

    /// Sets the limit's timer.
    fn set(&self, task: Key, when: Option<Nanos>) -> Option<Limit> {
        let core = &self.cx.core;
        let (now, when) = (core.now(), when? / core.speed);
        let inner = &mut *core.inner.borrow_mut();
        let mut slot = FutureSlot::new(true);
        slot.callbacks = Callbacks::One(Callback::Wakeup(task));
        let limit = inner.futures.insert(slot);
        if when <= now {
            inner.ready.push_back(Handle::TimeOut(limit));
            return Some((limit, None));
        }
        inner.timers.set(when, Handle::TimeOut(limit));
        Some((limit, inner.limit_set(task, when)))
    }

    fn forget(&self, limit: Option<Limit>) {
        if let Some((limit, set)) = limit {
            let inner = &mut *self.cx.core.inner.borrow_mut();
            inner.forget(limit);
            inner.log.timer_gone(inner.now, set);
        }
    }
}

impl Drop for Timeout {
    fn drop(&mut self) {
        if let State::Entered(_, _, limit) = self.state.replace(State::Exited) {
            self.forget(limit); // the task was dropped inside the block
        }
    }
}

/// The cancellation of an exceeded limit in the context of what the block raised instead becomes a `TimeoutError`.
fn timed_out_within(mut raised: Exception) -> Exception {
    fn insert(exception: &mut Exception) {
        if exception.links.is_none() {
            return;
        }
        let Some(context) = &mut exception.links_mut().context else { return };
        if context.is_cancelled() {
            *context = Exception::timeout().from_cause(std::mem::take(context));
        } else {
            insert(context);
        }
    }
    insert(&mut raised);
    if raised.kind == "ExceptionGroup" {
        raised.links_mut().exceptions.iter_mut().for_each(insert);
    }
    raised
}
