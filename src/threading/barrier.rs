//! `threading.Barrier`: nobody goes on until everybody has come.

use std::sync::{Condvar, Mutex};

use super::wait::{STEP, hold, wait};
use super::{Interrupted, ThreadCx};
use crate::model::State;

/// A meeting point for a fixed number of threads; it can be used again.
pub struct Barrier {
    parties: usize,
    /// How many have come, and how often all have.
    arrived: Mutex<(usize, u64)>,
    complete: Condvar,
}

impl Barrier {
    /// A barrier for `parties` threads.
    pub fn new(parties: usize) -> Self {
        Self { parties, arrived: Mutex::new((0, 0)), complete: Condvar::new() }
    }

    /// Waits, without the GIL, until all parties have come.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    pub fn wait(&self, cx: &ThreadCx) -> Result<(), Interrupted> {
        cx.lane.enter(State::Waiting);
        cx.without_gil(|| {
            let mut arrived = hold(&self.arrived);
            let round = arrived.1;
            arrived.0 += 1;
            if arrived.0 >= self.parties {
                *arrived = (0, round + 1);
                self.complete.notify_all();
            }
            while arrived.1 == round {
                (arrived, _) = wait(&self.complete, arrived, STEP);
                if cx.stop.is_raised() {
                    return Err(Interrupted);
                }
            }
            Ok(())
        })
    }
}
