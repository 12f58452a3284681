//! Threads as an executor runs them.

use super::{ThreadCx, ThreadError};
use crate::model::{Deadlock, Outcome};

/// Threads that share state. A lesson's program is a [`Script`](super::Script); threads that all begin at once implement
/// this themselves.
pub trait ThreadsRun: Send + Sync {
    /// Names of the threads; one lane each.
    fn threads(&self) -> Vec<String>;
    /// Names of the locks and queues; an object's number is its index.
    fn objects(&self) -> Vec<String> {
        Vec::new()
    }
    /// Whether thread `index` begins at once, instead of waiting for a [`Thread`](super::Thread) to be started.
    fn begins(&self, _index: usize) -> bool {
        true
    }
    /// Whether a lane whose thread has ended takes another one.
    fn reuses(&self) -> bool {
        false
    }
    /// The program of thread `index`; entered with the GIL held when there is one.
    ///
    /// # Errors
    /// [`ThreadError::Interrupted`] when the run was asked to end; with any other the run fails.
    fn run(&self, cx: &ThreadCx, index: usize) -> Result<(), ThreadError>;
    /// What came out, once all threads have ended.
    fn outcome(&self) -> Outcome;
    /// What came out when the threads ended in a deadlock; `None` when that is a failure.
    fn deadlocked(&self, _deadlock: &Deadlock) -> Option<Outcome> {
        None
    }
    /// Share of the work done, 0 to 1; `None` when the threads tell it themselves ([`ThreadCx::progress`]).
    fn progress(&self) -> Option<f32> {
        None
    }
}
