//! What `map` of a pool gives: results in the order of the items.

use std::collections::VecDeque;

use super::Future;
use crate::model::Nanos;
use crate::threading::{ThreadCx, ThreadError};

/// The results of a map, in the order of its items.
pub struct Results<T> {
    pub(super) futures: VecDeque<Future<T>>,
    /// When patience is over, in simulated time.
    pub(super) deadline: Option<Nanos>,
    /// Whether somebody has asked for a result.
    pub(super) begun: bool,
}

impl<T: Clone> Results<T> {
    /// Waits for the next result; `None` when there is none left.
    ///
    /// # Errors
    /// What was raised for that item, or `TimeoutError` when the limit for all of them is over: what has not begun is cancelled
    /// then, and there is no further result.
    pub fn next(&mut self, cx: &ThreadCx) -> Result<Option<T>, ThreadError> {
        self.begun = true;
        let Some(future) = self.futures.pop_front() else { return Ok(None) };
        let result = match self.deadline {
            None => future.result(cx),
            // What is there is given, however late it is.
            Some(deadline) => future.result_within(cx, deadline.saturating_sub(cx.time())),
        };
        if result.is_err() {
            future.cancel(cx);
            self.close(cx);
        }
        result.map(Some)
    }

    /// Waits for all results that are left.
    ///
    /// # Errors
    /// As [`Results::next`].
    pub fn all(mut self, cx: &ThreadCx) -> Result<Vec<T>, ThreadError> {
        let mut all = Vec::with_capacity(self.futures.len());
        while let Some(result) = self.next(cx)? {
            all.push(result);
        }
        Ok(all)
    }

    /// Wants no more of them, as a loop does that is left early: what has not begun is cancelled; nothing is when no result was asked
    /// for, since Python's generator has not come to its `finally` then.
    pub fn close(&mut self, cx: &ThreadCx) {
        for future in self.futures.drain(..).filter(|_| self.begun) {
            future.cancel(cx);
        }
    }
}
