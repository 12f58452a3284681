//! asyncio's semantics in Rust: tasks, sleep, gather, timeouts, semaphores and cancellation, on any clock.

use crate::model::{Lane, Nanos, Record};
use std::rc::Rc;

/// A handle on the running loop, given to every coroutine.
#[derive(Clone)]
pub struct Cx;

/// A raised exception, with a Python-like type name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Type name ("TimeoutError", "CancelledError", "ValueError").
    pub kind: std::borrow::Cow<'static, str>,
    /// Message; may be empty.
    pub message: String,
}

/// Something only the host can do, outside the loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// `run_in_executor`: compute the scenario's kernel for this payload elsewhere.
    Job(Vec<u8>),
    /// The host's own SHA-256 of these bytes.
    Digest(Vec<u8>),
}

/// Completes an operation; called by the host, later, on the loop's thread. The host then takes another turn.
pub type Completion = Box<dyn FnOnce(Result<Vec<u8>, Exception>)>;

/// The port through which a loop reaches the world.
pub trait Host {
    /// Nanoseconds since the run began.
    fn now(&self) -> Nanos;
    /// Begins an operation and returns at once.
    fn begin(&self, operation: Operation, done: Completion);
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

/// The event loop.
#[derive(Clone)]
pub struct EventLoop;

impl EventLoop {
    /// A loop on `host`; simulated waits pass `speed` times faster; lanes are numbered from `first_lane`.
    pub fn new(host: Rc<dyn Host>, speed: u64, first_lane: u32) -> Self {
        let _ = (host, speed, first_lane);
        Self
    }
    /// Takes turns (asyncio's `_run_once`) until there is nothing ready or `budget` is used up.
    pub fn turn(&self, budget: Nanos) -> Turn {
        let _ = budget;
        Turn::Finished
    }
    /// Lanes that came up since the last call.
    pub fn new_lanes(&self) -> Vec<Lane> {
        Vec::new()
    }
    /// Names of the locks and semaphores so far.
    pub fn objects(&self) -> Vec<String> {
        Vec::new()
    }
    /// Takes what was recorded since the last call.
    pub fn drain(&self, into: &mut Vec<Record>) {
        let _ = into;
    }
}
