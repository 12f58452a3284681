//! `asyncio.gather`: several tasks at once, their results in the order of the call.

use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::handle::{Callback, Ending};
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Gathering, Stage};
use super::task::Task;
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
        self.gather_tasks(bodies.into_iter().map(|body| self.create_task(body)).collect())
    }

    /// [`Cx::gather`] of tasks that exist already.
    pub fn gather_tasks<T: Clone + 'static>(&self, tasks: Vec<Task<T>>) -> Gather<T> {
        Gather(Outer::new(&self.core, tasks, true))
    }

    /// `asyncio.gather(*coroutines, return_exceptions=True)`: every result or exception, once all have ended.
    pub fn gather_settled<T, F>(&self, bodies: impl IntoIterator<Item = F>) -> GatherSettled<T>
    where
        T: Clone + 'static,
        F: Future<Output = Result<T, Exception>> + 'static,
    {
        self.gather_tasks_settled(bodies.into_iter().map(|body| self.create_task(body)).collect())
    }

    /// [`Cx::gather_settled`] of tasks that exist already.
    pub fn gather_tasks_settled<T: Clone + 'static>(&self, tasks: Vec<Task<T>>) -> GatherSettled<T> {
        GatherSettled(Outer::new(&self.core, tasks, false))
    }
}

/// The gathering future and its children.
struct Outer<T> {
    core: Rc<Core>,
    future: Key,
    children: Vec<Task<T>>,
    started: bool,
}

impl<T: Clone> Outer<T> {
    fn new(core: &Rc<Core>, children: Vec<Task<T>>, raises: bool) -> Self {
        let keys: Vec<Key> = children.iter().map(Task::key).collect();
        let ended: Vec<Option<Ending>> = children.iter().map(ending).collect();
        let inner = &mut *core.inner.borrow_mut();
        let mut slot = FutureSlot::new(false);
        if keys.is_empty() {
            slot.stage = Stage::Done;
        }
        slot.gathering =
            Some(Box::new(Gathering { children: keys.clone(), finished: 0, raises, cancel_requested: false }));
        let future = inner.futures.insert(slot);
        for (child, key) in (0..).zip(keys) {
            if inner.tasks.get(key).is_some() {
                inner.add_callback(Awaited::Task(key), Callback::Gathered { outer: future, child });
            }
        }
        for (child, ending) in (0..).zip(ended) {
            if let Some(ending) = ending {
                inner.gathered(future, child, ending);
            }
        }
        Self { core: core.clone(), future, children, started: false }
    }

    fn poll(&mut self) -> Poll<Result<(), Exception>> {
        match self.core.poll_wait(Awaited::Future(self.future), Why::TASK, &mut self.started) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(thrown)) => Poll::Ready(Err(thrown)),
            Poll::Ready(Ok(Stage::Raised(child))) => {
                Poll::Ready(Err(self.children.get(child as usize).map_or_else(Exception::cancelled, Task::failure)))
            }
            Poll::Ready(Ok(_)) => Poll::Ready(Ok(())),
        }
    }

    fn results(&self) -> impl Iterator<Item = Result<T, Exception>> {
        self.children.iter().map(|task| task.result().unwrap_or_else(|| Err(Exception::cancelled())))
    }
}

/// How a task has ended, if it has.
fn ending<T: Clone>(task: &Task<T>) -> Option<Ending> {
    Some(match task.result()? {
        Ok(_) => Ending::Returned,
        Err(exception) if exception.is_cancelled() => Ending::Cancelled,
        Err(_) => Ending::Raised,
    })
}

impl<T> Drop for Outer<T> {
    fn drop(&mut self) {
        self.core.inner.borrow_mut().forget(self.future);
    }
}

/// The future made by [`Cx::gather`].
pub struct Gather<T>(Outer<T>);

impl<T: Clone> Future for Gather<T> {
    type Output = Result<Vec<T>, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let outer = &mut self.get_mut().0;
        outer.poll().map(|waited| waited.and_then(|()| outer.results().collect()))
    }
}

/// The future made by [`Cx::gather_settled`].
pub struct GatherSettled<T>(Outer<T>);

impl<T: Clone> Future for GatherSettled<T> {
    type Output = Result<Vec<Result<T, Exception>>, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let outer = &mut self.get_mut().0;
        outer.poll().map(|waited| waited.map(|()| outer.results().collect()))
    }
}
