//! `wait` and `as_completed`: futures watched together.

use super::super::core::{Core, Wants};
use super::future::Future;
use crate::aio::Exception;
pub use crate::aio::ReturnWhen;
use crate::model::Nanos;
use std::collections::{BTreeSet, VecDeque};

/// What [`wait`] gives: numbers in its list, in order (in Python they are sets of futures). A future listed twice is its first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waited {
    /// Those that have ended. What was cancelled has ended when the executor has come upon it.
    pub done: Vec<usize>,
    /// Those that have not.
    pub not_done: Vec<usize>,
}

/// The numbers of the futures, without those that are listed again.
fn numbers(futures: &[Future]) -> Vec<usize> {
    let mut seen = BTreeSet::new();
    (0..).zip(futures).filter(|(_, future)| seen.insert(future.id())).map(|(number, _)| number).collect()
}

/// `wait(futures, timeout=limit, return_when=when)`. When the limit is over, what has ended by then is given; nothing is raised.
pub async fn wait(futures: &[Future], when: ReturnWhen, limit: Option<Nanos>) -> Waited {
    let numbers = numbers(futures);
    let all: Vec<(usize, &Future)> = numbers.iter().filter_map(|n| Some((*n, futures.get(*n)?))).collect();
    let enough = |_: &Core| {
        let mut ended = all.iter().filter(|(_, future)| future.ended().is_some());
        let early = match when {
            ReturnWhen::FirstCompleted => ended.next().is_some(),
            ReturnWhen::FirstException => ended.any(|(_, future)| future.raised()),
            ReturnWhen::AllCompleted => false,
        };
        (early || all.iter().all(|(_, future)| future.ended().is_some())).then_some(())
    };
    if let Some((_, first)) = all.first() {
        first.core().until_within(Wants::Result, limit, enough).await;
    }
    let (done, not_done) = numbers.into_iter().partition(|n| futures.get(*n).is_some_and(|f| f.ended().is_some()));
    Waited { done, not_done }
}

/// Gives futures as they end; those that had ended already come first. A future listed twice comes once.
pub struct AsCompleted {
    futures: Vec<Future>,
    /// Numbers of those that were not seen to end.
    left: Vec<usize>,
    /// Those that were, and were not given yet.
    ended: VecDeque<usize>,
    count: usize,
    /// How long all of them may take, from the first `next`: what stands in Python's generator begins there.
    limit: Option<Nanos>,
    /// When patience is over, on the run's clock.
    deadline: Option<Nanos>,
}

/// `as_completed(futures, timeout=limit)`.
pub fn as_completed(futures: Vec<Future>, limit: Option<Nanos>) -> AsCompleted {
    let left = numbers(&futures);
    let mut all = AsCompleted { count: left.len(), futures, left, ended: VecDeque::new(), limit, deadline: None };
    all.see();
    all
}

impl AsCompleted {
    /// Looks which have ended.
    fn see(&mut self) {
        let (futures, left) = (&self.futures, &self.left);
        let when = |number: &usize| Some((futures.get(*number)?.ended()?, *number));
        let mut ended: Vec<(u64, usize)> = left.iter().filter_map(when).collect();
        ended.sort_unstable();
        self.left.retain(|number| !ended.iter().any(|(_, other)| other == number));
        self.ended.extend(ended.into_iter().map(|(_, number)| number));
    }

    /// Waits for the next future to end, and gives its number in the list; `None` when all have.
    ///
    /// # Errors
    /// `TimeoutError` when the limit for all of them is over, and nothing more after that.
    pub async fn next(&mut self) -> Result<Option<(usize, &Future)>, Exception> {
        let core = self.futures.first().map(Future::core);
        if let Some((core, limit)) = core.zip(self.limit.take()) {
            self.deadline = Some(core.port.now().saturating_add(limit / core.speed));
        }
        if self.ended.is_empty() && !self.left.is_empty() {
            self.wait().await?;
        }
        let number = self.ended.pop_front();
        Ok(number.and_then(|number| Some((number, self.futures.get(number)?))))
    }

    /// Waits until another has ended. The limit is looked at before a wait: what ended in the meantime is given all the same.
    async fn wait(&mut self) -> Result<(), Exception> {
        let Some(core) = self.futures.first().map(|future| future.core().clone()) else { return Ok(()) };
        let now = core.port.now();
        let limit = self.deadline.map(|deadline| deadline.saturating_sub(now).saturating_mul(core.speed));
        if self.deadline.is_none_or(|deadline| now <= deadline) {
            let (futures, left) = (&self.futures, &self.left);
            let one = |number: &usize| futures.get(*number).is_some_and(|future| future.ended().is_some());
            let any = |_: &Core| left.iter().any(one).then_some(());
            core.until_within(Wants::Result, limit, any).await;
            self.see();
        }
        if self.ended.is_empty() {
            let text = format!("{} (of {}) futures unfinished", self.left.len(), self.count);
            self.left.clear();
            return Err(Exception::new("TimeoutError", text));
        }
        Ok(())
    }
}
