//! What lies at an end of a pipe: letters that came in and that nobody has read.

use serde::{Deserialize, Serialize};
use std::collections::VecDeque;

/// Something that came in at an end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Letter {
    /// Bytes.
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    /// A block, by its number within the process that has it.
    Block(u32),
}

/// What nobody has read at one end; it goes along when the end is given to another process.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// The letters.
    pub letters: VecDeque<Letter>,
    /// Nothing will follow them: nobody holds the other end any more.
    pub closed: bool,
}
