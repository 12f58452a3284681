//! The port through which a process reaches others: what it asks for, and what it is told.

use super::block::Blocks;
use super::shared::{Cells, Handle};
use crate::aio::Exception;
use crate::model::{Mailbox, Nanos};

/// Number of an end of a pipe, within the process that holds it.
pub type End = u32;

/// How a process is started.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A fresh one.
    Spawn,
    /// One of the stock that was made ready before; a fresh one when the stock is empty.
    ForkServer,
}

/// A process to be started.
#[derive(Clone, Debug, PartialEq)]
pub struct Start {
    /// Its number, from 1; the main process is 0.
    pub process: u32,
    /// Its name.
    pub name: String,
    /// What it runs: a function's name.
    pub target: String,
    /// What the function is given, pickled; behind it, when its ends are not all alike, a byte for each.
    pub args: Vec<u8>,
    /// Ends that go over to it.
    pub ends: Vec<End>,
    /// What lies at each of them.
    pub mailboxes: Vec<Mailbox>,
    /// Arrays that it sees, too.
    pub shared: Vec<Handle>,
    /// How.
    pub method: Method,
}

/// What a process is told.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// Bytes came in at an end.
    Letter {
        /// Which end.
        end: End,
        /// What came.
        bytes: Vec<u8>,
    },
    /// A block came in at an end.
    Block {
        /// Which end.
        end: End,
        /// Its number.
        block: u32,
    },
    /// Nobody holds the other end any more.
    Closed {
        /// Which end.
        end: End,
    },
    /// A process ended; all that it had sent here was told before.
    Exited {
        /// Which one.
        process: u32,
        /// 0 when it ended well, 1 after an exception, -15 when it was terminated.
        code: i32,
        /// The exception, as the last line of its traceback.
        error: Option<String>,
    },
    /// The stock of ready processes has this many now.
    Stock(u32),
    /// The digest that was asked for, or what went wrong.
    Digested(Result<Vec<u8>, Exception>),
}

/// What a process can ask of the world around it; nothing here waits.
pub trait Port {
    /// Nanoseconds since the run began.
    fn now(&self) -> Nanos;
    /// Makes a pipe; both ends are here.
    ///
    /// # Errors
    /// `OSError`.
    fn pipe(&self) -> Result<(End, End), Exception>;
    /// Sends bytes from an end to the other; to nobody if there is none.
    fn post(&self, end: End, bytes: Vec<u8>);
    /// Gives up an end.
    fn close(&self, end: End);
    /// Starts a process.
    ///
    /// # Errors
    /// `RuntimeError` where a process cannot have children; `OSError` when the host refuses.
    fn start(&self, start: Start) -> Result<(), Exception>;
    /// Ends a process where it stands.
    fn terminate(&self, process: u32);
    /// Makes this many processes ready for [`Method::ForkServer`].
    ///
    /// # Errors
    /// As [`Port::start`].
    fn stock(&self, count: u32) -> Result<(), Exception>;
    /// Begins the host's own SHA-256 of these bytes; [`Event::Digested`] tells it.
    fn digest(&self, bytes: Vec<u8>);
    /// Blocks outside the heap.
    fn blocks(&self) -> &dyn Blocks;
    /// Memory that processes share.
    fn cells(&self) -> &dyn Cells;
    /// How long a slice of computing takes, on a clock that stands still meanwhile; `None` on one that runs.
    fn slice(&self) -> Option<Nanos> {
        None
    }
}
