//! The blocking primitives and the GIL under a scheduler that tries many orders of their steps: at random, and by priorities
//! that change (PCT). `SCHEDULES=100000` says how many of each; few of them run by default.
//!
//! The primitives' own files are compiled here a second time, on shuttle's mutexes and atomics in the place of std's
//! (`crate::sync`). A wait without a limit ends only by a signal here, so that a lost one is a deadlock at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, missing_docs)]
#![cfg(not(target_arch = "wasm32"))]

use interleave::{kernels, model};

mod detector;
mod gil;
mod limits;
mod locks;
mod mistakes;
mod queues;
mod signals;
mod sync;
mod threads;
mod world;

/// The sources of `interleave::threading`, as they are.
#[path = "../../src/threading"]
#[allow(dead_code, unused_imports)]
mod threading {
    mod barrier;
    mod condition;
    mod cx;
    pub mod deadlock;
    mod error;
    mod event;
    mod gil;
    mod interpreter;
    mod line;
    mod local;
    mod lock;
    pub mod mistakes;
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
}
