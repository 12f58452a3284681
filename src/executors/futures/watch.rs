//! Futures watched together: each is told once when it has ended, under its number in the list.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::Future;
use super::future::Ends;
use crate::model::Nanos;
use crate::threading::{Queue, ThreadCx, ThreadError, UNNAMED};

/// Watches futures until it is dropped.
pub(super) struct Watch<T> {
    pub futures: Vec<Future<T>>,
    /// How many different ones there are: a future that is listed twice counts once.
    pub count: usize,
    ends: Ends,
}

impl<T> Watch<T> {
    /// Watches from now on; and which of them had ended before, in their order.
    pub fn begin(futures: Vec<Future<T>>) -> (Self, Vec<usize>) {
        let (mut seen, mut before) = (BTreeSet::new(), Vec::new());
        let ends = Arc::new(Queue::busy(futures.first().map_or(UNNAMED, Future::object), 0));
        for (number, future) in futures.iter().enumerate() {
            if seen.insert(future.id()) && !future.watch(&ends, number) {
                before.push(number);
            }
        }
        (Self { futures, count: seen.len(), ends }, before)
    }

    /// Waits for the next end, until `deadline` of the simulated world at most: its number; `None` when there was none by then.
    pub fn next(&self, cx: &ThreadCx, deadline: Option<Nanos>) -> Result<Option<usize>, ThreadError> {
        let next = match deadline {
            None => self.ends.get(cx),
            Some(deadline) => self.ends.get_timeout(cx, deadline.saturating_sub(cx.time())),
        };
        match next {
            Err(ThreadError::Empty) => Ok(None),
            next => next.map(Some),
        }
    }

    /// The ends that were told since then, without waiting.
    pub fn rest(&self, cx: &ThreadCx) -> impl Iterator<Item = usize> {
        std::iter::from_fn(|| self.ends.get_nowait(cx).ok())
    }
}

impl<T> Drop for Watch<T> {
    fn drop(&mut self) {
        self.futures.iter().for_each(|future| future.unwatch(&self.ends));
    }
}
