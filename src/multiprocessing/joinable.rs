//! `multiprocessing.JoinableQueue`: a queue that knows of how many of its values the work is done.

use super::broker::{DONE, JOIN, YES};
use super::connection::Connection;
use super::core::{Core, Wake, Wants};
use super::cx::ProcessCx;
use super::queue::{Queue, Way};
use crate::aio::Exception;

/// A queue whose values count as unfinished until somebody says that the work on them is done.
pub struct JoinableQueue(Queue);

impl JoinableQueue {
    /// An empty queue of at most `maxsize` values (0: of any number); `name` is shown with its level.
    pub fn new(cx: &ProcessCx, name: &str, maxsize: usize) -> Self {
        Self(Queue::bounded(cx, name, maxsize))
    }

    /// The queue at the other side of an end that a process was started with.
    pub fn at(cx: &ProcessCx, end: Connection) -> Self {
        Self(Queue::at(cx, end))
    }

    /// Says that the work on a value taken from the queue is done.
    ///
    /// # Errors
    /// `ValueError` when it is said more often than values were put; `EOFError` when the process that has the queue is gone.
    pub async fn task_done(&self) -> Result<(), Exception> {
        let core = &self.0.cx.core;
        let done = match &self.0.way {
            Way::Here(queue) => core.brokers.borrow_mut().done(core, *queue),
            Way::There(end) => self.0.ask(end, DONE, None).await?.first() == Some(&YES),
        };
        if done { Ok(()) } else { Err(Exception::new("ValueError", "task_done() called too many times")) }
    }

    /// Waits until the work on every value that was put is done.
    ///
    /// # Errors
    /// `EOFError` when the process that has the queue is gone.
    pub async fn join(&self) -> Result<(), Exception> {
        let core = &self.0.cx.core;
        match &self.0.way {
            Way::Here(queue) => {
                let done = |core: &Core| core.brokers.borrow().all_done(*queue).then_some(());
                core.until(Wants::Done, Wake::Outside, done).await;
            }
            Way::There(end) => drop(self.0.ask(end, JOIN, None).await?),
        }
        Ok(())
    }
}

impl std::ops::Deref for JoinableQueue {
    type Target = Queue;
    fn deref(&self) -> &Queue {
        &self.0
    }
}
