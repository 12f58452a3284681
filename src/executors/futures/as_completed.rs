//! `concurrent.futures.as_completed`: futures in the order in which they end.

use std::collections::VecDeque;

use super::Future;
use super::watch::Watch;
use crate::model::Nanos;
use crate::threading::{ThreadCx, ThreadError};

/// Gives futures as they end; those that had ended already come first. A future listed twice comes once.
pub struct AsCompleted<T> {
    watch: Watch<T>,
    /// Those that have ended and were not given yet.
    ended: VecDeque<usize>,
    left: usize,
    /// How long all of them may take, from the first `next`: what stands in Python's generator begins there.
    limit: Option<Nanos>,
    /// When patience is over, in simulated time.
    deadline: Option<Nanos>,
}

/// `as_completed(futures, timeout=limit)`.
pub fn as_completed<T>(futures: Vec<Future<T>>, limit: Option<Nanos>) -> AsCompleted<T> {
    let (watch, ended) = Watch::begin(futures);
    AsCompleted { left: watch.count, watch, ended: ended.into(), limit, deadline: None }
}

impl<T> AsCompleted<T> {
    /// Waits for the next future to end, and gives its number in the list; `None` when all have.
    ///
    /// # Errors
    /// `TimeoutError` when the limit for all of them is over, and nothing more after that; [`ThreadError::Interrupted`].
    pub fn next(&mut self, cx: &ThreadCx) -> Result<Option<(usize, &Future<T>)>, ThreadError> {
        if self.left == 0 {
            return Ok(None);
        }
        if let Some(limit) = self.limit.take() {
            self.deadline = Some(cx.time().saturating_add(limit));
        }
        if self.ended.is_empty() {
            // The limit is looked at before a wait, not after it: what ended in the meantime is given all the same.
            let late = self.deadline.is_some_and(|deadline| cx.time() > deadline);
            let next = if late { None } else { self.watch.next(cx, self.deadline)? };
            self.ended.extend(next);
            if next.is_some() {
                self.ended.extend(self.watch.rest(cx));
            }
        }
        let Some(number) = self.ended.pop_front() else {
            let text = format!("{} (of {}) futures unfinished", self.left, self.watch.count);
            self.left = 0;
            return Err(ThreadError::raised("TimeoutError", text));
        };
        self.left -= 1;
        Ok(self.watch.futures.get(number).map(|future| (number, future)))
    }
}
