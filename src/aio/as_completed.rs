//! `asyncio.as_completed`: tasks in the order in which they end.

use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::log::SetTimer;
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Stage};
use super::task::Task;
use crate::model::Nanos;
use std::cell::{Cell, RefCell};
use std::collections::{HashSet, VecDeque};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

impl Cx {
    /// `asyncio.as_completed(coroutines)`: each becomes a task now.
    ///
    /// As a plain iterator it gives as many futures as there are tasks; each gives the result of the next task to end. With
    /// [`AsCompleted::next_task`] it gives the tasks themselves, as `async for` does.
    ///
    /// ```
    /// # use interleave::aio::{Cx, Exception};
    /// # async fn fetch(cx: Cx, n: u64) -> Result<u64, Exception> { cx.sleep(n).await.map(|()| n) }
    /// async fn in_order(cx: Cx) -> Result<Vec<u64>, Exception> {
    ///     let mut seen = Vec::new();
    ///     for next in cx.as_completed([fetch(cx.clone(), 20), fetch(cx.clone(), 10)]) {
    ///         seen.push(next.await?);
    ///     }
    ///     Ok(seen)
    /// }
    /// ```
    pub fn as_completed<T, F>(&self, bodies: impl IntoIterator<Item = F>) -> AsCompleted<T>
    where
        T: Clone + 'static,
        F: Future<Output = Result<T, Exception>> + 'static,
    {
        self.as_completed_tasks(bodies.into_iter().map(|body| self.create_task(body)).collect())
    }

    /// [`Cx::as_completed`] of tasks that exist already.
    pub fn as_completed_tasks<T: Clone + 'static>(&self, tasks: Vec<Task<T>>) -> AsCompleted<T> {
        AsCompleted::create(&self.core, tasks)
    }
}

/// A task that has ended; nothing when the time was up before.
type Arrived<T> = Option<Task<T>>;

/// The queue between the tasks that end and those who wait for them.
struct Shared<T> {
    core: Rc<Core>,
    tasks: Vec<Task<T>>,
    /// Tasks that have not ended; after the time limit none.
    todo: Cell<usize>,
    done: RefCell<VecDeque<Arrived<T>>>,
    /// Futures of those who wait for the queue to have something.
    getters: RefCell<VecDeque<Key>>,
    /// What the ends of the tasks call.
    call: Cell<Option<Key>>,
    /// What the time limit calls.
    limit: Cell<Option<(Key, Option<SetTimer>)>>,
}

impl<T> Shared<T> {
    fn put(&self, arrived: Arrived<T>) {
        self.done.borrow_mut().push_back(arrived);
        self.wake_next();
    }

    /// `Queue._wakeup_next`.
    fn wake_next(&self) {
        let inner = &mut *self.core.inner.borrow_mut();
        while let Some(getter) = self.getters.borrow_mut().pop_front() {
            if inner.settle(getter, Stage::Done) {
                return;
            }
        }
    }

    fn ended(&self, which: u32) {
        if self.todo.get() == 0 {
            return; // the time was up
        }
        self.todo.set(self.todo.get() - 1);
        self.put(self.tasks.get(which as usize).cloned());
        if self.todo.get() == 0 {
            self.forget_limit();
        }
    }

    fn timed_out(&self) {
        let left = self.todo.replace(0);
        if let Some(call) = self.call.take() {
            self.core.unregister(call, self.tasks.iter().map(Task::awaited));
        }
        for _ in 0..left {
            self.put(None);
        }
    }

    fn forget_limit(&self) {
        if let Some((limit, set)) = self.limit.take() {
            self.core.cancel_timer(limit, set);
        }
    }
}

/// Tasks in the order in which they end; made by [`Cx::as_completed`].
pub struct AsCompleted<T> {
    shared: Rc<Shared<T>>,
    left: usize,
}

impl<T> Drop for AsCompleted<T> {
    fn drop(&mut self) {
        if Rc::strong_count(&self.shared) <= 1 + usize::from(self.shared.todo.get() > 0) {
            self.shared.forget_limit(); // nobody waits for the next one any more
        }
    }
}

