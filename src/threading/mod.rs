//! Python's `threading` in Rust: blocking primitives and the GIL, on std's atomics, native and wasm alike.

use crate::model::{LaneWriter, Outcome, StopFlag};
use std::sync::Arc;

/// The global interpreter lock, as CPython's ceval has it.
pub struct Gil;

/// Why a thread must leave its program early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

/// What a thread's program is given.
#[derive(Clone)]
pub struct ThreadCx {
    /// Its lane.
    pub lane: LaneWriter,
    /// The GIL, when there is one.
    pub gil: Option<Arc<Gil>>,
    /// Asks the run to end.
    pub stop: StopFlag,
}

/// Threads that share state.
pub trait ThreadsRun: Send + Sync {
    /// Names of the threads; one lane each.
    fn threads(&self) -> Vec<String>;
    /// Names of the locks and queues; an object's number is its index.
    fn objects(&self) -> Vec<String> {
        Vec::new()
    }
    /// The program of thread `index`.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    fn run(&self, cx: &ThreadCx, index: usize) -> Result<(), Interrupted>;
    /// What came out, once all threads have ended.
    fn outcome(&self) -> Outcome;
}
