//! When a process wants its next turn, and what it waits for until then.

use super::children::Children;
use crate::model::{Nanos, Reason, State};

/// When a process wants its next turn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Wake {
    Soon,
    /// Soon, to look whether a lock is free: nothing else lets it go on.
    Look,
    At(Nanos),
    Outside,
}

/// What a process waits for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Wants {
    /// That time passes.
    #[default]
    Time,
    /// Something at a pipe.
    Message,
    /// An item of a queue.
    Item,
    /// Room in a queue.
    Room,
    /// That the work on a queue's items is done.
    Done,
    /// What a pool, an executor or the host gives.
    Result,
    /// The end of a process.
    End(u32),
    /// The end of all its processes.
    Ends,
    /// Processes that are ready to be something.
    Stock,
}

impl Wants {
    /// The state it is in meanwhile.
    pub const fn state(self) -> State {
        match self {
            Self::Time => State::Sleeping,
            Self::Stock => State::Starting,
            _ => State::Waiting,
        }
    }

    /// Why it waits, where it does.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Time | Self::Stock => Reason::Others,
            Self::Message => Reason::Message,
            Self::Item => Reason::Item,
            Self::Room => Reason::Room,
            Self::Done => Reason::Work,
            Self::Result => Reason::Result,
            Self::End(_) => Reason::End,
            Self::Ends => Reason::Ends,
        }
    }

    /// In words, and the process whose end it is.
    pub fn words(self, children: &Children) -> (String, Option<u32>) {
        let words = match self {
            Self::Time => "its moment",
            Self::Stock => "processes that are ready",
            Self::End(process) => return (format!("the end of {}", children.name(process)), Some(process)),
            other => other.reason().words(),
        };
        (words.to_owned(), None)
    }
}
