//! What the calls to a pool give: a result to come, or results one by one.

use super::core::Wants;
use super::crew::Boss;
use super::cx::ProcessCx;
use super::job::Job;
use super::pool_worker::Answer;
use super::value::Value;
use crate::aio::Exception;
use crate::model::Nanos;
use std::collections::VecDeque;
use std::rc::Rc;

fn timed_out() -> Exception {
    Exception::new("TimeoutError", "")
}

/// The result of a call to come: a list of results, or of `apply_async` a single one.
pub struct AsyncResult<T = Vec<Value>> {
    pub(super) cx: ProcessCx,
    pub(super) job: Rc<Job>,
    pub(super) of: fn(Vec<Value>) -> T,
    /// Who waits for a result keeps the pool.
    pub(super) _pool: Rc<dyn Boss>,
}

impl<T> AsyncResult<T> {
    /// Whether it is there, or an exception: then every part of the call has ended.
    pub fn ready(&self) -> bool {
        self.job.ready()
    }

    /// Whether nothing was raised.
    ///
    /// # Errors
    /// `ValueError` when it is not there.
    pub fn successful(&self) -> Result<bool, Exception> {
        if self.ready() { Ok(!self.job.has_raised()) } else { Err(Exception::new("ValueError", "not ready")) }
    }

    /// `wait(limit)`: waits until it is there, but no longer than `limit` of the simulated world; whether it is.
    pub async fn wait(&self, limit: Option<Nanos>) -> bool {
        let ready = |_: &super::core::Core| self.ready().then_some(());
        self.cx.core.until_within(Wants::Result, limit, ready).await.is_some()
    }

    /// `get()`: waits for it.
    ///
    /// # Errors
    /// What the function raised first; `RuntimeError` when processes die faster than they can be replaced.
    pub async fn get(&self) -> Result<T, Exception> {
        self.wait(None).await;
        self.job.all().map(self.of)
    }

    /// `get(timeout=limit)`: waits for it for `limit` of the simulated world at most.
    ///
    /// # Errors
    /// `TimeoutError` when it is not there by then (the call goes on); as [`AsyncResult::get`].
    pub async fn get_within(&self, limit: Nanos) -> Result<T, Exception> {
        if self.wait(Some(limit)).await { self.job.all().map(self.of) } else { Err(timed_out()) }
    }
}

/// Results one by one.
pub struct IMap {
    pub(super) cx: ProcessCx,
    pub(super) job: Rc<Job>,
    /// How many chunks there are, and how many were taken.
    pub(super) chunks: usize,
    pub(super) taken: usize,
    /// Whether chunks come as they are done, not in their order.
    pub(super) unordered: bool,
    /// Whether a chunk is a single value: an exception then takes the place of a result, else it is the end.
    pub(super) single: bool,
    pub(super) ready: VecDeque<Value>,
    pub(super) _pool: Rc<dyn Boss>,
}

impl IMap {
    /// Waits for the next result; `None` after the last.
    ///
    /// # Errors
    /// What the function raised; with a chunk size above 1, nothing comes after that.
    pub async fn next(&mut self) -> Result<Option<Value>, Exception> {
        self.next_with(None).await
    }

    /// `next(timeout=limit)`: waits for `limit` of the simulated world at most. (In CPython with a chunk size of 1 only.)
    ///
    /// # Errors
    /// `TimeoutError` when there is none in that time: it may be asked for again; as [`IMap::next`].
    pub async fn next_within(&mut self, limit: Nanos) -> Result<Option<Value>, Exception> {
        self.next_with(Some(limit)).await
    }

    async fn next_with(&mut self, limit: Option<Nanos>) -> Result<Option<Value>, Exception> {
        while self.ready.is_empty() {
            if self.taken >= self.chunks {
                return Ok(None);
            }
            let (job, chunk) = (&self.job, self.taken);
            let take = |_: &super::core::Core| -> Option<Answer> {
                if self.unordered { job.take_any() } else { job.take(chunk) }
            };
            let answer = self.cx.core.until_within(Wants::Result, limit, take).await.ok_or_else(timed_out)?;
            self.taken += 1;
            match answer {
                Ok(results) => self.ready.extend(results),
                Err(e) => {
                    if !self.single {
                        self.taken = self.chunks;
                    }
                    return Err(e);
                }
            }
        }
        Ok(self.ready.pop_front())
    }
}
