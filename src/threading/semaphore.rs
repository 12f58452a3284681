//! `threading.Semaphore` and `BoundedSemaphore`: at most so many at once.

use super::mistakes::{Mistake, made};
use super::site::{Kind, Site};
use super::{Interrupted, ThreadCx, ThreadError};
use crate::model::{Mark, Nanos};

/// A number of permits; who finds none waits.
pub struct Semaphore {
    site: Site<u32>,
    /// A bounded one never has more permits than at first.
    bound: Option<u32>,
    value: u32,
}

/// Holds a permit until it is dropped, as Python's `with semaphore:` does.
#[must_use = "the permit is given back when the guard is dropped"]
pub struct Permit<'a> {
    semaphore: &'a Semaphore,
    cx: &'a ThreadCx,
}

impl Semaphore {
    /// A semaphore with `value` permits; `object` is its number in the trace.
    pub fn new(object: u32, value: u32) -> Self {
        Self { site: Site::new(Kind::Semaphore, object, value), bound: None, value }
    }

    /// `BoundedSemaphore`: releasing it more often than it was acquired is an error.
    pub fn bounded(object: u32, value: u32) -> Self {
        Self { bound: Some(value), ..Self::new(object, value) }
    }

    /// Waits for a permit and takes it.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn acquire<'a>(&'a self, cx: &'a ThreadCx) -> Result<Permit<'a>, Interrupted> {
        self.take(cx, None)?;
        Ok(Permit { semaphore: self, cx })
    }

    /// `acquire(blocking=False)`: takes a permit if there is one.
    pub fn try_acquire<'a>(&'a self, cx: &'a ThreadCx) -> Option<Permit<'a>> {
        self.take(cx, Some(0)).is_ok_and(|taken| taken).then(|| Permit { semaphore: self, cx })
    }

    /// `acquire(timeout=…)`: waits for a permit, but no longer than `limit`; `None` when there was none in that time.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn acquire_timeout<'a>(&'a self, cx: &'a ThreadCx, limit: Nanos) -> Result<Option<Permit<'a>>, Interrupted> {
        Ok(self.take(cx, Some(limit))?.then(|| Permit { semaphore: self, cx }))
    }

    fn take(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<bool, Interrupted> {
        let taken = self.site.until(cx, 0, limit, |value| {
            *value = value.checked_sub(1)?;
            self.record(cx, Mark::Acquired, *value);
            Some(())
        })?;
        Ok(taken.is_some())
    }

    /// `release(n)`: adds `n` permits, and lets as many go on that wait.
    ///
    /// # Errors
    /// `ValueError` when `n` is 0, or a bounded semaphore would have more permits than at first.
    pub fn release(&self, cx: &ThreadCx, n: u32) -> Result<(), ThreadError> {
        if n == 0 {
            return Err(ThreadError::value("n must be one or more"));
        }
        let add = |value: &mut u32| {
            let sum = value.saturating_add(n);
            if self.bound.is_some_and(|bound| sum > bound) {
                return Err(ThreadError::value("Semaphore released too many times"));
            }
            *value = sum;
            self.record(cx, Mark::Released, sum);
            Ok(())
        };
        let woken = if made(Mistake::OneWokenForMany) { 1 } else { n as usize };
        self.site.change_if(0, woken, add)
    }

    /// The chart's level is the number of permits that are taken.
    fn record(&self, cx: &ThreadCx, mark: Mark, left: u32) {
        cx.lane.mark(mark, self.site.core.object);
        cx.level(&self.site.core, self.value.saturating_sub(left));
    }
}

impl Permit<'_> {
    /// Leaves the permit taken, for [`Semaphore::release`].
    pub fn keep(self) {
        std::mem::forget(self);
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        // More permits than at first come only from a release without an acquisition, which was told then.
        let _ = self.semaphore.release(self.cx, 1);
    }
}
