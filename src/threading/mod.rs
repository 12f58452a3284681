//! Python's `threading` in Rust: blocking primitives and the GIL, on std's atomics, native and wasm alike.
//!
//! A lesson's program is a main function that starts threads, as in Python; `?` passes exceptions and stops on:
//!
//! ```
//! # use interleave::model::{MS, Outcome, Plan};
//! # use interleave::threading::{Lock, Script, Shared, Thread, ThreadCx, ThreadError, ThreadsRun};
//! # use std::sync::Arc;
//! fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
//!     // Lanes and objects are named beforehand; `Threads { count: |_| 3, … }`: two threads and main.
//!     Script::new(plan, main).threads(["worker-1", "worker-2"]).objects(["lock"]).build()
//! }
//!
//! fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
//!     let (lock, done) = (Arc::new(Lock::new(0)), Shared::new(Vec::new())); // object 0: "lock"
//!     let worker = |name: &str| {
//!         let (lock, done, wait) = (lock.clone(), done.clone(), plan.values.wait("wait"));
//!         Thread::new(name, move |cx| {
//!             cx.sleep(wait)?; // simulated time: the run's speed divides it
//!             let _held = lock.acquire(cx)?; // with lock:
//!             cx.busy(MS)?; // computes for a millisecond, looking at the GIL
//!             done.with(|done| done.push(cx.name()));
//!             Ok(())
//!         })
//!     };
//!     let workers = [worker("worker-1"), worker("worker-2")];
//!     workers.iter().try_for_each(|thread| thread.start(cx))?;
//!     workers.iter().try_for_each(|thread| thread.join(cx))?;
//!     Ok(Outcome::new(done.get().join(", ")))
//! }
//! ```

mod barrier;
mod condition;
mod cx;
mod deadlock;
mod error;
mod event;
mod gil;
mod interpreter;
mod local;
mod lock;
mod note;
mod queue;
mod rlock;
mod script;
mod seat;
mod semaphore;
mod shared;
mod site;
mod sleep;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod thread;
mod timer;
mod wait;

pub use barrier::Barrier;
pub use condition::{Condition, Lockable};
pub use cx::{Account, ThreadCx};
pub use deadlock::Detector;
pub use error::{Interrupted, ThreadError};
pub use event::Event;
pub use gil::Gil;
pub use interpreter::{ExceptHook, Interpreter, Unhandled};
pub use local::Local;
pub use lock::{Lock, LockGuard};
pub use queue::Queue;
pub use rlock::{RLock, RLockGuard};
pub use script::{Main, OfDeadlock, Script};
pub use semaphore::{Permit, Semaphore};
pub use shared::Shared;
pub use site::UNNAMED;
pub use thread::Thread;
pub use timer::Timer;

use crate::model::{Deadlock, Outcome};

/// Threads that share state. A lesson's program is a [`Script`]; threads that all begin at once implement this themselves.
pub trait ThreadsRun: Send + Sync {
    /// Names of the threads; one lane each.
    fn threads(&self) -> Vec<String>;
    /// Names of the locks and queues; an object's number is its index.
    fn objects(&self) -> Vec<String> {
        Vec::new()
    }
    /// Whether thread `index` begins at once, instead of waiting for a [`Thread`] to be started.
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
