//! What the loop holds: its ready queue, timers, tasks and futures, and the rules by which they end, cancel and wake.

use super::calls::Registered;
use super::core::Core;
use super::exception::Exception;
use super::handle::{Callback, Callbacks, Ending, Handle};
use super::log::Log;
use super::mistakes::{Mistake, made};
use super::outcome::Settled;
use super::slab::{Key, Slab};
use super::timers::Timers;
use crate::model::{Mark, Nanos, State};
use std::collections::{HashMap, VecDeque};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

/// A task's coroutine: it says how it ended, its result lies in the cell it shares with its handle.
pub(super) type Body = Pin<Box<dyn Coroutine>>;

/// What the loop does with a coroutine.
pub(super) trait Coroutine {
    /// Runs it up to its next await.
    fn step(self: Pin<&mut Self>, core: &Rc<Core>, cx: &mut Context<'_>) -> Poll<Ending>;
    /// It was cancelled before its first step, so many times: this is how it ended.
    fn close(self: Pin<&mut Self>, core: &Rc<Core>, cancels: u32, cancelled: Exception);
    /// Where it keeps what it comes to.
    fn outcome(&self) -> Rc<dyn Settled>;
    /// Bytes it takes, with the place of its result.
    fn bytes(&self) -> usize;
}

/// What somebody waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Awaited {
    /// A future.
    Future(Key),
    /// A task.
    Task(Key),
    /// The nap of the waiting task itself, this one.
    Nap(Key),
}

/// How far a future is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// Not done.
    Pending,
    /// Done, with a result.
    Done,
    /// Done, cancelled.
    Cancelled,
    /// Done: this child of a gathering future ended with an exception.
    Raised(u32),
}

/// The sleep a task is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Nap {
    /// None.
    None,
    /// Its timer is set.
    Pending,
    /// Its time is up.
    Over,
    /// It was cancelled.
    Cancelled,
}

/// What only a gathering future has.
pub(super) struct Gathering {
    /// Its children.
    pub children: Rc<[Key]>,
    /// Whether it has been cancelled, and waits for its children to end.
    pub cancel_requested: bool,
}

/// A future: a place for a result that somebody else sets.
pub(super) struct FutureSlot {
    /// How far it is.
    pub stage: Stage,
    /// Whether a timer sets it.
    pub timed: bool,
    /// What is called once it is done.
    pub callbacks: Callbacks,
    /// Set when it gathers other tasks.
    pub gathering: Option<Box<Gathering>>,
}

impl FutureSlot {
    /// A pending future.
    pub fn new(timed: bool) -> Self {
        Self { stage: Stage::Pending, timed, callbacks: Callbacks::None, gathering: None }
    }
}

/// A task that is not done; one that is done has no slot any more.
pub(super) struct TaskSlot {
    /// The coroutine; out while it runs.
    pub body: Option<Body>,
    /// What is called once it is done.
    pub callbacks: Callbacks,
    /// What it waits for.
    pub awaits: Option<Awaited>,
    /// Its lane, or [`NO_LANE`].
    pub lane: u32,
    /// The N of its name "Task-N", in the order of creation.
    pub number: u32,
    /// Requests to cancel it that nobody has taken back.
    pub cancels: u32,
    /// Whether the next step throws `CancelledError`.
    pub must_cancel: bool,
    /// Sleeps it has begun: a timer that was set for an earlier one does nothing.
    pub naps: u32,
    /// The sleep it is in.
    pub nap: Nap,
    /// Whether its body has been entered.
    pub started: bool,
    /// Whether nobody is told when it is dropped before its end: `gather` made it.
    pub quiet: bool,
}

/// All of it; borrowed for a moment at a time, never while a coroutine runs or is dropped.
pub(super) struct Inner {
    /// Callbacks to be called, first in, first out.
    pub ready: VecDeque<Handle>,
    /// Callbacks for later.
    pub timers: Timers,
    /// Tasks that are not done.
    pub tasks: Slab<TaskSlot>,
    /// Futures somebody holds.
    pub futures: Slab<FutureSlot>,
    /// What is called when something ends.
    pub calls: Slab<Registered>,
    /// Messages of cancellations that nobody has seen yet; hardly any cancellation has one.
    pub messages: HashMap<Awaited, Rc<str>>,
    /// The recorder.
    pub log: Log,
    /// The host's clock, as last looked at.
    pub now: Nanos,
    /// Tasks created so far.
    pub created: u32,
}

impl Inner {
    /// An empty loop whose lanes begin at `first_lane`.
    pub fn new(first_lane: u32) -> Self {
        Self {
            ready: VecDeque::new(),
            timers: Timers::default(),
            tasks: Slab::default(),
            futures: Slab::default(),
            calls: Slab::default(),
            messages: HashMap::new(),
            log: Log::new(first_lane),
            now: 0,
            created: 0,
        }
    }

