//! When a process wants its next turn, and what it waits for until then.

use super::children::Children;
use crate::model::{Nanos, State};

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
    /// What a pool or an executor gives.
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

    /// In words, and the process whose end it is.
    pub fn words(self, children: &Children) -> (String, Option<u32>) {
        let words = match self {
            Self::Time => "its moment",
            Self::Message => "a message",
            Self::Item => "an item in a queue",
            Self::Room => "room in a queue",
            Self::Done => "the work on a queue's items",
            Self::Result => "a result",
            Self::End(process) => return (format!("the end of {}", children.name(process)), Some(process)),
            Self::Ends => "the end of its processes",
            Self::Stock => "processes that are ready",
        };
        (words.to_owned(), None)
    }
}
