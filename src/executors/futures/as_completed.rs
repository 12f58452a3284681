//! `concurrent.futures.as_completed`: futures in the order in which they end.

use std::sync::Arc;

use super::Future;
use crate::model::Nanos;
use crate::threading::{Queue, ThreadCx, ThreadError, UNNAMED};

/// Gives futures as they end; those that had ended already come first.
pub struct AsCompleted<T> {
    futures: Vec<Future<T>>,
    ended: Arc<Queue<usize>>,
    left: usize,
    /// When patience is over, in simulated time.
    deadline: Option<Nanos>,
}

/// `as_completed(futures, timeout=limit)`.
///
/// # Errors
/// [`ThreadError::Interrupted`].
pub fn as_completed<T>(
    cx: &ThreadCx,
    futures: Vec<Future<T>>,
    limit: Option<Nanos>,
) -> Result<AsCompleted<T>, ThreadError> {
    let ended = Arc::new(Queue::busy(UNNAMED, 0));
    for (number, future) in futures.iter().enumerate() {
        future.watch(cx, (ended.clone(), number))?;
    }
    let deadline = limit.map(|limit| cx.time().saturating_add(limit));
    Ok(AsCompleted { left: futures.len(), futures, ended, deadline })
}

impl<T> AsCompleted<T> {
    /// Waits for the next future to end, and gives its number in the list; `None` when all have.
    ///
    /// # Errors
    /// `TimeoutError` when the limit for all of them is over; [`ThreadError::Interrupted`].
    pub fn next(&mut self, cx: &ThreadCx) -> Result<Option<(usize, &Future<T>)>, ThreadError> {
        if self.left == 0 {
            return Ok(None);
        }
        let number = match self.deadline {
            None => self.ended.get(cx)?,
            Some(deadline) => match self.ended.get_timeout(cx, deadline.saturating_sub(cx.time())) {
                Err(ThreadError::Empty) => {
                    let text = format!("{} (of {}) futures unfinished", self.left, self.futures.len());
                    return Err(ThreadError::raised("TimeoutError", text));
                }
                number => number?,
            },
        };
        self.left -= 1;
        Ok(self.futures.get(number).map(|future| (number, future)))
    }
}
