//! Why an event loop called something: what its iterations are listed by.

/// What a callback of an event loop does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Call {
    /// A task's first step.
    First,
    /// A task's step after it gave way with nothing to wait for.
    Step,
    /// A task's step after what it waited for is done.
    Wakeup,
    /// A timer is due: the task's wait is over.
    Timer,
    /// An operation outside the loop is done: the task gets its result.
    Arrived,
    /// The task's time limit is up.
    Limit,
    /// Anything else a loop calls between tasks, such as the counting of `gather`.
    Other,
}

impl Call {
    /// Every one of them, in order of their codes.
    const ALL: [Call; 7] =
        [Call::First, Call::Step, Call::Wakeup, Call::Timer, Call::Arrived, Call::Limit, Call::Other];

    /// The code recorded with [`Mark::Called`](super::Mark::Called).
    pub fn code(self) -> u32 {
        self as u32
    }

    /// The one with this code; [`Call::Other`] for codes that mean nothing.
    pub fn from_code(code: u32) -> Call {
        Self::ALL.get(code as usize).copied().unwrap_or(Call::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_places() {
        assert!((0..).zip(Call::ALL).all(|(code, call)| call.code() == code && Call::from_code(code) == call));
        assert_eq!(Call::from_code(u32::MAX), Call::Other);
    }
}
