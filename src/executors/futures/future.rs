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

/// Where its end is to be told, and under which number.
pub(super) type Watcher = (Arc<Queue<usize>>, usize);

struct State<T> {
    stage: Stage<T>,
    watchers: Vec<Watcher>,
}

struct Inner<T> {
    state: Mutex<State<T>>,
    /// Set when there is a result, an exception or a cancellation.
    over: Event,
}

/// What was submitted, and will have a result.
pub struct Future<T>(Arc<Inner<T>>);

impl<T> Clone for Future<T> {
    /// The same future.
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T> Future<T> {
    pub(super) fn pending() -> Self {
        let state = State { stage: Stage::Pending, watchers: Vec::new() };
        Self(Arc::new(Inner { state: Mutex::new(state), over: Event::new(UNNAMED) }))
    }

    /// Nobody waits or blocks while holding this.
    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
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

    /// Cancels it if it has not begun; `false` when it runs or has ended.
    pub fn cancel(&self, cx: &ThreadCx) -> bool {
        let mut state = self.state();
        match state.stage {
            Stage::Running | Stage::Finished(_) => return false,
            Stage::Cancelled(_) => return true,
            Stage::Pending => state.stage = Stage::Cancelled(false),
        }
        drop(state);
        self.0.over.set(cx);
        true
    }

    /// `set_running_or_notify_cancel`: a worker has come to it; `false` when it is not to be run.
    pub(super) fn begin(&self, cx: &ThreadCx) -> Result<bool, ThreadError> {
        let mut state = self.state();
        match state.stage {
            Stage::Pending => {
                state.stage = Stage::Running;
                Ok(true)
            }
            Stage::Cancelled(_) => {
                state.stage = Stage::Cancelled(true);
                let watchers = std::mem::take(&mut state.watchers);
                drop(state);
                tell(cx, watchers)?;
                Ok(false)
            }
            Stage::Running | Stage::Finished(_) => Ok(false),
        }
    }

    /// It has ended like this.
    pub(super) fn finish(&self, cx: &ThreadCx, result: Result<T, ThreadError>) -> Result<(), ThreadError> {
        let mut state = self.state();
        state.stage = Stage::Finished(result);
        let watchers = std::mem::take(&mut state.watchers);
        drop(state);
        self.0.over.set(cx);
        tell(cx, watchers)
    }

    /// Its end will be told there; at once, if it has ended.
    pub(super) fn watch(&self, cx: &ThreadCx, watcher: Watcher) -> Result<(), ThreadError> {
        let mut state = self.state();
        if matches!(state.stage, Stage::Cancelled(true) | Stage::Finished(_)) {
            drop(state);
            return tell(cx, vec![watcher]);
        }
        state.watchers.push(watcher);
        Ok(())
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
fn tell(cx: &ThreadCx, watchers: Vec<Watcher>) -> Result<(), ThreadError> {
    watchers.into_iter().try_for_each(|(queue, number)| queue.put(cx, number))
}
