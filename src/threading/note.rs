//! What a thread waits for, noted where those can read it who look for a deadlock.

use std::sync::{Arc, Mutex, PoisonError};

use super::ThreadCx;
use super::site::{Core, UNNAMED};
use crate::model::{Mark, State};

/// A wait without a limit.
#[derive(Clone)]
pub(super) struct Waits {
    /// For what.
    pub core: Arc<Core>,
    /// How often it had changed when the thread last looked.
    pub seen: u64,
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

    fn looked(&self) {
        if let (_, Some(waits)) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            waits.seen = waits.core.changes();
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
    /// The thread has looked, and there is nothing for it. To be called where the object cannot change meanwhile, or has been
    /// found unchanged after its changes were counted.
    pub fn looked(&self) {
        self.cx.slot().looked();
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
        // Before the first look it has not looked at anything.
        let waits = Waits { core: core.clone(), seen: u64::MAX };
        self.slot().write((!limited).then_some(waits));
        Note { cx: self, core, told: 0.into() }
    }

    /// The lane waits for `core` from now on.
    pub(super) fn blocked_on(&self, core: &Core) {
        match core.object {
            UNNAMED => self.lane.enter(State::Waiting),
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
