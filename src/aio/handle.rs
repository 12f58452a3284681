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
    /// Calls what was registered under this key: number `which` of what it watches has ended.
    Call { call: Key, which: u32, ending: Ending },
    /// Sets the future's result, unless it is done.
    SetResult(Key),
    /// The time of this sleep of the task's is up.
    NapOver { task: Key, number: u32 },
    /// A time limit has passed.
    TimeOut(Key),
    /// The main task is done: the loop stops after this iteration.
    MainDone,
}

/// What a future or task calls, through the ready queue, once it is done.
#[derive(Clone, Copy, Debug)]
pub(super) enum Callback {
    /// Steps the task that waits for it.
    Wakeup(Key),
    /// Calls what was registered under this key.
    Call { call: Key, which: u32 },
    /// Sets that future's result.
    Release(Key),
    /// Stops the loop.
    MainDone,
}

impl Callback {
    /// The call, now that it is known how the caller ended.
    pub fn called_with(self, ending: Ending) -> Handle {
        match self {
            Callback::Wakeup(task) => Handle::Wakeup(task),
            Callback::Call { call, which } => Handle::Call { call, which, ending },
            Callback::Release(future) => Handle::SetResult(future),
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
    /// Several; boxed twice to keep a task's slot small.
    #[allow(clippy::box_collection)]
    Many(Box<Vec<Callback>>),
}

impl Callbacks {
    /// Adds one.
    pub fn add(&mut self, callback: Callback) {
        match self {
            Callbacks::None => *self = Callbacks::One(callback),
            Callbacks::One(first) => *self = Callbacks::Many(Box::new(vec![*first, callback])),
            Callbacks::Many(all) => all.push(callback),
        }
    }

    /// Takes out those that call `gone`; how many there were.
    pub fn remove_calls(&mut self, gone: Key) -> usize {
        let calls = |callback: &Callback| matches!(callback, Callback::Call { call, .. } if *call == gone);
        match self {
            Callbacks::One(one) if calls(one) => {
                *self = Callbacks::None;
                1
            }
            Callbacks::Many(all) => {
                let before = all.len();
                all.retain(|callback| !calls(callback));
                before - all.len()
            }
            _ => 0,
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
