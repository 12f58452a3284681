//! `asyncio.BoundedSemaphore`: a semaphore that notices when more is given back than was taken.

use super::cx::Cx;
use super::exception::Exception;
use super::semaphore::{Acquire, Semaphore};

/// A [`Semaphore`] that never has more permits than at first.
#[derive(Clone)]
pub struct BoundedSemaphore(Semaphore);

impl BoundedSemaphore {
    /// A semaphore with `value` permits, now and at most; `name` is shown where tasks are blocked on it.
    pub fn new(cx: &Cx, name: impl Into<String>, value: u64) -> Self {
        Self(Semaphore::with_bound(cx, name, value, value))
    }

    /// As [`Semaphore::locked`].
    pub fn locked(&self) -> bool {
        self.0.locked()
    }

    /// As [`Semaphore::acquire`].
    pub fn acquire(&self) -> Acquire {
        self.0.acquire()
    }

    /// Gives back a permit whose [`Permit`](super::Permit) was forgotten.
    ///
    /// # Errors
    /// `ValueError` when all permits are back already.
    pub fn release(&self) -> Result<(), Exception> {
        self.0.give_back()
    }
}
