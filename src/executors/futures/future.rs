//! `concurrent.futures.Future`: a result that will be there, an exception, or a cancellation.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::Nanos;
use crate::threading::{Event, Queue, ThreadCx, ThreadError, UNNAMED};

enum Stage<T> {
    Pending,
    Running,
    /// Whether whoever watches it has been told: that happens when a worker comes upon it.
    Cancelled(bool),
    Finished(Result<T, ThreadError>),
}

/// Where ends are told, by number.
pub(super) type Ends = Arc<Queue<usize>>;

/// Called with a future that is done.
type Callback<T> = Box<dyn FnOnce(&ThreadCx, &Future<T>) -> Result<(), ThreadError> + Send>;

struct State<T> {
    stage: Stage<T>,
    /// Where its end is to be told, and under which number.
    watchers: Vec<(Ends, usize)>,
    callbacks: Vec<Callback<T>>,
}

struct Inner<T> {
    state: Mutex<State<T>>,
    /// Set when there is a result, an exception or a cancellation.
    over: Event,
    object: u32,
}

/// What was submitted, and will have a result.
pub struct Future<T>(Arc<Inner<T>>);

impl<T> Clone for Future<T> {
    /// The same future.
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Default for Future<T> {
    fn default() -> Self {
        Self::new()
    }
}

impl<T> Future<T> {
    /// A pending future without a name in the trace. Pools make theirs themselves.
    pub fn new() -> Self {
        Self::named(UNNAMED)
    }

    /// A pending future; who waits for its end is recorded to wait for `object`, which may be that of others, too.
    pub fn named(object: u32) -> Self {
        let state = State { stage: Stage::Pending, watchers: Vec::new(), callbacks: Vec::new() };
        Self(Arc::new(Inner { state: Mutex::new(state), over: Event::busy(object), object }))
    }

    /// Its number in the trace.
    pub(super) fn object(&self) -> u32 {
        self.0.object
    }

