//! concurrent.futures' shape: how a program's jobs are arranged under each model, without a browser.

mod cooperative;
mod fault;
pub mod futures;
pub mod hybrid;
mod job_pool;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod loop_tests;
mod one_core;
mod order;
pub mod process_pool;
pub mod program;
mod sequential;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod testing;
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests;
mod threaded;
pub mod watchdog;

pub use cooperative::CooperativeRun;
pub use fault::strike;
pub use one_core::OneCore;
pub use order::{KernelMaker, Order};
pub use program::{Jobs, Program, Threads};
pub use sequential::SequentialRun;
pub use threaded::ThreadedRun;

use crate::model::recorder::Pulse;
use crate::model::{Failure, Lane, Nanos, Outcome, Record};

/// Runs a closure on a thread of its own: rayon's pool in the engine, std threads in native tests.
pub trait Spawner {
    /// Starts `body` as thread number `index`; must not block.
    fn spawn(&self, index: usize, body: Box<dyn FnOnce() + Send + 'static>);
}

/// What a burst of work came to.
#[derive(Clone, Debug, PartialEq)]
pub enum Burst {
    /// There is more to do at once.
    More,
    /// Others are at work; look again in a few milliseconds.
    Wait,
    /// Nothing to do before this moment (on the run's clock).
    Until(Nanos),
    /// It ended well.
    Done {
        /// The result.
        outcome: Outcome,
        /// Wall time from the start to the merged result.
        elapsed: Nanos,
    },
    /// It ended because the stop flag was raised.
    Stopped,
    /// It ended without a result.
    Failed(Failure),
}

/// A run that the engine's coordinator drives in bursts, without ever blocking.
pub trait LocalRun {
    /// Goes on until about `until` (on the run's clock), or until there is nothing to do.
    fn burst(&mut self, until: Nanos) -> Burst;
    /// The lanes; complete from the start.
    fn lanes(&self) -> Vec<Lane>;
    /// Named locks and queues.
    fn objects(&self) -> Vec<String>;
    /// Takes what was recorded since the last call.
    fn drain(&mut self, into: &mut Vec<Record>);
    /// Records that found no room.
    fn dropped(&self) -> u64;
    /// How every lane is doing, for the watchdog.
    fn pulses(&self) -> Vec<Pulse>;
    /// Share of the work done, 0 to 1.
    fn progress(&self) -> f32;
}
