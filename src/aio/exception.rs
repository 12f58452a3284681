//! Exceptions as values: a Python type name and a message.

use crate::model::Failure;
use std::borrow::Cow;
use std::fmt;

/// A raised exception, with a Python-like type name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Type name ("TimeoutError", "CancelledError", "ValueError").
    pub kind: Cow<'static, str>,
    /// Message; may be empty.
    pub message: String,
}

const CANCELLED: &str = "CancelledError";
const TIMEOUT: &str = "TimeoutError";

impl Exception {
    /// An exception of this type.
    pub fn new(kind: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into() }
    }

    /// `asyncio.CancelledError`.
    pub fn cancelled() -> Self {
        Self::new(CANCELLED, "")
    }

    /// `TimeoutError`.
    pub fn timeout() -> Self {
        Self::new(TIMEOUT, "")
    }

    /// Whether it is `asyncio.CancelledError`.
    pub fn is_cancelled(&self) -> bool {
        self.kind == CANCELLED
    }

    /// Whether it is `TimeoutError`.
    pub fn is_timeout(&self) -> bool {
        self.kind == TIMEOUT
    }
}

impl fmt::Display for Exception {
    /// As the last line of a Python traceback shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.message.is_empty() { f.write_str(&self.kind) } else { write!(f, "{}: {}", self.kind, self.message) }
    }
}

impl std::error::Error for Exception {}

impl From<Exception> for Failure {
    fn from(exception: Exception) -> Self {
        Failure::Raised { kind: exception.kind.into_owned(), message: exception.message }
    }
}

impl From<Failure> for Exception {
    /// A job that failed elsewhere raises in whoever awaits it, as an executor's future does.
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Raised { kind, message } => Self::new(kind, message),
            Failure::OutOfMemory => Self::new("MemoryError", ""),
            Failure::Panicked { .. } | Failure::Hung { .. } => Self::new("BrokenProcessPool", failure.to_string()),
            other => Self::new("RuntimeError", other.to_string()),
        }
    }
}
