//! What a small program of processes prints, in Python's words.

use interleave::aio::Exception;
use interleave::model::Outcome;
use interleave::multiprocessing::Value;
use std::cell::RefCell;

/// What is printed.
#[derive(Default)]
pub struct Log(RefCell<Vec<String>>);

/// What Python shows as `True`, `1`, `[0, 1]` or `None`.
pub trait Shown {
    fn shown(&self) -> String;
}

impl Shown for bool {
    fn shown(&self) -> String {
        if *self { "True" } else { "False" }.to_owned()
    }
}

impl Shown for () {
    fn shown(&self) -> String {
        "None".to_owned()
    }
}

impl Shown for Value {
    fn shown(&self) -> String {
        self.to_string()
    }
}

impl<T: Shown> Shown for Option<T> {
    fn shown(&self) -> String {
        self.as_ref().map_or("None".to_owned(), T::shown)
    }
}

impl<T: Shown> Shown for Vec<T> {
    fn shown(&self) -> String {
        format!("[{}]", self.iter().map(T::shown).collect::<Vec<_>>().join(", "))
    }
}

impl<T: Shown, const N: usize> Shown for [T; N] {
    fn shown(&self) -> String {
        format!("[{}]", self.iter().map(T::shown).collect::<Vec<_>>().join(", "))
    }
}

macro_rules! plainly {
    ($($kind:ty),*) => { $(impl Shown for $kind { fn shown(&self) -> String { self.to_string() } })* };
}
plainly!(i32, usize, u32, String);

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
