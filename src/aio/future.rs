//! `asyncio.Future`: a place for a result that somebody sets later, and that any number of tasks can await.

use super::calls::Callable;
use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::handle::Ending;
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Stage};
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

struct Shared<T> {
    core: Rc<Core>,
    key: Key,
    result: RefCell<Option<Result<T, Exception>>>,
    /// Whether it has an exception that nobody has looked at.
    unseen: Cell<bool>,
}

/// A handle on an `asyncio.Future`; clones are the same future. Awaiting it gives its result.
pub struct FutureHandle<T> {
    shared: Rc<Shared<T>>,
    started: bool,
}

impl Cx {
    /// `loop.create_future()`: a future that is done when somebody sets its result, its exception, or cancels it.
    pub fn create_future<T>(&self) -> FutureHandle<T> {
        let core = self.core.clone();
        let key = core.inner.borrow_mut().futures.insert(FutureSlot::new(false));
        FutureHandle {
            shared: Rc::new(Shared { core, key, result: RefCell::new(None), unseen: Cell::new(false) }),
            started: false,
        }
    }

    /// `loop.call_soon`: calls it in the loop's next iteration, outside any task.
    pub fn call_soon(&self, call: impl Callable) {
        self.core.call_soon(call);
    }
}

impl<T> FutureHandle<T> {
    /// Sets its result; whoever awaits it goes on in the next iteration.
    ///
    /// # Errors
    /// `InvalidStateError` when it is done already.
    pub fn set_result(&self, value: T) -> Result<(), Exception> {
        self.settle(Ok(value))
    }

    /// Sets an exception, which is raised in whoever awaits it.
    ///
    /// # Errors
    /// `InvalidStateError` when it is done already.
    pub fn set_exception(&self, exception: Exception) -> Result<(), Exception> {
        self.settle(Err(exception))
    }

    fn settle(&self, result: Result<T, Exception>) -> Result<(), Exception> {
        if self.done() {
            return Err(Exception::invalid_state("invalid state"));
        }
        let ending = if result.is_ok() { Ending::Returned } else { Ending::Raised };
        self.shared.unseen.set(result.is_err());
        *self.shared.result.borrow_mut() = Some(result);
        self.shared.core.now();
        self.shared.core.inner.borrow_mut().settle_with(self.shared.key, Stage::Done, ending);
        Ok(())
    }

    /// Cancels it: `CancelledError` is raised in whoever awaits it. `false` when it is done already.
    pub fn cancel(&self) -> bool {
        self.shared.core.now();
        self.shared.core.inner.borrow_mut().cancel(Awaited::Future(self.shared.key))
    }

    /// `cancel(message)`: as [`FutureHandle::cancel`]; the `CancelledError` carries the message.
    pub fn cancel_message(&self, message: &str) -> bool {
        self.shared.core.now();
        let (mut inner, message) = (self.shared.core.inner.borrow_mut(), Rc::from(message));
        inner.cancel_with(Awaited::Future(self.shared.key), Some(&message))
    }

    /// The `CancelledError` it was cancelled with.
    fn cancellation(&self) -> Exception {
        Exception::cancelled_with(self.shared.core.inner.borrow().message(Awaited::Future(self.shared.key)))
    }

    /// Whether it has a result or an exception or was cancelled.
    pub fn done(&self) -> bool {
        self.stage() != Stage::Pending
    }

    /// Whether it was cancelled.
    pub fn cancelled(&self) -> bool {
        self.stage() == Stage::Cancelled
    }

    /// Its exception, if it is done and has one.
    ///
    /// # Errors
    /// `InvalidStateError` when it is not done, `CancelledError` when it was cancelled.
    pub fn exception(&self) -> Result<Option<Exception>, Exception> {
        self.shared.unseen.set(false);
        match self.stage() {
            Stage::Pending => Err(Exception::invalid_state("Exception is not set.")),
            Stage::Cancelled => Err(self.cancellation()),
            _ => Ok(self.shared.result.borrow().as_ref().and_then(|result| result.as_ref().err().cloned())),
        }
    }

    /// `add_done_callback`: calls it with this future, in the iteration after it is done (or the next, if it is).
    pub fn add_done_callback(&self, call: impl FnOnce(&FutureHandle<T>) + 'static)
    where
        T: 'static,
    {
        let future = self.clone();
        self.when_done(move || call(&future));
    }

    /// The same for what does not ask for the future; it may have a name.
    pub fn when_done(&self, call: impl Callable) {
        let core = &self.shared.core;
        if core.kept.closed() {
            return;
        }
        let (name, call) = call.into_parts();
        let call = core.register_once(name, call);
        let ended = self.done().then_some(Ending::Returned); // which it was, the closure asks the future
        core.when_done(Awaited::Future(self.shared.key), ended, call, 0);
    }

    fn stage(&self) -> Stage {
        self.shared.core.inner.borrow().stage(Awaited::Future(self.shared.key))
    }
}

impl<T: Clone> FutureHandle<T> {
    /// Its result, or the exception that was set.
    ///
    /// # Errors
    /// That exception; `InvalidStateError` when it is not done, `CancelledError` when it was cancelled.
    pub fn result(&self) -> Result<T, Exception> {
        self.shared.unseen.set(false);
        match self.stage() {
            Stage::Pending => Err(Exception::invalid_state("Result is not set.")),
            Stage::Cancelled => Err(self.cancellation()),
            _ => self.shared.result.borrow().clone().unwrap_or_else(|| Err(Exception::cancelled())),
        }
    }
}

impl<T> Clone for FutureHandle<T> {
    fn clone(&self) -> Self {
        Self { shared: self.shared.clone(), started: false }
    }
}

impl<T: Clone> Future for FutureHandle<T> {
    type Output = Result<T, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let Shared { core, key, .. } = &*this.shared;
        let waited = core.poll_wait(Awaited::Future(*key), Why::TASK, &mut this.started);
        match waited {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(thrown)) => {
                this.shared.unseen.set(false); // whoever is woken asks for the result before it raises anything else
                Poll::Ready(Err(thrown))
            }
            Poll::Ready(Ok(_)) => Poll::Ready(this.result()),
        }
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        self.core.inner.borrow_mut().forget(self.key);
        if self.unseen.get() {
            let exception = self.result.take().and_then(Result::err);
            self.core.report("Future exception was never retrieved".to_owned(), None, exception);
        }
    }
}
