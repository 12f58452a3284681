//! How a process of a program stands that waits for something to come in.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How a process stands that goes on only when something comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rest {
    /// Turns it has had.
    pub turns: u64,
    /// What was sent and heard at its ends.
    pub mail: Mails,
    /// What it waits for ("an item in a queue", "counter's lock").
    pub wants: String,
    /// The number of the process whose end that is, or who holds that lock.
    pub holder: Option<u32>,
}

/// By the number of an end: what was sent and heard there, also by processes that had it before.
pub type Mails = BTreeMap<u32, Mail>;

/// Messages at an end of a pipe.
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
