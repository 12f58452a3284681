//! asyncio's semantics in Rust: tasks, futures, gather, timeouts, cancellation, locks, queues, generators, on any clock.
//!
//! The order in which callbacks run is CPython 3.13's; `tests/golden/aio/` and `tests/conformance/` hold what it did. A coroutine awaits one thing
//! of this module at a time: cancellation arrives as `Err(CancelledError)` at exactly that await.

mod any_task;
mod as_completed;
mod barrier;
mod block;
mod bounded;
mod browser_order;
mod call_later;
mod calls;
mod cancel;
mod closing;
mod condition;
mod context;
mod core;
mod coroutine;
mod cx;
mod event;
mod event_loop;
mod exception;
mod footprint;
mod future;
mod gather;
mod generator;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod golden_tasks;
mod groups;
mod handle;
mod heap;
mod kept;
mod kinds;
mod lock;
mod log;
mod mistakes;
#[cfg(test)]
mod mistakes_tests;
mod notes;
mod object;
mod outcome;
mod queue;
mod reports;
mod semaphore;
mod shield;
mod signal;
mod slab;
mod sleep;
mod state;
mod task;
mod task_group;
#[cfg(test)]
mod tests;
mod timeout;
mod timers;
#[cfg(test)]
mod twins;
pub mod virtual_time;
mod waiters;
pub mod workloads;

pub use barrier::Barrier;
pub use bounded::BoundedSemaphore;
pub use browser_order::{BROWSER_QUEUES, no_browser};
pub use call_later::TimerHandle;
pub use condition::Condition;
pub use context::AsyncContext;
mod wait;

pub use any_task::AnyTask;
pub use as_completed::{AsCompleted, NextCompleted};
pub use coroutine::Coroutine;
pub use cx::{Cx, Executing};
pub use event::Event;
pub use event_loop::EventLoop;
pub use exception::Exception;
pub use footprint::Footprint;
pub use future::FutureHandle;
pub use gather::{Gather, GatherSettled};
pub use generator::{Generator, Give, Yielder};
pub use heap::Heap;
pub use lock::{Lock, LockGuard};
pub use queue::{LifoQueue, Order, OrderedQueue, PriorityQueue, Queue};
pub use reports::Reported;
pub use semaphore::{Acquire, Permit, Semaphore};
pub use shield::Shield;
pub use sleep::Sleep;
pub use task::Task;
pub use task_group::TaskGroup;
pub use timeout::Timeout;
pub use wait::{DoneAndPending, ReturnWhen, Wait};

use crate::model::Nanos;

/// Something only the host can do, outside the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `run_in_executor`: compute the scenario's kernel for this payload elsewhere.
    Job(Vec<u8>),
    /// The host's own SHA-256 of these bytes.
    Digest(Vec<u8>),
    /// All of [`BROWSER_QUEUES`], asked for in that order within one turn of the browser's loop: their names, in the order
    /// in which they came, a line each. A host without a browser refuses it with `NotImplementedError` ([`no_browser`]).
    BrowserOrder,
}

/// Completes an operation; called by the host, later, on the loop's thread. The host then takes another turn.
pub type Completion = Box<dyn FnOnce(Result<Vec<u8>, Exception>)>;

/// The port through which a loop reaches the world.
pub trait Host {
    /// Nanoseconds since the run began.
    fn now(&self) -> Nanos;
    /// Begins an operation and returns at once.
    fn begin(&self, operation: Operation, done: Completion);
    /// The step of the clock: a timer that is due less than this from now is due now.
    fn resolution(&self) -> Nanos {
        1
    }
    /// Keeps the loop's thread for this long, as a call does that knows nothing of the loop. This one reads the clock again
    /// and again, so a host whose clock stands still while the loop runs needs its own.
    fn block(&self, time: Nanos) {
        let until = self.now().saturating_add(time);
        while self.now() < until {
            std::hint::spin_loop();
        }
    }
}

/// When a loop wants its next turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// As soon as possible.
    Soon,
    /// At this moment, or earlier when an operation completes.
    At(Nanos),
    /// When an operation completes.
    Outside,
    /// Never: the main task is done.
    Finished,
}
