//! `asyncio.gather`: several tasks at once, their results in the order of the call.

use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::handle::Ending;
use super::mistakes::{Mistake, made};
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Gathering, Stage};
use super::task::Task;
use std::cell::{Cell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

impl Cx {
    /// `asyncio.gather(*coroutines)`: each becomes a task now. The first exception goes to the awaiting task, and the
    /// other tasks run on; cancelling the awaiting task cancels them all.
    pub fn gather<T, F>(&self, bodies: impl IntoIterator<Item = F>) -> Gather<T>
    where
        T: Clone + 'static,
        F: Future<Output = Result<T, Exception>> + 'static,
    {
        self.gather_tasks(bodies.into_iter().map(|body| self.create_quiet(body)).collect())
    }

    /// [`Cx::gather`] of tasks that exist already.
    pub fn gather_tasks<T: Clone + 'static>(&self, tasks: Vec<Task<T>>) -> Gather<T> {
        Gather(Outer::create(&self.core, tasks, true))
    }

    /// `asyncio.gather(*coroutines, return_exceptions=True)`: every result or exception, once all have ended.
    pub fn gather_settled<T, F>(&self, bodies: impl IntoIterator<Item = F>) -> GatherSettled<T>
    where
        T: Clone + 'static,
        F: Future<Output = Result<T, Exception>> + 'static,
    {
        self.gather_tasks_settled(bodies.into_iter().map(|body| self.create_quiet(body)).collect())
    }

    /// [`Cx::gather_settled`] of tasks that exist already.
    pub fn gather_tasks_settled<T: Clone + 'static>(&self, tasks: Vec<Task<T>>) -> GatherSettled<T> {
        GatherSettled(Outer::create(&self.core, tasks, false))
    }

    /// A task nobody else has a handle on.
    fn create_quiet<T: 'static>(&self, body: impl Future<Output = Result<T, Exception>> + 'static) -> Task<T> {
        let task = self.create_task(body);
        if let Some(slot) = self.core.inner.borrow_mut().tasks.get_mut(task.key) {
            slot.quiet = true;
        }
        task
    }
}

/// The gathering future and its children; shared with the call that each child's end makes.
struct Shared<T> {
    core: Rc<Core>,
    future: Key,
    children: Vec<Task<T>>,
    /// Children that have ended.
    finished: Cell<usize>,
    /// Whether the first exception ends it.
    raises: bool,
    /// Its exception, taken from the child when that ended.
    error: RefCell<Option<Exception>>,
    /// Whether nobody has seen it.
    unseen: Cell<bool>,
}

impl<T> Shared<T> {
    /// A child has ended (`gather`'s `_done_callback`).
    fn child_ended(&self, child: u32, ending: Ending) {
        self.finished.set(self.finished.get() + 1);
        let task = self.children.get(child as usize);
        if ending == Ending::Raised
            && let Some(task) = task
        {
            task.outcome.see();
        }
        let inner = &mut *self.core.inner.borrow_mut();
        let Some(slot) = inner.futures.get(self.future) else { return };
        if slot.stage != Stage::Pending {
            return;
        }
        let cancelled = slot.gathering.as_ref().is_some_and(|gathering| gathering.cancel_requested);
        let last = self.children.len() - 1;
        let error = if self.raises && ending != Ending::Returned {
            task.map(Task::failure)
        } else if self.finished.get() <= last {
            return;
        } else if cancelled {
            // Of the last child in the order of the call, however that ended: so it is in CPython.
            self.children.get(last).map(|task| match task.outcome.ending() {
                Some(Ending::Cancelled) => task.failure(),
                _ => Exception::cancelled_with(inner.message(task.awaited())),
            })
        } else {
            None
        };
        let stage = if error.is_some() { Stage::Raised(child) } else { Stage::Done };
        if error.is_some() && made(Mistake::GatherCancelsSiblings) {
            self.children.iter().for_each(|child| _ = inner.cancel(child.awaited()));
        }
        self.unseen.set(self.raises && ending == Ending::Raised);
        *self.error.borrow_mut() = error;
        inner.settle(self.future, stage);
    }
}

impl<T> Drop for Shared<T> {
    fn drop(&mut self) {
        if let Some(exception) = self.error.take().filter(|_| self.unseen.get()) {
            self.core.report("_GatheringFuture exception was never retrieved".to_owned(), None, Some(exception));
        }
        self.core.inner.borrow_mut().forget(self.future);
    }
}

/// What is awaited.
struct Outer<T> {
    shared: Rc<Shared<T>>,
    started: bool,
}

impl<T: Clone + 'static> Outer<T> {
    fn create(core: &Rc<Core>, children: Vec<Task<T>>, raises: bool) -> Self {
        let mut slot = FutureSlot::new(false);
        if children.is_empty() {
            slot.stage = Stage::Done;
        }
        let keys: Rc<[Key]> = children.iter().map(|task| task.key).collect();
        slot.gathering = Some(Box::new(Gathering { children: keys, cancel_requested: false }));
        let future = core.inner.borrow_mut().futures.insert(slot);
        let (finished, error, unseen) = (Cell::new(0), RefCell::new(None), Cell::new(false));
        let shared = Rc::new(Shared { core: core.clone(), future, children, finished, raises, error, unseen });
        let ended: Vec<(u32, Ending)> =
            (0..).zip(&shared.children).filter_map(|(n, t)| Some((n, t.ending()?))).collect();
        if ended.len() < shared.children.len() {
            let watched = shared.clone();
            let call = core.register(Rc::new(move |child, ending| watched.child_ended(child, ending)));
            for (child, task) in (0..).zip(&shared.children).filter(|(_, task)| !task.done()) {
                core.when_done(task.awaited(), None, call, child);
            }
        }
        for (child, ending) in ended {
            shared.child_ended(child, ending);
        }
        Self { shared, started: false }
    }

    fn poll(&mut self) -> Poll<Result<(), Exception>> {
        let shared = &self.shared;
        match shared.core.poll_wait(Awaited::Future(shared.future), Why::TASK, &mut self.started) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(thrown)) => {
                shared.unseen.set(false);
                let cancelled = shared.error.borrow().clone().filter(Exception::is_cancelled);
                Poll::Ready(Err(cancelled.unwrap_or(thrown)))
            }
            Poll::Ready(Ok(Stage::Raised(_))) => {
                shared.unseen.set(false);
                Poll::Ready(Err(shared.error.borrow().clone().unwrap_or_else(Exception::cancelled)))
            }
            Poll::Ready(Ok(_)) => Poll::Ready(Ok(())),
        }
    }

    fn results(&self) -> impl Iterator<Item = Result<T, Exception>> {
        self.shared.children.iter().map(|task| match task.ending() {
            Some(Ending::Cancelled) => Err(task.outcome.cancelled_anew()),
            _ => task.result(),
        })
    }
}

/// The future made by [`Cx::gather`].
pub struct Gather<T>(Outer<T>);

impl<T: Clone + 'static> Future for Gather<T> {
    type Output = Result<Vec<T>, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let outer = &mut self.get_mut().0;
        outer.poll().map(|waited| waited.and_then(|()| outer.results().collect()))
    }
}

/// The future made by [`Cx::gather_settled`].
pub struct GatherSettled<T>(Outer<T>);

impl<T: Clone + 'static> Future for GatherSettled<T> {
    type Output = Result<Vec<Result<T, Exception>>, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let outer = &mut self.get_mut().0;
        outer.poll().map(|waited| waited.map(|()| outer.results().collect()))
    }
}
