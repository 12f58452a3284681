//! What a small program of processes prints, in Python's words.

use crate::shown::Shown;
use interleave::aio::Exception;
use interleave::model::Outcome;
use std::cell::RefCell;

/// What is printed.
#[derive(Default)]
pub struct Log(RefCell<Vec<String>>);

/// What was raised, or what came out.
pub fn raised<T: Shown>(result: Result<T, Exception>) -> String {
    result.map_or_else(|e| e.to_string(), |answer| answer.shown())
}

/// The type of what was raised, as Python shows a text.
pub fn kind<T>(result: Result<T, Exception>) -> String {
    result.map_or_else(|e| format!("'{}'", e.kind), |_| "nothing".to_owned())
}

impl Log {
    /// What was printed, as an outcome.
    pub fn outcome(&self) -> Outcome {
        let mut outcome = Outcome::new("well");
        outcome.lines = self.0.borrow().clone();
        outcome
    }

    pub fn say(&self, what: &str, answer: impl Shown) {
        self.0.borrow_mut().push(format!("{what} -> {}", answer.shown()));
    }

    pub fn tried<T: Shown>(&self, what: &str, result: Result<T, Exception>) {
        self.say(what, raised(result));
    }
}
