//! What `map` of an executor gives: results in the order of the values.

use super::super::core::Core;
use super::super::value::Value;
use super::future::Future;
use crate::aio::Exception;
use crate::model::Nanos;
use std::collections::VecDeque;
use std::rc::Rc;

/// The results of a map, in the order of its values.
pub struct Results {
    pub(super) core: Rc<Core>,
    /// Of the chunks.
    pub(super) futures: VecDeque<Future>,
    /// Results of a chunk that were not taken.
    pub(super) ready: VecDeque<Value>,
    /// When patience is over, on the run's clock.
    pub(super) deadline: Option<Nanos>,
    /// Whether somebody has asked for a result.
    pub(super) begun: bool,
}

impl Results {
    /// Waits for the next result; `None` when there is none left.
    ///
    /// # Errors
    /// What was raised for that value or another of its chunk, or `TimeoutError` when the limit for all of them is over: what has
    /// not begun is cancelled then, and there is no further result.
    pub async fn next(&mut self) -> Result<Option<Value>, Exception> {
        self.begun = true;
        while self.ready.is_empty() {
            let Some(future) = self.futures.pop_front() else { return Ok(None) };
            let result = match self.deadline {
                None => future.result().await,
                Some(at) => {
                    let left = at.saturating_sub(self.core.port.now()).saturating_mul(self.core.speed);
                    future.result_within(left).await
                }
            };
            match result {
                Ok(Value::List(results)) => self.ready = results.into(),
                Ok(_) => {}
                Err(e) => {
                    future.cancel();
                    self.close();
                    return Err(e);
                }
            }
        }
        Ok(self.ready.pop_front())
    }

    /// Waits for all results that are left.
    ///
    /// # Errors
    /// As [`Results::next`].
    pub async fn all(mut self) -> Result<Vec<Value>, Exception> {
        let mut all = Vec::new();
        while let Some(result) = self.next().await? {
            all.push(result);
        }
        Ok(all)
    }

    /// Wants no more of them, as a loop does that is left early: what has not begun is cancelled; nothing is when no result was asked
    /// for, since Python's generator has not come to its `finally` then.
    pub fn close(&mut self) {
        self.ready.clear();
        for future in self.futures.drain(..).filter(|_| self.begun) {
            future.cancel();
        }
    }
}
