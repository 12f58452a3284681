//! `asyncio.shield`: whoever awaits may be cancelled, what is awaited runs on.

use super::core::{Core, Why};
use super::cx::Cx;
use super::exception::Exception;
use super::handle::Ending;
use super::mistakes::{Mistake, made};
use super::slab::Key;
use super::state::{Awaited, FutureSlot, Stage};
use super::task::Task;
use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

impl Cx {
    /// `asyncio.shield(task)`: awaiting it gives the task's result; cancelling who awaits it does not cancel the task. What
    /// the task raises after that is reported as never retrieved, unless somebody else asks it.
    ///
    /// ```
    /// # use interleave::aio::{Cx, Exception};
    /// # async fn save(cx: Cx) -> Result<u64, Exception> { cx.sleep(20).await.map(|()| 1) }
    /// async fn finish(cx: Cx) -> Result<u64, Exception> {
    ///     let saving = cx.create_task(save(cx.clone()));
    ///     match cx.timeout(10, cx.shield(&saving)).await {
    ///         Err(late) if late.is_timeout() => saving.await, // it was not cancelled
    ///         result => result,
    ///     }
    /// }
    /// ```
    pub fn shield<T: Clone + 'static>(&self, task: &Task<T>) -> Shield<T> {
        if task.done() {
            return Shield { inner: task.clone(), outer: None, started: false };
        }
        let core = &self.core;
        let future = core.inner.borrow_mut().futures.insert(FutureSlot::new(false));
        let outer = Rc::new(Outer { core: core.clone(), future, inner: task.clone(), unseen: Cell::new(false) });
        let watched = outer.clone();
        let inner_done = core.register(Rc::new(move |_, ending| watched.inner_done(ending)));
        let (calling, inner) = (Rc::downgrade(core), task.awaited());
        let outer_done = core.register(Rc::new(move |_, _| {
            let Some(core) = calling.upgrade() else { return };
            // One that has ended meanwhile is still to be heard: that marks what it raised as retrieved.
            let pending = core.inner.borrow().stage(inner) == Stage::Pending;
            if pending {
                core.unregister(inner_done, std::iter::once(inner));
            }
        }));
        core.when_done(inner, None, inner_done, 0);
        core.when_done(Awaited::Future(future), None, outer_done, 0);
        Shield { inner: task.clone(), outer: Some(outer), started: false }
    }
}

/// The future between the task and who awaits it.
struct Outer<T> {
    core: Rc<Core>,
    future: Key,
    inner: Task<T>,
    /// Whether it has an exception that nobody has seen.
    unseen: Cell<bool>,
}

impl<T> Outer<T> {
    fn inner_done(&self, ending: Ending) {
        self.inner.outcome.see();
        let stage = match ending {
            Ending::Returned => Stage::Done,
            Ending::Raised => Stage::Raised(0),
            Ending::Cancelled => Stage::Cancelled,
        };
        if self.core.inner.borrow_mut().settle(self.future, stage) {
            self.unseen.set(ending == Ending::Raised);
        }
    }
}

impl<T> Drop for Outer<T> {
    fn drop(&mut self) {
        if self.unseen.get() {
            let exception = self.inner.failure();
            self.core.report("Future exception was never retrieved".to_owned(), None, Some(exception));
        }
        self.core.inner.borrow_mut().forget(self.future);
    }
}

/// Awaits a task without passing a cancellation on to it; made by [`Cx::shield`].
pub struct Shield<T> {
    inner: Task<T>,
    /// `None` when the task had ended already.
    outer: Option<Rc<Outer<T>>>,
    started: bool,
}

impl<T: Clone> Future for Shield<T> {
    type Output = Result<T, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        let Some(outer) = &this.outer else { return Poll::Ready(this.inner.result()) };
        match outer.core.poll_wait(Awaited::Future(outer.future), Why::TASK, &mut this.started) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(thrown)) => {
                outer.unseen.set(false); // whoever is woken asks for the result before it raises anything else
                if made(Mistake::ShieldPassesOn) {
                    this.inner.cancel();
                }
                Poll::Ready(Err(thrown))
            }
            Poll::Ready(Ok(_)) => {
                outer.unseen.set(false);
                Poll::Ready(this.inner.result())
            }
        }
    }
}
