//! `time.sleep`: a thread that waits, and lets go of the GIL meanwhile.

use super::wait::{hold, wait};
use super::{Interrupted, ThreadCx};
use crate::model::{Nanos, State};
use std::sync::{Condvar, Mutex};

impl ThreadCx {
    /// `time.sleep`: waits without the GIL for this long at least.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    pub fn sleep(&self, time: Nanos) -> Result<(), Interrupted> {
        let until = self.lane.now().saturating_add(time);
        self.lane.enter(State::Sleeping);
        self.without_gil(|| {
            let (nobody, never) = (Mutex::new(()), Condvar::new());
            let mut guard = hold(&nobody);
            loop {
                self.alive()?;
                let left = until.saturating_sub(self.lane.now());
                if left == 0 {
                    return Ok(());
                }
                (guard, _) = wait(&never, guard, left);
            }
        })
    }
}
