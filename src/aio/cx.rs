//! The handle on the loop that every coroutine gets: time, sleep, and what only the host can do.

use super::core::{Core, Why};
use super::exception::Exception;
use super::handle::Handle;
use super::log::NO_LANE;
use super::slab::Key;
use super::state::{Awaited, FutureSlot};
use super::{Completion, Operation};
use crate::model::{Mark, Nanos, wire};
use serde::de::DeserializeOwned;
use std::cell::RefCell;
use std::pin::Pin;
use std::rc::{Rc, Weak};
use std::task::{Context, Poll};

/// A handle on the running loop, given to every coroutine.
#[derive(Clone)]
pub struct Cx {
    pub(super) core: Rc<Core>,
}

impl Cx {
    /// Nanoseconds since the run began, on the host's clock (waits take 1/speed of it).
    pub fn now(&self) -> Nanos {
        self.core.host.now()
    }

    /// `loop.time()`: nanoseconds of the simulated world since the run began; waits and [`Cx::timeout_at`] go by it.
    pub fn time(&self) -> Nanos {
        self.core.host.now().saturating_mul(self.core.speed)
    }

    /// `loop.run_in_executor`: has the scenario's kernel computed for this payload elsewhere. It begins at once.
    pub fn run_in_executor(&self, payload: Vec<u8>) -> Executing {
        self.begin(Operation::Job(payload))
    }

    /// `asyncio.to_thread`: [`Cx::run_in_executor`] as a coroutine, which begins when it is awaited. Cancelling the task that
    /// awaits it ends the waiting at once; the work itself goes on, and its result is dropped.
    ///
    /// # Errors
    /// What the work raises; `CancelledError`.
    pub async fn to_thread(&self, payload: Vec<u8>) -> Result<Vec<u8>, Exception> {
        self.run_in_executor(payload).await
    }

    /// The host's own SHA-256 of these bytes. It begins at once.
    pub fn digest(&self, bytes: Vec<u8>) -> Executing {
        self.begin(Operation::Digest(bytes))
    }

    /// [`Cx::begin`] for an operation that answers with a value. It begins at once.
    ///
    /// # Errors
    /// What the operation raises; `RuntimeError` when the answer is no such value; `CancelledError`.
    pub fn ask<T: DeserializeOwned>(
        &self,
        operation: Operation,
    ) -> impl Future<Output = Result<T, Exception>> + use<T> {
        let begun = self.begin(operation);
        async move { Ok(wire::decode(&begun.await?)?) }
    }

    /// Puts a mark into the running task's lane.
    pub fn mark(&self, mark: Mark, arg: u32) {
        let inner = &mut *self.core.inner.borrow_mut();
        let lane = self.core.current.get().and_then(|key| inner.tasks.get(key)).map(|slot| slot.lane);
        if let Some(lane) = lane.filter(|lane| *lane != NO_LANE) {
            inner.now = self.core.host.now();
            inner.log.mark(lane, inner.now, mark, arg);
        }
    }

    /// Has the host do what only it can do. It begins at once; awaiting it gives the answer's bytes.
    pub fn begin(&self, operation: Operation) -> Executing {
        let future = self.core.inner.borrow_mut().futures.insert(FutureSlot::new(false));
        let result: ResultCell = Rc::default();
        let (core, cell) = (Rc::downgrade(&self.core), Rc::downgrade(&result));
        self.core.host.begin(operation, completion(core, cell, future));
        Executing { core: self.core.clone(), future, result, started: false }
    }
}

type Arrived = RefCell<Option<Result<Vec<u8>, Exception>>>;
type ResultCell = Rc<Arrived>;
type WeakCell = Weak<Arrived>;

/// `call_soon_threadsafe(future.set_result, …)`; nothing when nobody waits any more.
fn completion(core: Weak<Core>, cell: WeakCell, future: Key) -> Completion {
    Box::new(move |result| {
        let (Some(core), Some(cell)) = (core.upgrade(), cell.upgrade()) else { return };
        *cell.borrow_mut() = Some(result);
        core.inner.borrow_mut().ready.push_back(Handle::SetResult(future));
    })
}

/// An operation of the host's that has begun; awaiting it gives its result.
pub struct Executing {
    core: Rc<Core>,
    future: Key,
    result: ResultCell,
    started: bool,
}

impl Future for Executing {
    type Output = Result<Vec<u8>, Exception>;

    fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.get_mut();
        match this.core.poll_wait(Awaited::Future(this.future), Why::SLEEP, &mut this.started) {
            Poll::Pending => Poll::Pending,
            Poll::Ready(Err(thrown)) => Poll::Ready(Err(thrown)),
            Poll::Ready(Ok(_)) => {
                Poll::Ready(this.result.borrow_mut().take().unwrap_or_else(|| Err(Exception::cancelled())))
            }
        }
    }
}

impl Drop for Executing {
    fn drop(&mut self) {
        self.core.inner.borrow_mut().forget(self.future);
    }
}
