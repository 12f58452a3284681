//! `concurrent.futures.Future` in a process: a result that will be there, an exception, or a cancellation.

use super::super::core::{Core, Wants};
use super::super::cx::ProcessCx;
use super::super::value::Value;
use crate::aio::Exception;
use crate::model::Nanos;
use std::cell::RefCell;
use std::rc::Rc;

/// What a call came to.
pub(super) type Ended = Result<Value, Exception>;

enum Stage {
    Pending,
    Running,
    /// When whoever waits for its end was told, once that has happened: the executor has come upon it.
    Cancelled(Option<u64>),
    /// When, and with what.
    Finished(u64, Ended),
}

/// Called with a future that is done.
type Callback = Box<dyn FnOnce(&Future)>;

struct Inner {
    core: Rc<Core>,
    stage: RefCell<Stage>,
    callbacks: RefCell<Vec<Callback>>,
}

/// What was submitted, and will have a result.
#[derive(Clone)]
pub struct Future(Rc<Inner>);

impl Future {
    /// A pending future. Executors make theirs themselves.
    pub fn new(cx: &ProcessCx) -> Self {
        let (stage, callbacks) = (RefCell::new(Stage::Pending), RefCell::default());
        Self(Rc::new(Inner { core: cx.core.clone(), stage, callbacks }))
    }

    pub(super) fn core(&self) -> &Rc<Core> {
        &self.0.core
    }

    /// Its place in memory: two futures with the same are one.
    pub(super) fn id(&self) -> usize {
        Rc::as_ptr(&self.0).addr()
    }

    /// Whether it was cancelled.
    pub fn cancelled(&self) -> bool {
        matches!(*self.0.stage.borrow(), Stage::Cancelled(_))
    }

    /// Whether it runs, or is on its way to a process; then it cannot be cancelled any more.
    pub fn running(&self) -> bool {
        matches!(*self.0.stage.borrow(), Stage::Running)
    }

    /// Whether it was cancelled or has ended.
    pub fn done(&self) -> bool {
        matches!(*self.0.stage.borrow(), Stage::Cancelled(_) | Stage::Finished(..))
    }

    /// Whether it has ended with an exception.
    pub(super) fn raised(&self) -> bool {
        matches!(*self.0.stage.borrow(), Stage::Finished(_, Err(_)))
    }

    /// A number that says when it ended, greater than of those that ended before. What was cancelled has ended when the executor
    /// has come upon it.
    pub(super) fn ended(&self) -> Option<u64> {
        match *self.0.stage.borrow() {
            Stage::Pending | Stage::Running => None,
            Stage::Cancelled(when) => when,
            Stage::Finished(when, _) => Some(when),
        }
    }

    /// Cancels it if it has not begun; `false` when it runs or has ended.
    pub fn cancel(&self) -> bool {
        match &mut *self.0.stage.borrow_mut() {
            Stage::Running | Stage::Finished(..) => return false,
            Stage::Cancelled(_) => return true,
            stage @ Stage::Pending => *stage = Stage::Cancelled(None),
        }
        self.call();
        true
    }

    /// `add_done_callback`: `callback` is called when it ends or is cancelled, or at once if it is done; one after another, in the
    /// order in which they were added.
    pub fn add_done_callback(&self, callback: impl FnOnce(&Self) + 'static) {
        self.0.callbacks.borrow_mut().push(Box::new(callback));
        if self.done() {
            self.call();
        }
    }

    fn call(&self) {
        let callbacks = self.0.callbacks.take();
        callbacks.into_iter().for_each(|callback| callback(self));
    }

    /// `set_running_or_notify_cancel`: whoever is to run it has come to it; `false` when it was cancelled and is not to be run.
    ///
    /// # Errors
    /// `RuntimeError` when it runs or has ended, or this was said before.
    pub fn set_running_or_notify_cancel(&self) -> Result<bool, Exception> {
        let mut stage = self.0.stage.borrow_mut();
        match *stage {
            Stage::Pending => *stage = Stage::Running,
            Stage::Cancelled(None) => *stage = Stage::Cancelled(Some(self.0.core.next_serial())),
            _ => return Err(Exception::runtime("Future in unexpected state")),
        }
        Ok(matches!(*stage, Stage::Running))
    }

    /// `set_result` or `set_exception`: it has ended like this.
    ///
    /// # Errors
    /// `InvalidStateError` when it has ended or was cancelled.
    pub fn set(&self, result: Result<Value, Exception>) -> Result<(), Exception> {
        let mut stage = self.0.stage.borrow_mut();
        let invalid = match *stage {
            Stage::Pending | Stage::Running => None,
            Stage::Cancelled(None) => Some("CANCELLED"),
            Stage::Cancelled(_) => Some("CANCELLED_AND_NOTIFIED"),
            Stage::Finished(..) => Some("FINISHED"),
        };
        if let Some(name) = invalid {
            return Err(Exception::new("InvalidStateError", name));
        }
        *stage = Stage::Finished(self.0.core.next_serial(), result);
        drop(stage);
        self.call();
        Ok(())
    }

    /// `result()`: waits for the result.
    ///
    /// # Errors
    /// What the function raised; `CancelledError`; `BrokenProcessPool`.
    pub async fn result(&self) -> Result<Value, Exception> {
        self.end(None).await?
    }

    /// `result(timeout=limit)`: waits for the result for `limit` of the simulated world at most.
    ///
    /// # Errors
    /// `TimeoutError` when it has not ended in that time (it goes on all the same), and as [`Future::result`].
    pub async fn result_within(&self, limit: Nanos) -> Result<Value, Exception> {
        self.end(Some(limit)).await?
    }

    /// `exception(timeout=limit)`: what was raised, if anything was. Without a limit it waits as long as it takes.
    ///
    /// # Errors
    /// `TimeoutError` when it has not ended in that time; `CancelledError`.
    pub async fn exception(&self, limit: Option<Nanos>) -> Result<Option<Exception>, Exception> {
        Ok(self.end(limit).await?.err())
    }

    async fn end(&self, limit: Option<Nanos>) -> Result<Ended, Exception> {
        let over = |_: &Core| match &*self.0.stage.borrow() {
            Stage::Pending | Stage::Running => None,
            Stage::Cancelled(_) => Some(Err(Exception::new("CancelledError", ""))),
            Stage::Finished(_, result) => Some(Ok(result.clone())),
        };
        let end = self.0.core.until_within(Wants::Result, limit, over).await;
        end.unwrap_or_else(|| Err(Exception::new("TimeoutError", "")))
    }
}
