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
//!     Script::new(plan, work).threads(["worker-1", "worker-2"]).objects(["lock"]).build()
//! }
//!
//! fn work(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
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
mod line;
mod local;
mod lock;
mod mistakes;
mod note;
mod queue;
mod rlock;
mod run;
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
pub use run::ThreadsRun;
pub use script::{Main, OfDeadlock, Script};
pub use semaphore::{Permit, Semaphore};
pub use shared::Shared;
pub use site::UNNAMED;
pub use thread::Thread;
pub use timer::Timer;
