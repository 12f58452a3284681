//! What every blocking primitive is built on: a state, signals that it changed, and one way to wait for it.

use std::sync::Arc;

use super::wait::{hold, wait};
use super::{Interrupted, ThreadCx};
use crate::model::{Mark, Nanos};
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering};
use crate::sync::{Condvar, Mutex};

/// The number of an object that has no name in the trace.
pub const UNNAMED: u32 = u32::MAX;

/// What a thread waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Lock,
    Semaphore,
    Event,
    Condition,
    Barrier,
    Queue,
    /// Another thread, to begin or to end.
    Thread,
}

/// What is known of a primitive to those who look for a deadlock.
pub(super) struct Core {
    pub kind: Kind,
    /// Its number in the trace, or [`UNNAMED`].
    pub object: u32,
    /// The number of the thread that alone can end a wait for it (a lock's holder, a thread that is joined); 0 when it is
    /// free, or anybody can.
    pub owner: AtomicU32,
    /// Counts the occasions at which those who wait have something to look at.
    changes: AtomicU64,
}

impl Core {
    /// Marks an owner in whose place anybody else may act too.
    pub const ANYBODY: u32 = 1 << 31;

    pub fn new(kind: Kind, object: u32) -> Arc<Self> {
        Arc::new(Self { kind, object, owner: AtomicU32::new(0), changes: AtomicU64::new(0) })
    }

    /// Who waits has something to look at from now on.
    pub fn changed(&self) {
        self.changes.fetch_add(1, Ordering::SeqCst);
    }

    pub fn changes(&self) -> u64 {
        self.changes.load(Ordering::SeqCst)
    }

    /// The number of the thread that holds it, whoever may release it; 0 when nobody does.
    pub fn holder(&self) -> u32 {
        self.owner.load(Ordering::SeqCst) & !Self::ANYBODY
    }
}

/// A state that threads wait for; `N` signals, for those who wait for different things.
pub(super) struct Site<S, const N: usize = 1> {
    pub core: Arc<Core>,
    state: Mutex<S>,
    signals: [Condvar; N],
    /// How long a thread without a GIL stays awake before it sleeps.
    awake: Nanos,
}

impl<S, const N: usize> Site<S, N> {
    pub fn new(kind: Kind, object: u32, state: S) -> Self {
        let signals = std::array::from_fn(|_| Condvar::new());
        Self { core: Core::new(kind, object), state: Mutex::new(state), signals, awake: 0 }
    }

    /// Who waits here stays awake for so long, if there is no GIL: it goes on at the very moment it can.
    pub fn awake(mut self, time: Nanos) -> Self {
        self.awake = time;
        self
    }

    /// Looks at the state, or changes it in a way that concerns nobody who waits.
    pub fn with<R>(&self, look: impl FnOnce(&mut S) -> R) -> R {
        look(&mut hold(&self.state))
    }

    /// Changes the state and wakes all who wait.
    pub fn change<R>(&self, change: impl FnOnce(&mut S) -> R) -> R {
        let mut state = hold(&self.state);
        let result = change(&mut state);
        self.core.changed();
        self.signals.iter().for_each(Condvar::notify_all);
        result
    }

    /// Changes the state and wakes one who waits for `signal`.
    pub fn change_for_one<R>(&self, signal: usize, change: impl FnOnce(&mut S) -> R) -> R {
        let mut state = hold(&self.state);
        let result = change(&mut state);
        self.core.changed();
        if let Some(signal) = self.signals.get(signal) {
            signal.notify_one();
        }
        result
    }

    /// Does `step` as soon as it gives something, or gives nothing after `limit` (0: does not wait). Waits without the GIL,
    /// for `signal`; only a wait is recorded.
    pub fn until<R>(
        &self,
        cx: &ThreadCx,
        signal: usize,
        limit: Option<Nanos>,
        step: impl FnMut(&mut S) -> Option<R>,
    ) -> Result<Option<R>, Interrupted> {
        self.until_waking(cx, (signal, None), limit, step)
    }

    /// As [`Site::until`]; what `step` did wakes one of those who wait for the other signal.
    pub fn until_waking<R>(
        &self,
        cx: &ThreadCx,
        (signal, other): (usize, Option<usize>),
        limit: Option<Nanos>,
        mut step: impl FnMut(&mut S) -> Option<R>,
    ) -> Result<Option<R>, Interrupted> {
        let mut step = |state: &mut S| {
            let result = step(state)?;
            if let Some(signal) = other.and_then(|other| self.signals.get(other)) {
                self.core.changed();
                signal.notify_one();
            }
            Some(result)
        };
        let first = step(&mut hold(&self.state));
        if first.is_some() || limit == Some(0) {
            return Ok(first);
        }
        let deadline = limit.map(|limit| cx.deadline(limit));
        cx.blocked_on(&self.core);
        cx.without_gil(|| {
            self.stay_awake(cx);
            let note = cx.note(&self.core, deadline.is_some());
            let mut state = hold(&self.state);
            loop {
                let changes = note.looks();
                if let Some(result) = step(&mut state) {
                    return Ok(Some(result));
                }
                note.looked(changes);
                let left = deadline.map(|deadline| deadline.saturating_sub(cx.now()));
                if left == Some(0) {
                    cx.lane.mark(Mark::TimedOut, self.core.object);
                    return Ok(None);
                }
                if let Some(signal) = self.signals.get(signal) {
                    (state, _) = wait(signal, state, left);
                }
                if cx.wakes() {
                    return Err(Interrupted);
                }
            }
        })
    }

    fn stay_awake(&self, cx: &ThreadCx) {
        if self.awake == 0 || cx.gil.is_some() {
            return;
        }
        let (seen, until) = (self.core.changes(), cx.now() + self.awake);
        while self.core.changes() == seen && cx.now() < until {
            crate::sync::spin_loop();
        }
    }
}
