//! What waits in the ready queue, and what a future calls when it is done.

use super::slab::Key;

/// How a task ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// With a result.
    Returned,
    /// With an exception.
    Raised,
    /// As cancelled.
    Cancelled,
}

/// A callback in the ready queue or in the heap of timers (asyncio's `Handle`), small enough to be copied.
#[derive(Clone, Copy, Debug)]
pub(super) enum Handle {
    /// A task's first step, or the one after a bare yield.
    Step(Key),
    /// What the task waited for is done.
    Wakeup(Key),
    /// A child of the gathering future `outer` is done.
    Gathered { outer: Key, child: u32, ending: Ending },
    /// Sets the future's result, unless it is done.
    SetResult(Key),
    /// A time limit has passed.
    TimeOut(Key),
    /// Calls a closure the core keeps.
    Closure(Key),
    /// The main task is done: the loop stops after this iteration.
    MainDone,
}

/// What a future or task calls, through the ready queue, once it is done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callback {
    /// Steps the task that waits for it.
    Wakeup(Key),
    /// Counts it in for the gathering future.
    Gathered { outer: Key, child: u32 },
    /// Sets that future's result.
    Release(Key),
    /// Calls a closure the core keeps.
    Closure(Key),
    /// Stops the loop.
    MainDone,
}

impl Callback {
    /// The call, now that it is known how the caller ended.
    pub fn called_with(self, ending: Ending) -> Handle {
        match self {
            Callback::Wakeup(task) => Handle::Wakeup(task),
            Callback::Gathered { outer, child } => Handle::Gathered { outer, child, ending },
            Callback::Release(future) => Handle::SetResult(future),
            Callback::Closure(closure) => Handle::Closure(closure),
            Callback::MainDone => Handle::MainDone,
        }
    }
}

/// Callbacks in the order they were added; nearly always there is at most one, which needs no room of its own.
#[derive(Debug, Default)]
pub(super) enum Callbacks {
    /// None.
    #[default]
    None,
    /// One.
    One(Callback),
    /// Several.
    Many(Vec<Callback>),
}

impl Callbacks {
    /// Adds one.
    pub fn add(&mut self, callback: Callback) {
        match self {
            Callbacks::None => *self = Callbacks::One(callback),
            Callbacks::One(first) => *self = Callbacks::Many(vec![*first, callback]),
            Callbacks::Many(all) => all.push(callback),
        }
    }

    /// All of them, in order.
    pub fn as_slice(&self) -> &[Callback] {
        match self {
            Callbacks::None => &[],
            Callbacks::One(one) => std::slice::from_ref(one),
            Callbacks::Many(all) => all,
        }
    }
}
