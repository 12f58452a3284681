//! `threading.Barrier`: nobody goes on until everybody has come.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Condvar, Mutex};

use super::wait::{STEP, hold, wait};
use super::{Interrupted, ThreadCx};
use crate::model::{MS, Nanos, State};

/// How long a thread without a GIL stays awake at the barrier before it sleeps: those that come late then find the others
/// already on cores of their own, and all leave at the same moment.
const AWAKE: Nanos = MS / 2;

/// A meeting point for a fixed number of threads; it can be used again.
pub struct Barrier {
    parties: usize,
    /// How many have come in this round.
    arrived: Mutex<usize>,
    /// How often all have come; changes only while `arrived` is locked.
    round: AtomicU32,
    complete: Condvar,
}

impl Barrier {
    /// A barrier for `parties` threads.
    pub fn new(parties: usize) -> Self {
        Self { parties, arrived: Mutex::new(0), round: AtomicU32::new(0), complete: Condvar::new() }
    }

    /// Waits, without the GIL, until all parties have come.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    pub fn wait(&self, cx: &ThreadCx) -> Result<(), Interrupted> {
        cx.lane.enter(State::Waiting);
        cx.without_gil(|| {
            let Some(round) = self.arrive() else { return Ok(()) };
            let over = || self.round.load(Ordering::Acquire) != round;
            let until = cx.lane.now() + if cx.gil.is_none() { AWAKE } else { 0 };
            while !over() && cx.lane.now() < until {
                std::hint::spin_loop();
            }
            let mut arrived = hold(&self.arrived);
            while !over() {
                (arrived, _) = wait(&self.complete, arrived, STEP);
                if cx.stop.is_raised() {
                    return Err(Interrupted);
                }
            }
            Ok(())
        })
    }

    /// Counts this thread in; the round to wait for, or `None` for the last one, which lets all go.
    fn arrive(&self) -> Option<u32> {
        let mut arrived = hold(&self.arrived);
        *arrived += 1;
        if *arrived < self.parties {
            return Some(self.round.load(Ordering::Acquire));
        }
        *arrived = 0;
        self.round.fetch_add(1, Ordering::Release);
        self.complete.notify_all();
        None
    }
}
