//! An end of a pipe: values are pickled, sent, received and unpickled, each with its own state on the record.

use super::core::{Core, Wake, Wants};
use super::cx::ProcessCx;
use super::pickle::{dumps, loads};
use super::port::End;
use super::value::Value;
use crate::aio::Exception;
use crate::model::{Mark, Nanos, State};
use std::rc::Rc;

/// What an end is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Duplex,
    Read,
    Write,
    /// The queue at its other side has a limit.
    Limited,
}

impl From<u8> for Mode {
    fn from(byte: u8) -> Self {
        match byte {
            b'r' => Self::Read,
            b'w' => Self::Write,
            b'q' => Self::Limited,
            _ => Self::Duplex,
        }
    }
}

/// What these ends are for, as it goes to the process that gets them; nothing when all of them read and write.
pub(super) fn modes(ends: &[Connection]) -> Vec<u8> {
    let byte = |end: &Connection| match end.mode {
        Mode::Duplex => b'd',
        Mode::Read => b'r',
        Mode::Write => b'w',
        Mode::Limited => b'q',
    };
    if ends.iter().all(|end| end.mode == Mode::Duplex) { Vec::new() } else { ends.iter().map(byte).collect() }
}

/// `multiprocessing.connection.Connection`: whoever holds it may send and receive, unless its pipe goes one way only. Nothing
/// else in the process has it.
pub struct Connection {
    core: Rc<Core>,
    end: End,
    mode: Mode,
}

impl Connection {
    pub(super) fn new(cx: &ProcessCx, end: End, mode: Mode) -> Self {
        cx.core.hold(end);
        Self { core: cx.core.clone(), end, mode }
    }

    /// As it is, but for something else.
    pub(super) fn with(self, mode: Mode) -> Self {
        Self { mode, ..self }
    }

    pub(super) fn mode(&self) -> Mode {
        self.mode
    }

    /// Whether something may be received here.
    pub fn readable(&self) -> bool {
        self.mode != Mode::Write
    }

    /// Whether something may be sent from here.
    pub fn writable(&self) -> bool {
        self.mode != Mode::Read
    }

    fn check(&self, may: bool, otherwise: &str) -> Result<(), Exception> {
        if may { Ok(()) } else { Err(Exception::new("OSError", format!("connection is {otherwise}"))) }
    }

    pub(super) fn core(&self) -> &Rc<Core> {
        &self.core
    }

    pub(super) fn end(&self) -> End {
        self.end
    }

    /// Pickles and sends a value.
    ///
    /// # Errors
    /// `OSError` when this end only reads; `BrokenPipeError` when nobody holds the other end any more; those of [`dumps`].
    pub fn send(&self, value: &Value) -> Result<(), Exception> {
        self.check(self.writable(), "read-only")?;
        self.core.enter(State::Pickling);
        let pickled = dumps(value);
        let sent = pickled.and_then(|bytes| self.send_bytes(bytes));
        self.core.enter(State::Running);
        sent
    }

    /// Receives a value and unpickles it.
    ///
    /// # Errors
    /// `EOFError` when nobody holds the other end and nothing is left to read; `OSError` when this end only writes; those of
    /// [`loads`].
    pub async fn recv(&self) -> Result<Value, Exception> {
        let bytes = self.recv_bytes().await?;
        self.core.enter(State::Pickling);
        let value = loads(&bytes);
        self.core.enter(State::Running);
        value
    }

    /// Sends bytes as they are.
    ///
    /// # Errors
    /// `OSError` when this end only reads; `BrokenPipeError` when nobody holds the other end any more.
    pub fn send_bytes(&self, bytes: Vec<u8>) -> Result<(), Exception> {
        self.check(self.writable(), "read-only")?;
        if self.core.is_closed(self.end) {
            return Err(Exception::new("BrokenPipeError", "[Errno 32] Broken pipe"));
        }
        self.post(bytes);
        Ok(())
    }

    /// Sends bytes, whatever the end is for and whoever hears them.
    pub(super) fn post(&self, bytes: Vec<u8>) {
        self.core.mark(Mark::Sent, bytes.len());
        self.core.port.post(self.end, bytes);
    }

    /// Says that somebody is here, to whoever has a crew work. That is no message of the program's: nothing of it is recorded, and
    /// it has no bytes, as no pickled value has.
    pub(super) fn greet(&self) {
        self.core.port.post(self.end, Vec::new());
    }

    /// Receives bytes as they are.
    ///
    /// # Errors
    /// `EOFError` as [`Connection::recv`].
    pub async fn recv_bytes(&self) -> Result<Vec<u8>, Exception> {
        self.check(self.readable(), "write-only")?;
        self.answer(Wants::Message).await
    }

    /// What comes in next, which is what it `wants`.
    pub(super) async fn answer(&self, wants: Wants) -> Result<Vec<u8>, Exception> {
        self.core.until(wants, Wake::Outside, |core| core.take(self.end)).await
    }

    /// Whether something can be received at once.
    ///
    /// # Errors
    /// `OSError` when this end only writes.
    pub fn poll(&self) -> Result<bool, Exception> {
        self.check(self.readable(), "write-only")?;
        Ok(self.core.has(self.end))
    }

    /// `poll(limit)`: waits until something can be received, but no longer than `limit` of the simulated world; whether it can.
    ///
    /// # Errors
    /// `OSError` when this end only writes.
    pub async fn poll_within(&self, limit: Nanos) -> Result<bool, Exception> {
        self.check(self.readable(), "write-only")?;
        Ok(self.comes_within(Wants::Message, limit).await)
    }

    /// Waits until what it `wants` can be received, but no longer than `limit` of the simulated world; whether it can.
    pub(super) async fn comes_within(&self, wants: Wants, limit: Nanos) -> bool {
        let has = |core: &Core| core.has(self.end).then_some(());
        self.core.until_within(wants, Some(limit), has).await.is_some()
    }

    /// Gives the end up: the other side reads what was sent, then `EOFError`.
    pub fn close(self) {
        self.core.let_go(self.end);
        self.core.port.close(self.end);
    }
}