impl<T: Clone + 'static> AsCompleted<T> {
    fn create(core: &Rc<Core>, tasks: Vec<Task<T>>) -> Self {
        let mut seen = HashSet::new();
        let tasks: Vec<_> = tasks.into_iter().filter(|task| seen.insert(task.outcome.number)).collect();
        let left = tasks.len();
        let shared = Rc::new(Shared {
            core: core.clone(),
            tasks,
            todo: Cell::new(left),
            done: RefCell::default(),
            getters: RefCell::default(),
            call: Cell::new(None),
            limit: Cell::new(None),
        });
        if left > 0 {
            let watched = shared.clone();
            let call = core.register(Rc::new(move |which, _| watched.ended(which)));
            shared.call.set(Some(call));
            for (which, task) in (0..).zip(&shared.tasks) {
                core.when_done(task.awaited(), task.ending(), call, which);
            }
        }
        Self { shared, left }
    }

    /// `timeout=…`: from now on at most so long, in the simulated world; what has not ended by then raises `TimeoutError` here
    /// (and runs on).
    #[must_use]
    pub fn timeout(self, limit: Nanos) -> Self {
        let core = &self.shared.core;
        if self.shared.todo.get() > 0 {
            let when = core.now() + limit / core.speed;
            let watched = Rc::downgrade(&self.shared);
            let call = core.register(Rc::new(move |_, _| {
                if let Some(watched) = watched.upgrade() {
                    watched.limit.take();
                    watched.timed_out();
                }
            }));
            let set = core.call_at(when, call);
            self.shared.limit.set(Some((call, set)));
        }
        self
    }

    /// `async for`: the next task to end, by itself; `None` when there are no more.
    ///
    /// # Errors
    /// `TimeoutError` when the time was up first; `CancelledError`.
    pub async fn next_task(&mut self) -> Result<Option<Task<T>>, Exception> {
        match self.next() {
            Some(next) => NextTask(next).await.map(Some),
            None => Ok(None),
        }
    }
}

impl<T: Clone + 'static> Iterator for AsCompleted<T> {
    type Item = NextCompleted<T>;

    fn next(&mut self) -> Option<NextCompleted<T>> {
        self.left = self.left.checked_sub(1)?;
        Some(NextCompleted { shared: self.shared.clone(), getter: None, started: false })
    }
}

/// Gives the result of the next task to end.
#[must_use = "it gives nothing until it is awaited"]
pub struct NextCompleted<T> {
    shared: Rc<Shared<T>>,
    getter: Option<Key>,
    started: bool,
}

impl<T> NextCompleted<T> {
    /// `Queue.get` of the tasks that have ended.
    fn poll_get(&mut self) -> Poll<Result<Task<T>, Exception>> {
        let shared = self.shared.clone();
        loop {
            if let Some(getter) = self.getter {
                let waited = shared.core.poll_wait(Awaited::Future(getter), Why::TASK, &mut self.started);
                let Poll::Ready(waited) = waited else { return Poll::Pending };
                self.leave(waited.is_err());
                if let Err(thrown) = waited {
                    return Poll::Ready(Err(thrown));
                }
            }
            if let Some(arrived) = shared.done.borrow_mut().pop_front() {
                return Poll::Ready(arrived.ok_or_else(Exception::timeout));
            }
            let getter = shared.core.inner.borrow_mut().futures.insert(FutureSlot::new(false));
            shared.getters.borrow_mut().push_back(getter);
            (self.getter, self.started) = (Some(getter), false);
        }
    }

    /// Waits no longer; when it was woken in vain, the next one is.
    fn leave(&mut self, in_vain: bool) {
        let Some(getter) = self.getter.take() else { return };
        let shared = &self.shared;
        let woken = {
            let mut inner = shared.core.inner.borrow_mut();
            let woken = inner.stage(Awaited::Future(getter)) == Stage::Done;
            inner.forget(getter);
            woken
        };
        if in_vain {
            shared.getters.borrow_mut().retain(|other| *other != getter);
            if woken && !shared.done.borrow().is_empty() {
                shared.wake_next();
            }
        }
    }
}

impl<T: Clone> Future for NextCompleted<T> {
    type Output = Result<T, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().poll_get().map(|next| next.and_then(|task| task.result()))
    }
}

impl<T> Drop for NextCompleted<T> {
    fn drop(&mut self) {
        self.leave(true);
    }
}

/// Gives the next task to end.
struct NextTask<T>(NextCompleted<T>);

impl<T> Future for NextTask<T> {
    type Output = Result<Task<T>, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        self.get_mut().0.poll_get()
    }
}
