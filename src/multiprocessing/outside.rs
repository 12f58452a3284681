//! What a process asks of its host, and what that answered.

use super::core::{Core, Wake, Wants};
use super::cx::ProcessCx;
use crate::aio::Exception;
use std::cell::{Cell, RefCell};

/// What a host answers.
pub(super) type Answer = Result<Vec<u8>, Exception>;

/// A process is one function, so it asks for one thing at a time.
#[derive(Default)]
pub(super) struct Outside {
    asked: Cell<bool>,
    answer: RefCell<Option<Answer>>,
}

impl Outside {
    /// Whether it has asked for something that was not answered yet: then it does go on, though nothing comes from any process.
    pub fn is_asked(&self) -> bool {
        self.asked.get()
    }

    /// The host has answered.
    pub fn hear(&self, answer: Answer) {
        self.asked.set(false);
        self.answer.replace(Some(answer));
    }
}

impl ProcessCx {
    /// The host's own SHA-256 of these bytes, which it computes elsewhere; this process listens meanwhile.
    ///
    /// # Errors
    /// `NotImplementedError` where the host has none; `OSError` when it failed.
    pub async fn digest(&self, bytes: Vec<u8>) -> Result<Vec<u8>, Exception> {
        self.core.outside.asked.set(true);
        self.core.port.digest(bytes);
        self.core.until(Wants::Result, Wake::Outside, |core: &Core| core.outside.answer.take()).await
    }
}
