//! A claim: a checked statement about what ran.

use serde::{Deserialize, Serialize};

/// A statement a run must satisfy, with the figure that was measured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    /// The statement, in plain words; `**…**` marks what is stressed.
    pub text: String,
    /// Whether it held.
    pub ok: bool,
    /// The figure it was judged by, with its unit.
    pub measured: String,
    /// Whether it is judged by the clock: then a busy machine can make it fail, and no test may rely on it.
    pub timed: bool,
}

impl Claim {
    /// A claim judged by `ok`, with the figure it was judged by.
    pub fn new(text: impl Into<String>, ok: bool, measured: impl Into<String>) -> Self {
        Self { text: text.into(), ok, measured: measured.into(), timed: false }
    }

    /// The same claim, judged by the clock.
    pub fn by_the_clock(self) -> Self {
        Self { timed: true, ..self }
    }
}
