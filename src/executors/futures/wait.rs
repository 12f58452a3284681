//! `concurrent.futures.wait`: until one of them has ended, one has raised, or all have ended.

use super::Future;
use super::watch::Watch;
pub use crate::aio::ReturnWhen;
use crate::model::Nanos;
use crate::threading::{ThreadCx, ThreadError};

/// What [`wait`] gives: numbers in its list, in order (in Python they are sets of futures). A future listed twice is its first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waited {
    /// Those that have ended. What was cancelled has ended when a worker has come to it.
    pub done: Vec<usize>,
    /// Those that have not.
    pub not_done: Vec<usize>,
}

/// `wait(futures, timeout=limit, return_when=when)`. When the limit is over, what has ended by then is given; nothing is raised.
///
/// # Errors
/// [`ThreadError::Interrupted`].
pub fn wait<T>(
    cx: &ThreadCx,
    futures: &[Future<T>],
    when: ReturnWhen,
    limit: Option<Nanos>,
) -> Result<Waited, ThreadError> {
    let deadline = limit.map(|limit| cx.time().saturating_add(limit));
    let (watch, mut done) = Watch::begin(futures.to_vec());
    let enough = |number: &usize| match when {
        ReturnWhen::FirstCompleted => true,
        ReturnWhen::FirstException => futures.get(*number).is_some_and(Future::raised),
        ReturnWhen::AllCompleted => false,
    };
    let mut over = done.iter().any(enough);
    while !over && done.len() < watch.count {
        match watch.next(cx, deadline)? {
            Some(number) => {
                over = enough(&number);
                done.push(number);
            }
            None => over = true,
        }
    }
    done.extend(watch.rest(cx));
    done.sort_unstable();
    let first = |number: &usize| futures.iter().position(|f| f.id() == futures[*number].id()) == Some(*number);
    let not_done = (0..futures.len()).filter(|n| !done.contains(n)).filter(first).collect();
    Ok(Waited { done, not_done })
}
