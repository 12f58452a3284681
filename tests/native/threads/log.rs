//! What small programs of threads print, in Python's words.

use crate::shown::Shown;
use interleave::model::Outcome;
use interleave::threading::{Shared, ThreadError};

/// What is printed.
#[derive(Clone, Default)]
pub struct Log(Shared<Vec<String>>);

impl Log {
    /// What was printed, as an outcome.
    pub fn outcome(&self) -> Outcome {
        let mut outcome = Outcome::new("well");
        outcome.lines = self.0.get();
        outcome
    }

    pub fn line(&self, what: &str, answer: &str) {
        self.0.with(|lines| lines.push(format!("{what} -> {answer}")));
    }

    pub fn say(&self, what: &str, answer: impl Shown) {
        self.line(what, &answer.shown());
    }

    pub fn tried<T: Shown>(&self, what: &str, result: Result<T, ThreadError>) {
        match result {
            Ok(answer) => self.line(what, &answer.shown()),
            Err(ThreadError::Raised { kind, message }) if message.is_empty() => self.line(what, &kind),
            Err(error) => self.line(what, &error.to_string()),
        }
    }
}
