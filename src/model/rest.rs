//! How a process of a program stands that waits for something to come in.

use serde::{Deserialize, Serialize};

/// How a process stands that goes on only when something comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// Turns it has had.
    pub turns: u64,
    /// What it has sent and heard at its pipes.
    pub mail: Mail,
    /// What it waits for ("an item of a queue").
    pub wants: String,
    /// The number of the process whose end that is.
    pub holder: Option<u32>,
}

/// Messages at pipes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mail {
    /// How many were sent.
    pub sent: u64,
    /// How many were heard.
    pub heard: u64,
}

impl Mail {
    /// As many more.
    pub fn add(&mut self, other: Mail) {
        self.sent += other.sent;
        self.heard += other.heard;
    }
}
