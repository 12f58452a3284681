//! `asyncio.wait`: until the first, the first exception, or all of several tasks.

use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::handle::{Ending, Handle};
use super::log::SetTimer;
use super::mistakes::{Mistake, made};
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Stage};
use super::task::Task;
use crate::model::Nanos;
use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// When [`Cx::wait`] has waited long enough.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReturnWhen {
    /// `asyncio.FIRST_COMPLETED`: one task has ended, in whichever way.
    FirstCompleted,
    /// `asyncio.FIRST_EXCEPTION`: one task has raised (a cancellation does not count), or all have ended.
    FirstException,
    /// `asyncio.ALL_COMPLETED`: all have ended.
    AllCompleted,
}

/// Tasks that have ended and tasks that have not, each in the order of the call (in Python they are sets).
pub type DoneAndPending<T> = (Vec<Task<T>>, Vec<Task<T>>);

impl Cx {
    /// `asyncio.wait(tasks)`, until all have ended; [`Wait::return_when`] and [`Wait::timeout`] say otherwise. It raises no
    /// exception of the tasks and cancels none of them. Waiting for nothing is a `ValueError`.
    ///
    /// ```
    /// # use interleave::aio::{Cx, Exception, ReturnWhen, Task};
    /// async fn first_of(cx: Cx, tasks: Vec<Task<u64>>) -> Result<u64, Exception> {
    ///     let (done, pending) = cx.wait(&tasks).return_when(ReturnWhen::FirstCompleted).await?;
    ///     pending.iter().for_each(|task| drop(task.cancel()));
    ///     done.iter().map(Task::result).sum()
    /// }
    /// ```
    pub fn wait<'a, T: 'static>(&self, tasks: impl IntoIterator<Item = &'a Task<T>>) -> Wait<T> {
        let mut unique: Vec<Task<T>> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        unique.extend(tasks.into_iter().filter(|task| seen.insert(task.outcome.number)).cloned());
        let when = ReturnWhen::AllCompleted;
        Wait { core: self.core.clone(), tasks: unique, when, limit: None, waiting: None, started: false }
    }
}

/// What [`Cx::wait`] returns, to be awaited.
#[must_use = "nothing is waited for until it is awaited"]
pub struct Wait<T> {
    core: Rc<Core>,
    tasks: Vec<Task<T>>,
    when: ReturnWhen,
    limit: Option<Nanos>,
    waiting: Option<Waiting>,
    started: bool,
}

/// The future that is awaited, and what the ends of the tasks call.
#[derive(Clone, Copy)]
struct Waiting {
    waiter: Key,
    call: Key,
    /// Its time limit, as it is on record.
    set: Option<SetTimer>,
}

impl<T> Wait<T> {
    /// `return_when=…`
    pub fn return_when(mut self, when: ReturnWhen) -> Self {
        self.when = when;
        self
    }

    /// `timeout=…`: at most so long, in the simulated world. Tasks that have not ended by then are pending; nothing is raised.
    pub fn timeout(mut self, limit: Nanos) -> Self {
        self.limit = Some(limit);
        self
    }

    fn begin(&self) -> Waiting
    where
        T: 'static,
    {
        let core = &self.core;
        let now = core.now();
        let (waiter, set) = {
            let inner = &mut *core.inner.borrow_mut();
            let waiter = inner.futures.insert(FutureSlot::new(self.limit.is_some()));
            let set = self.limit.and_then(|limit| {
                let due = now + limit / core.speed;
                inner.timers.set(due, Handle::SetResult(waiter));
                inner.limit_set(core.current.get()?, due)
            });
            (waiter, set)
        };
        let (left, when, calling) = (Cell::new(self.tasks.len()), self.when, Rc::downgrade(core));
        let limited = self.limit.is_some();
        let asked = if when == ReturnWhen::FirstException { self.tasks.as_slice() } else { &[] };
        let asked: Vec<_> = asked.iter().map(|task| task.outcome.clone()).collect();
        let call = core.register(Rc::new(move |which, ending| {
            left.set(left.get() - 1);
            if left.get() > 0
                && let Some(outcome) = asked.get(which as usize)
            {
                outcome.see(); // CPython asks for the exception as long as others are left, and so retrieves it
            }
            let enough = match when {
                ReturnWhen::FirstCompleted => true,
                ReturnWhen::FirstException => ending == Ending::Raised,
                ReturnWhen::AllCompleted => ending == Ending::Raised && made(Mistake::WaitStopsAtException),
            };
            if (enough || left.get() == 0)
                && let Some(core) = calling.upgrade()
            {
                let inner = &mut *core.inner.borrow_mut();
                if inner.settle(waiter, Stage::Done) && limited {
                    inner.timer_cancelled();
                }
            }
        }));
        for (which, task) in (0..).zip(&self.tasks) {
            core.when_done(task.awaited(), task.ending(), call, which);
        }
        Waiting { waiter, call, set }
    }

    fn end(&mut self) {
        if let Some(Waiting { waiter, call, set }) = self.waiting.take() {
            self.core.unregister(call, self.tasks.iter().map(Task::awaited));
            let inner = &mut *self.core.inner.borrow_mut();
            inner.forget(waiter);
            inner.log.timer_gone(inner.now, set);
        }
    }
}

impl<T: 'static> Future for Wait<T> {
    type Output = Result<DoneAndPending<T>, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        if this.tasks.is_empty() {
            return Poll::Ready(Err(Exception::new("ValueError", "Set of Tasks/Futures is empty.")));
        }
        let waiter = match this.waiting {
            Some(waiting) => waiting.waiter,
            None => {
                let waiting = this.begin();
                this.waiting.insert(waiting).waiter
            }
        };
        let Poll::Ready(waited) = this.core.poll_wait(Awaited::Future(waiter), Why::TASK, &mut this.started) else {
            return Poll::Pending;
        };
        this.end();
        Poll::Ready(waited.map(|_| this.tasks.iter().cloned().partition(Task::done)))
    }
}

impl<T> Drop for Wait<T> {
    fn drop(&mut self) {
        self.end();
    }
}
