//! Why a lane waits for what has no name in the trace.

/// Why a thread or a process waits: the argument of [`State::Waiting`](super::State).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub enum Reason {
    /// For others; a mark may say for whom. All that was recorded before there were reasons, too.
    Others,
    /// Something at a pipe.
    Message,
    /// An item in a queue.
    Item,
    /// Room in a queue.
    Room,
    /// That the work on a queue's items is done.
    Work,
    /// What a pool or an executor gives.
    Result,
    /// The end of a process; a mark says of which.
    End,
    /// The end of all its processes.
    Ends,
    /// A lock.
    Lock,
    /// A semaphore.
    Semaphore,
    /// An event.
    Event,
    /// A condition.
    Condition,
    /// A barrier.
    Barrier,
    /// A queue.
    Queue,
}

impl Reason {
    /// Every one of them, in the order of their codes.
    pub const ALL: &[Self] = &[
        Self::Others,
        Self::Message,
        Self::Item,
        Self::Room,
        Self::Work,
        Self::Result,
        Self::End,
        Self::Ends,
        Self::Lock,
        Self::Semaphore,
        Self::Event,
        Self::Condition,
        Self::Barrier,
        Self::Queue,
    ];

    /// The one with this code.
    pub fn from_code(code: u32) -> Self {
        Self::ALL.get(code as usize).copied().unwrap_or(Self::Others)
    }

    /// What is waited for, in words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Others => "others",
            Self::Message => "a message",
            Self::Item => "an item in a queue",
            Self::Room => "room in a queue",
            Self::Work => "the work on a queue's items",
            Self::Result => "a result",
            Self::End => "the end of a process",
            Self::Ends => "the end of its processes",
            Self::Lock => "a lock",
            Self::Semaphore => "a semaphore",
            Self::Event => "an event",
            Self::Condition => "a condition",
            Self::Barrier => "a barrier",
            Self::Queue => "a queue",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_found_by_its_code_and_what_is_unknown_waits_for_others() {
        for reason in Reason::ALL {
            assert_eq!(Reason::from_code(*reason as u32), *reason);
        }
        assert_eq!(Reason::from_code(Reason::ALL.len() as u32), Reason::Others);
    }
}