    /// Nobody waits or blocks while holding this.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Its place in memory: two futures with the same are one.
    pub(super) fn id(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Whether it was cancelled.
    pub fn cancelled(&self) -> bool {
        matches!(self.state().stage, Stage::Cancelled(_))
    }

    /// Whether it runs; then it cannot be cancelled any more.
    pub fn running(&self) -> bool {
        matches!(self.state().stage, Stage::Running)
    }

    /// Whether it was cancelled or has ended.
    pub fn done(&self) -> bool {
        matches!(self.state().stage, Stage::Cancelled(_) | Stage::Finished(_))
    }

    /// Whether it has ended with an exception.
    pub(super) fn raised(&self) -> bool {
        matches!(self.state().stage, Stage::Finished(Err(_)))
    }

    /// Cancels it if it has not begun; `false` when it runs or has ended.
    pub fn cancel(&self, cx: &ThreadCx) -> bool {
        let mut state = self.state();
        match state.stage {
            Stage::Running | Stage::Finished(_) => return false,
            Stage::Cancelled(_) => return true,
            Stage::Pending => state.stage = Stage::Cancelled(false),
        }
        let callbacks = std::mem::take(&mut state.callbacks);
        drop(state);
        self.0.over.set(cx);
        self.call(cx, callbacks);
        true
    }

    /// `add_done_callback`: `callback` is called by whoever ends or cancels it, or at once if it is done; one after another, in
    /// the order in which they were added. What a callback raises concerns nobody (CPython writes it to the log).
    pub fn add_done_callback(
        &self,
        cx: &ThreadCx,
        callback: impl FnOnce(&ThreadCx, &Self) -> Result<(), ThreadError> + Send + 'static,
    ) {
        let mut state = self.state();
        if matches!(state.stage, Stage::Pending | Stage::Running) {
            state.callbacks.push(Box::new(callback));
            return;
        }
        drop(state);
        self.call(cx, vec![Box::new(callback)]);
    }

    fn call(&self, cx: &ThreadCx, callbacks: Vec<Callback<T>>) {
        for callback in callbacks {
            // A thread that must leave learns it again at its next wait.
            let _ = callback(cx, self);
        }
    }

    /// `set_running_or_notify_cancel`: whoever is to run it has come to it; `false` when it was cancelled and is not to be run.
    ///
    /// # Errors
    /// `RuntimeError` when it runs or has ended, or this was said before; [`ThreadError::Interrupted`].
    pub fn set_running_or_notify_cancel(&self, cx: &ThreadCx) -> Result<bool, ThreadError> {
        let mut state = self.state();
        match state.stage {
            Stage::Pending => {
                state.stage = Stage::Running;
                Ok(true)
            }
            Stage::Cancelled(false) => {
                state.stage = Stage::Cancelled(true);
                let watchers = std::mem::take(&mut state.watchers);
                drop(state);
                tell(cx, watchers)?;
                Ok(false)
            }
            _ => Err(ThreadError::raised("RuntimeError", "Future in unexpected state")),
        }
    }

    /// `set_result` or `set_exception`: it has ended like this.
    ///
    /// # Errors
    /// `InvalidStateError` when it has ended or was cancelled; [`ThreadError::Interrupted`].
    pub fn set(&self, cx: &ThreadCx, result: Result<T, ThreadError>) -> Result<(), ThreadError> {
        let mut state = self.state();
        let invalid = match state.stage {
            Stage::Pending | Stage::Running => None,
            Stage::Cancelled(false) => Some("CANCELLED"),
            Stage::Cancelled(true) => Some("CANCELLED_AND_NOTIFIED"),
            Stage::Finished(_) => Some("FINISHED"),
        };
        if let Some(stage) = invalid {
            return Err(ThreadError::raised("InvalidStateError", stage));
        }
        state.stage = Stage::Finished(result);
        let (watchers, callbacks) = (std::mem::take(&mut state.watchers), std::mem::take(&mut state.callbacks));
        drop(state);
        let told = tell(cx, watchers);
        self.0.over.set(cx);
        self.call(cx, callbacks);
        told
    }

    /// Its end will be told there under this number; `false` when there is nothing to tell any more, because it has ended (a
    /// cancelled one has when a worker has come to it).
    pub(super) fn watch(&self, ends: &Ends, number: usize) -> bool {
        let mut state = self.state();
        let ended = matches!(state.stage, Stage::Cancelled(true) | Stage::Finished(_));
        if !ended {
            state.watchers.push((ends.clone(), number));
        }
        !ended
    }

    /// How many watch it.
    #[cfg(all(test, not(target_arch = "wasm32")))]
    pub(crate) fn watchers(&self) -> usize {
        self.state().watchers.len()
    }

    /// Its end is not to be told there any more.
    pub(super) fn unwatch(&self, ends: &Ends) {
        self.state().watchers.retain(|(other, _)| !Arc::ptr_eq(other, ends));
    }

    /// `exception(timeout=limit)`: what was raised, if anything was. Without a limit it waits as long as it takes.
    ///
    /// # Errors
    /// `TimeoutError` when it has not ended in that time; `CancelledError`; [`ThreadError::Interrupted`].
    pub fn exception(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<Option<ThreadError>, ThreadError> {
        self.end(cx, limit, |result| result.as_ref().err().cloned())
    }

    /// Waits for its end and looks at it.
    fn end<R>(
        &self,
        cx: &ThreadCx,
        limit: Option<Nanos>,
        look: impl FnOnce(&Result<T, ThreadError>) -> R,
    ) -> Result<R, ThreadError> {
        match limit {
            None => self.0.over.wait(cx)?,
            Some(limit) => {
                self.0.over.wait_timeout(cx, limit)?;
            }
        }
        match &self.state().stage {
            Stage::Finished(result) => Ok(look(result)),
            Stage::Cancelled(_) => Err(ThreadError::raised("CancelledError", "")),
            Stage::Pending | Stage::Running => Err(ThreadError::raised("TimeoutError", "")),
        }
    }
}

impl<T: Clone> Future<T> {
    /// `result()`: waits for the result.
    ///
    /// # Errors
    /// What the body raised; `CancelledError`; [`ThreadError::Interrupted`].
    pub fn result(&self, cx: &ThreadCx) -> Result<T, ThreadError> {
        self.end(cx, None, Clone::clone)?
    }

    /// `result(timeout=limit)`: waits for the result, but no longer.
    ///
    /// # Errors
    /// `TimeoutError` when it has not ended in that time (it goes on all the same), and as [`Future::result`].
    pub fn result_within(&self, cx: &ThreadCx, limit: Nanos) -> Result<T, ThreadError> {
        self.end(cx, Some(limit), Clone::clone)?
    }
}

/// The queues have no bound: nobody waits here.
fn tell(cx: &ThreadCx, watchers: Vec<(Ends, usize)>) -> Result<(), ThreadError> {
    watchers.into_iter().try_for_each(|(queue, number)| queue.put(cx, number))
}
