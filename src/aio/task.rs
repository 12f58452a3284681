//! Tasks: coroutines that the loop steps, and the handles on them.

use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::handle::{Ending, Handle};
use super::slab::Key;
use super::state::{Awaited, TaskSlot};
use crate::aio::handle::Callbacks;
use crate::model::State;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// Where a task's result lies once there is one; the exception is boxed to keep 100,000 empty ones small.
type ResultCell<T> = Rc<RefCell<Option<Result<T, Box<Exception>>>>>;

/// A handle on a task: `asyncio.Task`. Awaiting it gives its result; dropping it does not end the task.
pub struct Task<T> {
    core: Rc<Core>,
    key: Key,
    cell: ResultCell<T>,
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
        let cell = ResultCell::<T>::default();
        let body = Box::pin(Finishing { core: core.clone(), cell: cell.clone(), body });
        let crowded = core.inner.borrow().log.full();
        if !crowded {
            core.now();
        }
        let inner = &mut *core.inner.borrow_mut();
        inner.created += 1;
        let number = inner.created;
        let lane = inner.log.task(inner.now, || name.unwrap_or_else(|| format!("Task-{number}")));
        let key = inner.tasks.insert(TaskSlot {
            body: Some(body),
            callbacks: Callbacks::None,
            awaits: None,
            lane,
            number,
            cancels: 0,
            must_cancel: false,
            started: false,
        });
        inner.ready.push_back(Handle::Step(key));
        Self { core: core.clone(), key, cell, started: false }
    }
}

pin_project_lite::pin_project! {
    /// Runs the coroutine and keeps its result for the handle. (An async block would hold the coroutine twice.)
    struct Finishing<F, T> {
        core: Rc<Core>,
        cell: ResultCell<T>,
        #[pin]
        body: F,
    }
}

impl<F: Future<Output = Result<T, Exception>>, T> Future for Finishing<F, T> {
    type Output = Ending;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Ending> {
        let this = self.project();
        let Poll::Ready(mut result) = this.body.poll(cx) else { return Poll::Pending };
        if this.core.take_late_cancel() && result.is_ok() {
            result = Err(Exception::cancelled());
        }
        let ending = match &result {
            Ok(_) => Ending::Returned,
            Err(exception) if exception.is_cancelled() => Ending::Cancelled,
            Err(_) => Ending::Raised,
        };
        *this.cell.borrow_mut() = Some(result.map_err(Box::new));
        Poll::Ready(ending)
    }
}

impl<T> Task<T> {
    pub(super) fn key(&self) -> Key {
        self.key
    }

    /// Another handle on the same task.
    pub fn again(&self) -> Self {
        Self { core: self.core.clone(), key: self.key, cell: self.cell.clone(), started: false }
    }

    /// Whether it has ended.
    pub fn done(&self) -> bool {
        self.core.inner.borrow().tasks.get(self.key).is_none()
    }

    /// Asks it to end: its current await (or the next) raises `CancelledError`. `false` when it had ended already.
    pub fn cancel(&self) -> bool {
        self.core.now();
        self.core.inner.borrow_mut().cancel(Awaited::Task(self.key))
    }

    /// Whether it ended as cancelled.
    pub fn cancelled(&self) -> bool {
        self.done() && !matches!(&*self.cell.borrow(), Some(Ok(_))) && self.failure().is_cancelled()
    }

    /// How it ended when it did so without a result; a task that was cancelled before its first step left nothing.
    pub(super) fn failure(&self) -> Exception {
        match &*self.cell.borrow() {
            Some(Err(exception)) => exception.as_ref().clone(),
            _ => Exception::cancelled(),
        }
    }
}

impl<T: Clone> Task<T> {
    /// Its result; `None` until it has ended.
    pub fn result(&self) -> Option<Result<T, Exception>> {
        if !self.done() {
            return None;
        }
        match &*self.cell.borrow() {
            Some(Ok(value)) => Some(Ok(value.clone())),
            Some(Err(exception)) => Some(Err(exception.as_ref().clone())),
            None => Some(Err(Exception::cancelled())),
        }
    }
}

impl<T: Clone> Future for Task<T> {
    type Output = Result<T, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let waited = this.core.poll_wait(Awaited::Task(this.key), Why::TASK, &mut this.started);
        match waited {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(thrown)) => Poll::Ready(Err(thrown)),
            Poll::Ready(Ok(_)) => Poll::Ready(this.result().unwrap_or_else(|| Err(Exception::cancelled()))),
        }
    }
}

/// The running task, seen from inside: `asyncio.current_task()`.
#[derive(Clone)]
pub struct CurrentTask {
    pub(super) core: Rc<Core>,
    pub(super) key: Key,
}

impl CurrentTask {
    /// Asks it to end, as [`Task::cancel`].
    pub fn cancel(&self) -> bool {
        self.core.inner.borrow_mut().cancel(Awaited::Task(self.key))
    }

    /// Requests to cancel it that nobody has taken back.
    pub fn cancelling(&self) -> u32 {
        self.core.inner.borrow().tasks.get(self.key).map_or(0, |slot| slot.cancels)
    }

    /// Takes one request back; how many are left.
    pub fn uncancel(&self) -> u32 {
        let mut inner = self.core.inner.borrow_mut();
        let Some(slot) = inner.tasks.get_mut(self.key) else { return 0 };
        if slot.cancels > 0 {
            slot.cancels -= 1;
            slot.must_cancel &= slot.cancels > 0;
        }
        slot.cancels
    }

    /// Writes into its lane what it does while it computes, such as [`State::Pickling`].
    pub fn enter(&self, state: State) {
        let at = self.core.now();
        let mut inner = self.core.inner.borrow_mut();
        if let Some(lane) = inner.tasks.get(self.key).map(|slot| slot.lane) {
            inner.log.enter(lane, at, state, 0);
        }
    }
}
