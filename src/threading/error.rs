//! What a thread's program can raise: Python's exceptions of `threading` and `queue`, and those of the program's own.

use crate::model::Failure;
use std::borrow::Cow;
use thiserror::Error;

/// Why a thread must leave its program at once: the run was asked to end, or the program of a daemon has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interrupted;

/// What a call or a thread's body raises.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ThreadError {
    /// The thread must leave at once; programs pass it on and never handle it.
    #[error("interrupted")]
    Interrupted,
    /// `threading.BrokenBarrierError`.
    #[error("BrokenBarrierError")]
    BrokenBarrier,
    /// `queue.Empty`.
    #[error("Empty")]
    Empty,
    /// `queue.Full`.
    #[error("Full")]
    Full,
    /// `queue.ShutDown`.
    #[error("ShutDown")]
    ShutDown,
    /// Any other exception: Python's type name and the message.
    #[error("{kind}: {message}")]
    Raised {
        /// Type name ("RuntimeError", "ValueError").
        kind: Cow<'static, str>,
        /// Message; may be empty.
        message: Cow<'static, str>,
    },
}

impl ThreadError {
    /// `raise kind(message)`.
    pub fn raised(kind: impl Into<Cow<'static, str>>, message: impl Into<Cow<'static, str>>) -> Self {
        Self::Raised { kind: kind.into(), message: message.into() }
    }

    /// `RuntimeError`.
    pub(super) const fn runtime(message: &'static str) -> Self {
        Self::Raised { kind: Cow::Borrowed("RuntimeError"), message: Cow::Borrowed(message) }
    }

    /// `ValueError`.
    pub(super) const fn value(message: &'static str) -> Self {
        Self::Raised { kind: Cow::Borrowed("ValueError"), message: Cow::Borrowed(message) }
    }

    /// The type's name, as Python has it.
    pub fn kind(&self) -> &str {
        match self {
            Self::Interrupted => "SystemExit",
            Self::BrokenBarrier => "BrokenBarrierError",
            Self::Empty => "Empty",
            Self::Full => "Full",
            Self::ShutDown => "ShutDown",
            Self::Raised { kind, .. } => kind,
        }
    }

    /// The message; may be empty.
    pub fn message(&self) -> &str {
        match self {
            Self::Raised { message, .. } => message,
            _ => "",
        }
    }
}

impl From<Interrupted> for ThreadError {
    fn from(_: Interrupted) -> Self {
        Self::Interrupted
    }
}

impl From<ThreadError> for Failure {
    fn from(error: ThreadError) -> Self {
        Failure::Raised { kind: error.kind().to_owned(), message: error.message().to_owned() }
    }
}