    /// How far that is; a task without a slot is done.
    pub fn stage(&self, awaited: Awaited) -> Stage {
        match awaited {
            Awaited::Future(key) => self.futures.get(key).map_or(Stage::Cancelled, |slot| slot.stage),
            Awaited::Task(key) => self.tasks.get(key).map_or(Stage::Done, |_| Stage::Pending),
            Awaited::Nap(key) => match self.tasks.get(key).map(|slot| slot.nap) {
                Some(Nap::Pending) => Stage::Pending,
                Some(Nap::Cancelled) => Stage::Cancelled,
                _ => Stage::Done,
            },
        }
    }

    /// `add_done_callback` of something that is not done.
    pub fn add_callback(&mut self, awaited: Awaited, callback: Callback) {
        match awaited {
            Awaited::Future(key) => {
                if let Some(slot) = self.futures.get_mut(key) {
                    slot.callbacks.add(callback);
                }
            }
            Awaited::Task(key) => {
                if let Some(slot) = self.tasks.get_mut(key) {
                    slot.callbacks.add(callback);
                }
            }
            Awaited::Nap(_) => {} // its end wakes the task itself
        }
    }

    /// `remove_done_callback`.
    pub fn remove_calls(&mut self, awaited: Awaited, call: Key) -> usize {
        let callbacks = match awaited {
            Awaited::Future(key) => self.futures.get_mut(key).map(|slot| &mut slot.callbacks),
            Awaited::Task(key) => self.tasks.get_mut(key).map(|slot| &mut slot.callbacks),
            Awaited::Nap(_) => None,
        };
        callbacks.map_or(0, |callbacks| callbacks.remove_calls(call))
    }

    fn schedule(&mut self, callbacks: &Callbacks, ending: Ending) {
        let first = self.ready.len();
        for callback in callbacks.as_slice() {
            if let Callback::Wakeup(_) = callback
                && self.mistaken(*callback, ending)
            {
                continue;
            }
            if let Callback::Wakeup(task) = callback
                && let Some(slot) = self.tasks.get(*task)
            {
                self.log.enter(slot.lane, self.now, State::Ready, 0);
            }
            self.ready.push_back(callback.called_with(ending));
        }
        if made(Mistake::CallbacksReversed) {
            self.ready.make_contiguous()[first..].reverse();
        }
    }

    /// Ends a future, unless it has ended; whether it did.
    pub fn settle(&mut self, key: Key, stage: Stage) -> bool {
        let ending = if stage == Stage::Cancelled { Ending::Cancelled } else { Ending::Returned };
        self.settle_with(key, stage, ending)
    }

    /// [`Inner::settle`], saying how it ended.
    pub fn settle_with(&mut self, key: Key, stage: Stage, ending: Ending) -> bool {
        let Some(slot) = self.futures.get_mut(key) else { return false };
        if slot.stage != Stage::Pending {
            return false;
        }
        slot.stage = stage;
        let callbacks = std::mem::take(&mut slot.callbacks);
        self.schedule(&callbacks, ending);
        true
    }

    /// Ends a task; its coroutine is handed back to be dropped outside.
    pub fn end_task(&mut self, key: Key, ending: Ending) -> Option<Body> {
        let slot = self.tasks.remove(key)?;
        if ending == Ending::Cancelled {
            self.take_message(Awaited::Task(key));
        }
        let mark = match ending {
            Ending::Returned => Mark::Finished,
            Ending::Raised => Mark::Failed,
            Ending::Cancelled => Mark::Cancelled,
        };
        self.log.mark(slot.lane, self.now, mark, 0);
        self.log.enter(slot.lane, self.now, State::Done, 0);
        self.schedule(&slot.callbacks, ending);
        slot.body
    }

    /// Nobody holds the future any more; a timer that was to set it counts as cancelled.
    pub fn forget(&mut self, key: Key) {
        let Some(slot) = self.futures.remove(key) else { return };
        self.take_message(Awaited::Future(key));
        if slot.timed && slot.stage != Stage::Done {
            self.timer_cancelled();
        }
    }

    /// One of the timers has nothing to do any more.
    pub fn timer_cancelled(&mut self) {
        if self.timers.note_cancelled() {
            let (tasks, futures, calls) = (&self.tasks, &self.futures, &self.calls);
            self.timers.keep(|handle| alive(tasks, futures, calls, handle));
        }
    }

    /// The moment of the first timer that is not cancelled.
    pub fn next_timer(&mut self) -> Option<Nanos> {
        loop {
            let (when, handle) = self.timers.first()?;
            if alive(&self.tasks, &self.futures, &self.calls, handle) {
                return Some(when);
            }
            self.timers.pop_cancelled();
        }
    }
}

/// Whether a timer still has something to do.
fn alive(tasks: &Slab<TaskSlot>, futures: &Slab<FutureSlot>, calls: &Slab<Registered>, handle: Handle) -> bool {
    match handle {
        Handle::SetResult(key) | Handle::TimeOut(key) => {
            futures.get(key).is_some_and(|slot| slot.stage == Stage::Pending)
        }
        Handle::NapOver { task, number } => {
            tasks.get(task).is_some_and(|slot| slot.naps == number && slot.nap == Nap::Pending)
        }
        Handle::Call { call, .. } => calls.get(call).is_some(),
        _ => true,
    }
}
