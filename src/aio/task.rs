//! Tasks: coroutines that the loop steps, and the handles on them.

use super::any_task::AnyTask;
use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::handle::{Callbacks, Ending, Handle};
use super::outcome::{Finishing, Outcome};
use super::slab::Key;
use super::state::{Awaited, Nap, TaskSlot};
use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// A handle on a task: `asyncio.Task`. Awaiting it gives its result; dropping it does not end the task.
pub struct Task<T> {
    pub(super) core: Rc<Core>,
    pub(super) key: Key,
    pub(super) outcome: Rc<Outcome<T>>,
    started: bool,
}

impl Cx {
    /// `asyncio.create_task`: the coroutine takes its first step when the loop comes to it. Named "Task-N", as in Python.
    pub fn create_task<T: 'static>(&self, body: impl Future<Output = Result<T, Exception>> + 'static) -> Task<T> {
        Task::create(&self.core, None, body)
    }

    /// `asyncio.create_task(…, name=…)`.
    pub fn create_task_named<T: 'static>(
        &self,
        name: impl Into<String>,
        body: impl Future<Output = Result<T, Exception>> + 'static,
    ) -> Task<T> {
        Task::create(&self.core, Some(name.into()), body)
    }
}

impl<T: 'static> Task<T> {
    pub(super) fn create(
        core: &Rc<Core>,
        name: Option<String>,
        body: impl Future<Output = Result<T, Exception>> + 'static,
    ) -> Self {
        let crowded = core.inner.borrow().log.full();
        if !crowded {
            core.now();
        }
        let number = core.next_number();
        if let Some(name) = &name {
            core.names.borrow_mut().create(number, name);
        }
        let outcome = Rc::new(Outcome::new(number));
        let body = Box::pin(Finishing { outcome: outcome.clone(), body });
        let inner = &mut *core.inner.borrow_mut();
        let lane = inner.log.task(inner.now, || core.name_of(number));
        let key = inner.tasks.insert(TaskSlot {
            body: Some(body),
            callbacks: Callbacks::None,
            awaits: None,
            lane,
            number,
            cancels: 0,
            naps: 0,
            nap: Nap::None,
            must_cancel: false,
            started: false,
            quiet: false,
        });
        inner.ready.push_back(Handle::Step(key));
        Self { core: core.clone(), key, outcome, started: false }
    }

    /// `add_done_callback`: calls this with the task once it has ended, in an iteration of its own; in the next one when it
    /// has ended already.
    pub fn add_done_callback(&self, callback: impl FnOnce(&Task<T>) + 'static) {
        let (task, callback) = (self.clone(), Cell::new(Some(callback)));
        let call = self.core.register(Rc::new(move |_, _| {
            if let Some(callback) = callback.take() {
                callback(&task);
            }
        }));
        self.core.when_done(self.awaited(), self.ending(), call, 0);
    }
}

impl<T> Clone for Task<T> {
    /// Another handle on the same task.
    fn clone(&self) -> Self {
        Self { core: self.core.clone(), key: self.key, outcome: self.outcome.clone(), started: false }
    }
}

impl<T> PartialEq for Task<T> {
    /// Whether both are handles on the same task.
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.outcome, &other.outcome)
    }
}

impl<T> std::fmt::Debug for Task<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "<Task {}>", self.get_name())
    }
}

impl<T> Task<T> {
    pub(super) fn awaited(&self) -> Awaited {
        Awaited::Task(self.key)
    }

    /// How it ended; `None` before.
    pub(super) fn ending(&self) -> Option<Ending> {
        if self.done() { Some(self.outcome.ending().unwrap_or(Ending::Cancelled)) } else { None }
    }

    /// The same task without the type of its result.
    pub fn any(&self) -> AnyTask {
        AnyTask { core: self.core.clone(), key: self.key, number: self.outcome.number }
    }

    /// `get_name`: "Task-N" unless it was given another.
    pub fn get_name(&self) -> String {
        self.core.name_of(self.outcome.number)
    }

    /// `set_name`. Its lane takes the new name as long as the host has not fetched the lane.
    pub fn set_name(&self, name: impl Into<String>) {
        self.any().set_name(name);
    }

    /// Whether it has ended.
    pub fn done(&self) -> bool {
        self.core.inner.borrow().tasks.get(self.key).is_none()
    }

    /// Asks it to end: its current await (or the next) raises `CancelledError`. `false` when it had ended already.
    pub fn cancel(&self) -> bool {
        self.cancel_with(None)
    }

    /// `cancel(message)`: as [`Task::cancel`]; the `CancelledError` carries the message.
    pub fn cancel_message(&self, message: &str) -> bool {
        self.cancel_with(Some(message))
    }

    fn cancel_with(&self, message: Option<&str>) -> bool {
        self.outcome.see(); // who cancels a task does not care for its exception
        self.any().cancel_with(message)
    }

    /// Requests to cancel it that nobody has taken back.
    pub fn cancelling(&self) -> u32 {
        if self.done() { self.outcome.cancels.get() } else { self.any().cancelling() }
    }

    /// Takes one request back; how many are left.
    pub fn uncancel(&self) -> u32 {
        if !self.done() {
            return self.any().uncancel();
        }
        self.outcome.cancels.set(self.outcome.cancels.get().saturating_sub(1));
        self.outcome.cancels.get()
    }

    /// Whether it ended as cancelled.
    pub fn cancelled(&self) -> bool {
        self.ending() == Some(Ending::Cancelled)
    }

    /// The exception it ended with, `None` when it returned a result.
    ///
    /// # Errors
    /// `InvalidStateError` while it has not ended, `CancelledError` when it was cancelled.
    pub fn exception(&self) -> Result<Option<Exception>, Exception> {
        match self.ending() {
            None => Err(Exception::invalid_state("Exception is not set.")),
            Some(Ending::Returned) => Ok(None),
            Some(Ending::Raised) => Ok(self.outcome.raised()),
            Some(Ending::Cancelled) => Err(self.failure()),
        }
    }

    /// What is raised in who awaits it and was cancelled, `thrown`, unless this task was cancelled first. Either way what it
    /// raised counts as retrieved.
    pub(super) fn failure_or(&self, thrown: Exception) -> Exception {
        match self.ending() {
            Some(Ending::Cancelled) => self.failure(),
            _ => {
                self.outcome.see();
                thrown
            }
        }
    }

    /// How it ended when it did so without a result.
    pub(super) fn failure(&self) -> Exception {
        self.outcome.raised().unwrap_or_else(Exception::cancelled)
    }
}

impl<T: Clone> Task<T> {
    /// Its result.
    ///
    /// # Errors
    /// What it raised; `InvalidStateError` while it has not ended, `CancelledError` when it was cancelled.
    pub fn result(&self) -> Result<T, Exception> {
        if !self.done() {
            return Err(Exception::invalid_state("Result is not set."));
        }
        self.outcome.value().ok_or_else(|| self.failure())
    }
}

impl<T: Clone> Future for Task<T> {
    type Output = Result<T, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if this.core.current.get() == Some(this.key) {
            return this.core.poll_yield(&mut this.started).map(|yielded| {
                yielded?;
                Err(Exception::runtime(format!("Task cannot await on itself: {this:?}")))
            });
        }
        let waited = this.core.poll_wait(Awaited::Task(this.key), Why::TASK, &mut this.started);
        match waited {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(thrown)) => Poll::Ready(Err(this.failure_or(thrown))),
            Poll::Ready(Ok(_)) => Poll::Ready(this.result()),
        }
    }
}
