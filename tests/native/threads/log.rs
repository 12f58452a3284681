//! What small programs of threads print, in Python's words.

use interleave::model::Outcome;
use interleave::threading::{Shared, ThreadError};

/// What is printed.
#[derive(Clone, Default)]
pub struct Log(Shared<Vec<String>>);

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

impl Shown for String {
    fn shown(&self) -> String {
        self.clone()
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
    ($($kind:ty),*) => { $(impl Shown for $kind { fn shown(&self) -> String { format!("{self:?}") } })* };
}
plainly!(i32, u32, usize);

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
