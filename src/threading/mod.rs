//! Python's `threading` in Rust: blocking primitives and the GIL, on std's atomics, native and wasm alike.

mod barrier;
mod cx;
mod gil;
mod lock;
mod queue;
mod sleep;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod wait;

pub use barrier::Barrier;
pub use cx::{Account, ThreadCx};
pub use gil::Gil;
pub use lock::{Lock, LockGuard};
pub use queue::Queue;

use crate::model::Outcome;

/// Why a thread must leave its program early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

/// Threads that share state.
pub trait ThreadsRun: Send + Sync {
    /// Names of the threads; one lane each.
    fn threads(&self) -> Vec<String>;
    /// Names of the locks and queues; an object's number is its index.
    fn objects(&self) -> Vec<String> {
        Vec::new()
    }
    /// The program of thread `index`; entered with the GIL held when there is one.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    fn run(&self, cx: &ThreadCx, index: usize) -> Result<(), Interrupted>;
    /// What came out, once all threads have ended.
    fn outcome(&self) -> Outcome;
    /// Share of the work done, 0 to 1.
    fn progress(&self) -> f32 {
        0.0
    }
}
