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
pub mod outside;
mod queue;
mod reports;
mod semaphore;
mod shield;
mod signal;
mod slab;
mod sleep;
pub mod stand_in;
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
mod wait;
mod waiters;
pub mod workloads;
pub mod world;

pub use barrier::Barrier;
pub use bounded::BoundedSemaphore;
pub use browser_order::{BROWSER_QUEUES, no_browser};
pub use call_later::TimerHandle;
pub use calls::{Callable, Named, named};
pub use condition::Condition;
pub use context::AsyncContext;

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
pub use outside::{Completion, Host, Operation};
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
