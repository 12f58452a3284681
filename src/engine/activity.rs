//! What the coordinator can be busy with.

use crate::model::{MS, Nanos};

/// When an activity wants its next turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// At once.
    Soon,
    /// After so many milliseconds, or when something wakes it: looking costs the workers a core's time.
    After(i32),
    /// Never: it has said how it ended.
    Over,
}

/// How long, in milliseconds, a run that waits is left alone: a timer left over from it delays the next run by no more.
const LONGEST: Nanos = 33;

impl Next {
    /// A turn at `when`, or a look before it.
    pub fn at(when: Nanos, now: Nanos) -> Self {
        if when <= now { Next::Soon } else { Next::After((when - now).div_ceil(MS).min(LONGEST) as i32) }
    }
}

/// A run, seen by the coordinator: it gets turns of about 10 ms and never blocks.
pub trait Activity {
    /// Goes on for a while.
    fn turn(&mut self) -> Next;
    /// Asks it to end; it does so in its next turns.
    fn stop(&mut self);
    /// A job for an open executor.
    fn submit(&mut self, job: u32, payload: Vec<u8>) {
        let _ = (job, payload);
    }
    /// No more jobs.
    fn close(&mut self) {}
}
