//! Why an event loop called something: what its iterations are listed by.

/// What a callback of an event loop does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
    /// A callback with a name: the trace's object of this number.
    Named(u32),
}

impl Call {
    /// Those without a number, in order of their codes.
    const ALL: [Call; 7] =
        [Call::First, Call::Step, Call::Wakeup, Call::Timer, Call::Arrived, Call::Limit, Call::Other];
    /// The code of the callback named by object 0.
    const NAMED: u32 = 16;

    /// The code recorded with [`Mark::Called`](super::Mark::Called).
    pub fn code(self) -> u32 {
        match self {
            Call::Named(object) => Self::NAMED.saturating_add(object),
            other => Self::ALL.iter().position(|call| *call == other).unwrap_or(Self::ALL.len()) as u32,
        }
    }

    /// The one with this code; [`Call::Other`] for codes that mean nothing.
    pub fn from_code(code: u32) -> Call {
        match code.checked_sub(Self::NAMED) {
            Some(object) => Call::Named(object),
            None => Self::ALL.get(code as usize).copied().unwrap_or(Call::Other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_stand_for_calls() {
        assert!((0..).zip(Call::ALL).all(|(code, call)| call.code() == code && Call::from_code(code) == call));
        assert_eq!((Call::Named(3).code(), Call::from_code(19)), (19, Call::Named(3)));
        assert_eq!(Call::from_code(Call::NAMED - 1), Call::Other);
    }
}
