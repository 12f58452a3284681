//! An end of a pipe: values are pickled, sent, received and unpickled, each with its own state on the record.

use super::core::{Core, Wake};
use super::cx::ProcessCx;
use super::pickle::{dumps, loads};
use super::port::End;
use super::value::Value;
use crate::aio::Exception;
use crate::model::{Mark, State};
use std::rc::Rc;

/// `multiprocessing.connection.Connection`: whoever holds it may send and receive. Nothing else in the process has it.
pub struct Connection {
    core: Rc<Core>,
    end: End,
}

impl Connection {
    pub(super) fn new(cx: &ProcessCx, end: End) -> Self {
        Self { core: cx.core.clone(), end }
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
    /// Those of [`dumps`].
    pub fn send(&self, value: &Value) -> Result<(), Exception> {
        self.core.enter(State::Pickling);
        let pickled = dumps(value);
        if let Ok(bytes) = pickled {
            self.send_bytes(bytes);
            self.core.enter(State::Running);
            return Ok(());
        }
        self.core.enter(State::Running);
        pickled.map(drop)
    }

    /// Receives a value and unpickles it.
    ///
    /// # Errors
    /// `EOFError` when nobody holds the other end and nothing is left to read; those of [`loads`].
    pub async fn recv(&self) -> Result<Value, Exception> {
        let bytes = self.recv_bytes().await?;
        self.core.enter(State::Pickling);
        let value = loads(&bytes);
        self.core.enter(State::Running);
        value
    }

    /// Sends bytes as they are.
    pub fn send_bytes(&self, bytes: Vec<u8>) {
        self.core.mark(Mark::Sent, bytes.len());
        self.core.port.post(self.end, bytes);
    }

    /// Receives bytes as they are.
    ///
    /// # Errors
    /// `EOFError` as [`Connection::recv`].
    pub async fn recv_bytes(&self) -> Result<Vec<u8>, Exception> {
        self.core.until(State::Waiting, Wake::Outside, |core| core.take(self.end)).await
    }

    /// Whether something can be received at once.
    pub fn poll(&self) -> bool {
        self.core.has(self.end)
    }

    /// Gives the end up: the other side reads what was sent, then `EOFError`.
    pub fn close(self) {
        self.core.port.close(self.end);
    }
}
