//! Time in a thread: what is over, `time.sleep`, and work that takes the core for a while.

use super::wait::{hold, wait};
use super::{Interrupted, ThreadCx, ThreadError};
use crate::kernels::Kernel;
use crate::model::{MS, Nanos, State};
use crate::sync::{Condvar, Mutex};

/// How long work goes on before it looks around: at the GIL, and whether it is to end.
const SLICE: Nanos = MS / 10;

impl ThreadCx {
    /// Nanoseconds since the run began, on its clock.
    pub fn now(&self) -> Nanos {
        self.lane.now()
    }

    /// `time.monotonic()`: nanoseconds of the simulated world since the run began; waits and limits go by it.
    pub fn time(&self) -> Nanos {
        self.now().saturating_mul(self.interpreter.speed())
    }

    /// When a wait of this length that begins now is over, on the run's clock.
    pub(super) fn deadline(&self, time: Nanos) -> Nanos {
        self.now().saturating_add(time / self.interpreter.speed())
    }

    /// `time.sleep`: waits without the GIL for this long at least.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn sleep(&self, time: Nanos) -> Result<(), Interrupted> {
        let until = self.deadline(time);
        self.lane.enter(State::Sleeping);
        self.without_gil(|| {
            let (nobody, never) = (Mutex::new(()), Condvar::new());
            let mut guard = hold(&nobody);
            loop {
                self.alive()?;
                let left = until.saturating_sub(self.now());
                if left == 0 {
                    return Ok(());
                }
                (guard, _) = wait(&never, guard, Some(left));
            }
        })
    }

    /// Computes for this long (real time; waits for the GIL do not count), as a busy loop of Python's does.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn busy(&self, time: Nanos) -> Result<(), Interrupted> {
        let mut left = time;
        while left > 0 {
            let (from, slice) = (self.now(), left.min(SLICE));
            let mut passed = 0;
            while passed < slice {
                crate::sync::spin_loop();
                passed = self.now().saturating_sub(from);
            }
            left = left.saturating_sub(passed);
            self.check()?;
        }
        Ok(())
    }

    /// Computes a kernel to its end, with the GIL or without as CPython would, and gives its result (postcard bytes).
    ///
    /// # Errors
    /// [`ThreadError::Interrupted`] when the thread must leave.
    pub fn compute(&self, mut kernel: Box<dyn Kernel>) -> Result<Vec<u8>, ThreadError> {
        if kernel.holds_gil() {
            loop {
                if let Some(result) = kernel.slice() {
                    return Ok(result);
                }
                self.check()?;
            }
        }
        Ok(self.without_gil(|| {
            loop {
                if let Some(result) = kernel.slice() {
                    return Ok(result);
                }
                self.alive()?;
            }
        })?)
    }
}
