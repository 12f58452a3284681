//! What a thread waits for, noted where those can read it who look for a deadlock.

use std::sync::{Arc, Mutex, PoisonError};

use super::ThreadCx;
use super::mistakes::{Mistake, made};
use super::site::{Core, UNNAMED};
use crate::model::{Mark, State};

/// A wait without a limit.
#[derive(Clone)]
pub(super) struct Waits {
    /// For what.
    pub core: Arc<Core>,
    /// How often it had changed when the thread last looked and found nothing; [`LOOKING`] while it looks.
    pub seen: u64,
}

/// More often than anything changes.
const LOOKING: u64 = u64::MAX;

impl Waits {
    /// Whether the thread looks, or has something to look at: it may go on.
    pub fn may_go_on(&self) -> bool {
        self.seen != self.core.changes()
    }
}

/// A thread's place for its note. (Of std, whatever the primitives are made of: nobody waits for it.)
#[derive(Default)]
pub(super) struct Slot(Mutex<(u64, Option<Waits>)>);

impl Slot {
    /// The number of the wait, and the wait; `None` when the thread does not wait, or a limit ends its waiting.
    pub fn read(&self) -> (u64, Option<Waits>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, waits: Option<Waits>) {
        let mut slot = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *slot = (slot.0 + 1, waits);
    }

    fn see(&self, changes: u64) {
        if let (_, Some(waits)) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            waits.seen = changes;
        }
    }
}

/// Stands while a thread waits.
pub(super) struct Note<'a> {
    cx: &'a ThreadCx,
    core: &'a Core,
    /// Whom the trace says it waits for.
    told: std::cell::Cell<u32>,
}

impl Note<'_> {
    /// The thread looks from now on: it may take what it waits for. How often that has changed so far.
    pub fn looks(&self) -> u64 {
        let changes = if made(Mistake::LooksInSecret) { self.core.changes() } else { LOOKING };
        self.cx.slot().see(changes);
        self.core.changes()
    }

    /// The thread has looked, and found nothing. `changes` is what [`Note::looks`] gave.
    pub fn looked(&self, changes: u64) {
        self.cx.slot().see(changes);
        self.tell();
    }

    /// Records whom the thread waits for, when that is another than before: an edge of the wait-for graph.
    fn tell(&self) {
        let holder = self.core.holder();
        if holder != 0 && self.told.replace(holder) != holder {
            self.cx.lane.mark(Mark::WaitsFor, holder - 1);
        }
    }
}

impl Drop for Note<'_> {
    fn drop(&mut self) {
        self.cx.slot().write(None);
    }
}

impl ThreadCx {
    /// Notes that the thread waits for `core` from now on; `limited`: for a limited time only.
    pub(super) fn note<'a>(&'a self, core: &'a Arc<Core>, limited: bool) -> Note<'a> {
        let waits = Waits { core: core.clone(), seen: LOOKING };
        self.slot().write((!limited).then_some(waits));
        Note { cx: self, core, told: 0.into() }
    }

    /// The lane waits for `core` from now on.
    pub(super) fn blocked_on(&self, core: &Core) {
        match core.object {
            UNNAMED => self.lane.enter_with(State::Waiting, core.kind.reason() as u32),
            object => self.lane.enter_with(State::Blocked, object),
        }
    }

    /// `core` stands at this level from now on, for the chart.
    pub(super) fn level(&self, core: &Core, level: u32) {
        if core.object != UNNAMED {
            self.lane.level(core.object, level);
        }
    }
}
