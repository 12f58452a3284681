//! What every blocking primitive is built on: a state, signals that it changed, and one way to wait for it.

use std::sync::Arc;

use super::line::Line;
use super::wait::{hold, wait};
use super::{Interrupted, ThreadCx};
use crate::model::{Mark, Nanos, Reason};
use crate::sync::Mutex;
use crate::sync::atomic::{AtomicU32, AtomicU64, Ordering};

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

impl Kind {
    /// Why somebody waits for one without a name.
    pub const fn reason(self) -> Reason {
        match self {
            Self::Lock => Reason::Lock,
            Self::Semaphore => Reason::Semaphore,
            Self::Event => Reason::Event,
            Self::Condition => Reason::Condition,
            Self::Barrier => Reason::Barrier,
            Self::Queue => Reason::Queue,
            Self::Thread => Reason::Others,
        }
    }
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
    inside: Mutex<Inside<S, N>>,
    /// How long a thread without a GIL stays awake before it sleeps.
    awake: Nanos,
}

struct Inside<S, const N: usize> {
    state: S,
    /// Who waits for which signal.
    lines: [Line; N],
}

/// Everybody.
const ALL: usize = usize::MAX;

impl<S, const N: usize> Site<S, N> {
    pub fn new(kind: Kind, object: u32, state: S) -> Self {
        let lines = std::array::from_fn(|_| Line::default());
        Self { core: Core::new(kind, object), inside: Mutex::new(Inside { state, lines }), awake: 0 }
    }

    /// Who waits here stays awake for so long, if there is no GIL: it goes on at the very moment it can.
    pub fn awake(mut self, time: Nanos) -> Self {
        self.awake = time;
        self
    }

    /// Looks at the state, or changes it in a way that concerns nobody who waits.
    pub fn with<R>(&self, look: impl FnOnce(&mut S) -> R) -> R {
        look(&mut hold(&self.inside).state)
    }

    /// Changes the state and wakes all who wait.
    pub fn change<R>(&self, change: impl FnOnce(&mut S) -> R) -> R {
        let mut inside = hold(&self.inside);
        let result = change(&mut inside.state);
        self.core.changed();
        inside.lines.iter_mut().for_each(|line| line.call(ALL));
        result
    }

    /// Changes the state and wakes the `n` who have waited longest for `signal`.
    pub fn change_for(&self, signal: usize, n: usize, change: impl FnOnce(&mut S)) {
        let mut inside = hold(&self.inside);
        change(&mut inside.state);
        self.call(&mut inside, Some(signal), n);
    }

    /// As [`Site::change_for`]; but where nothing changes nobody is woken, who would lose his place.
    pub fn change_if<R, E>(
        &self,
        signal: usize,
        n: usize,
        change: impl FnOnce(&mut S) -> Result<R, E>,
    ) -> Result<R, E> {
        let mut inside = hold(&self.inside);
        let result = change(&mut inside.state);
        if result.is_ok() {
            self.call(&mut inside, Some(signal), n);
        }
        result
    }

    fn call(&self, inside: &mut Inside<S, N>, signal: Option<usize>, n: usize) {
        if let Some(line) = signal.and_then(|signal| inside.lines.get_mut(signal)) {
            self.core.changed();
            line.call(n);
        }
    }

    /// Does `step` as soon as it gives something, or gives nothing after `limit` (0: does not wait). Waits without the GIL,
    /// for `signal`, in the order of coming; only a wait is recorded.
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
        let mut step = |inside: &mut Inside<S, N>| {
            let result = step(&mut inside.state)?;
            self.call(inside, other, 1);
            Some(result)
        };
        let (ticket, called) = {
            let mut inside = hold(&self.inside);
            let first = step(&mut inside);
            if first.is_some() || limit == Some(0) {
                return Ok(first);
            }
            match inside.lines.get_mut(signal) {
                Some(line) => line.join(),
                None => return Ok(None),
            }
        };
        let deadline = limit.map(|limit| cx.deadline(limit));
        cx.blocked_on(&self.core);
        cx.without_gil(|| {
            self.stay_awake(cx);
            let note = cx.note(&self.core, deadline.is_some());
            let mut inside = hold(&self.inside);
            loop {
                let changes = note.looks();
                let left = deadline.map(|deadline| deadline.saturating_sub(cx.now()));
                // At the end of its time it looks even out of turn.
                if (left == Some(0) || inside.lines[signal].turn(ticket))
                    && let Some(result) = step(&mut inside)
                {
                    inside.lines[signal].leave(ticket);
                    return Ok(Some(result));
                }
                note.looked(changes);
                if left == Some(0) {
                    inside.lines[signal].leave(ticket);
                    cx.lane.mark(Mark::TimedOut, self.core.object);
                    return Ok(None);
                }
                inside.lines[signal].wait_on(ticket);
                (inside, _) = wait(&called, inside, left);
                if cx.wakes() {
                    // A call that it does not follow is the next one's.
                    if inside.lines[signal].leave(ticket) {
                        self.call(&mut inside, Some(signal), 1);
                    }
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
