//! Exceptions as values: a Python type name, a message, and what they were raised from.

use super::kinds;
use crate::model::Failure;
use std::borrow::Cow;
use std::fmt;
use std::rc::Rc;

/// A raised exception, with a Python-like type name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exception {
    /// Type name ("TimeoutError", "CancelledError", "ValueError").
    pub kind: Cow<'static, str>,
    /// Message; may be empty.
    pub message: String,
    /// What few exceptions have.
    pub(super) links: Option<Rc<Links>>,
}

/// Other exceptions that belong to one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Links {
    /// `__cause__`.
    pub cause: Option<Exception>,
    /// `__context__`.
    pub context: Option<Exception>,
    /// Those of an exception group.
    pub exceptions: Vec<Exception>,
}

const CANCELLED: &str = "CancelledError";
const TIMEOUT: &str = "TimeoutError";

impl Exception {
    /// An exception of this type.
    pub fn new(kind: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { kind: kind.into(), message: message.into(), links: None }
    }

    /// `asyncio.CancelledError`.
    pub fn cancelled() -> Self {
        Self::new(CANCELLED, "")
    }

    /// `asyncio.CancelledError` with the message given to `cancel`.
    pub fn cancelled_with(message: Option<&str>) -> Self {
        Self::new(CANCELLED, message.unwrap_or_default())
    }

    /// `TimeoutError`.
    pub fn timeout() -> Self {
        Self::new(TIMEOUT, "")
    }

    /// `asyncio.InvalidStateError`.
    pub fn invalid_state(message: impl Into<String>) -> Self {
        Self::new("InvalidStateError", message)
    }

    /// `RuntimeError`.
    pub fn runtime(message: impl Into<String>) -> Self {
        Self::new("RuntimeError", message)
    }

    /// Whether it is `asyncio.CancelledError`.
    pub fn is_cancelled(&self) -> bool {
        self.kind == CANCELLED
    }

    /// Whether it is `TimeoutError`.
    pub fn is_timeout(&self) -> bool {
        self.kind == TIMEOUT
    }

    /// `isinstance(self, kind)`, by Python's tree of built-in exceptions; a type that is not built in derives from
    /// `Exception`. `CancelledError` is no `Exception`, `TimeoutError` is an `OSError`.
    pub fn is_a(&self, kind: &str) -> bool {
        kinds::is_a(&self.kind, kind)
    }

    /// `str(self)`: the message; of a group also how many exceptions it holds.
    pub fn text(&self) -> Cow<'_, str> {
        match self.exceptions().len() {
            0 => Cow::Borrowed(&self.message),
            1 => Cow::Owned(format!("{} (1 sub-exception)", self.message)),
            n => Cow::Owned(format!("{} ({n} sub-exceptions)", self.message)),
        }
    }

    /// `raise self from cause`: the cause is the context as well.
    #[must_use]
    pub fn from_cause(mut self, cause: Exception) -> Self {
        let links = self.links_mut();
        links.context = Some(cause.clone());
        links.cause = Some(cause);
        self
    }

    /// Raised while `context` was being handled.
    #[must_use]
    pub fn in_context(mut self, context: Exception) -> Self {
        self.links_mut().context = Some(context);
        self
    }

    /// `__cause__`: what it was raised from.
    pub fn cause(&self) -> Option<&Exception> {
        self.links.as_ref()?.cause.as_ref()
    }

    /// `__context__`: what was being handled when it was raised.
    pub fn context(&self) -> Option<&Exception> {
        self.links.as_ref()?.context.as_ref()
    }

    pub(super) fn links_mut(&mut self) -> &mut Links {
        Rc::make_mut(self.links.get_or_insert_default())
    }
}

impl Default for Exception {
    fn default() -> Self {
        Self::new("Exception", "")
    }
}

impl fmt::Display for Exception {
    /// As the last line of a Python traceback shows it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.text();
        if text.is_empty() { f.write_str(&self.kind) } else { write!(f, "{}: {text}", self.kind) }
    }
}

impl std::error::Error for Exception {}

impl From<Exception> for Failure {
    fn from(exception: Exception) -> Self {
        let message = exception.text().into_owned();
        Failure::Raised { kind: exception.kind.into_owned(), message }
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
