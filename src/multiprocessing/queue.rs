//! `multiprocessing.Queue`: any number of processes put values in and take them out.

use super::broker::{GET, PUT};
use super::connection::Connection;
use super::core::Wake;
use super::cx::ProcessCx;
use super::pickle::{dumps, loads};
use super::value::Value;
use crate::aio::Exception;
use crate::model::State;

/// A queue without a limit. Its items lie with the process that made it.
pub struct Queue {
    cx: ProcessCx,
    way: Way,
}

enum Way {
    /// It is ours.
    Here(usize),
    /// It is reached over this end.
    There(Connection),
}

impl Queue {
    /// An empty queue; `name` is shown with its level.
    pub fn new(cx: &ProcessCx, name: &str) -> Self {
        let object = cx.core.object(name);
        Self { cx: cx.clone(), way: Way::Here(cx.core.brokers.borrow_mut().add(object)) }
    }

    /// The queue at the other side of an end that a process was started with.
    pub fn at(cx: &ProcessCx, end: Connection) -> Self {
        Self { cx: cx.clone(), way: Way::There(end) }
    }

    /// An end to give to a process that is to use the queue.
    ///
    /// # Errors
    /// `OSError`; `RuntimeError` when the queue is not ours.
    pub fn share(&self) -> Result<Connection, Exception> {
        let Way::Here(queue) = self.way else {
            return Err(Exception::runtime(
                "Queue objects should only be shared between processes through inheritance",
            ));
        };
        let (ours, theirs) = self.cx.pipe()?;
        self.cx.core.brokers.borrow_mut().serve(ours.end(), queue);
        Ok(theirs)
    }

    /// Puts a value in.
    ///
    /// # Errors
    /// Those of [`dumps`].
    pub fn put(&self, value: &Value) -> Result<(), Exception> {
        let core = &self.cx.core;
        core.enter(State::Pickling);
        let pickled = dumps(value);
        if let Ok(item) = pickled {
            match &self.way {
                Way::Here(queue) => core.brokers.borrow_mut().put(core, *queue, item),
                Way::There(end) => {
                    let mut letter = Vec::with_capacity(item.len() + 1);
                    letter.push(PUT);
                    letter.extend(item);
                    end.send_bytes(letter);
                }
            }
            core.enter(State::Running);
            return Ok(());
        }
        core.enter(State::Running);
        pickled.map(drop)
    }

    /// Takes the next value out; waits for one.
    ///
    /// # Errors
    /// Those of [`loads`]; `EOFError` when the process that has the queue is gone.
    pub async fn get(&self) -> Result<Value, Exception> {
        let core = &self.cx.core;
        let item = match &self.way {
            Way::Here(queue) => {
                let take = |core: &super::core::Core| core.brokers.borrow_mut().get(core, *queue);
                core.until(State::Waiting, Wake::Outside, take).await
            }
            Way::There(end) => {
                end.send_bytes(vec![GET]);
                end.recv_bytes().await?
            }
        };
        core.enter(State::Pickling);
        let value = loads(&item);
        core.enter(State::Running);
        value
    }

    /// How many values are in it, where it is ours; 0 elsewhere.
    pub fn qsize(&self) -> usize {
        match self.way {
            Way::Here(queue) => self.cx.core.brokers.borrow().len(queue),
            Way::There(_) => 0,
        }
    }
}
