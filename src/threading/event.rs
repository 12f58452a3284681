//! `threading.Event`: threads wait until another says that it has happened.

use super::mistakes::{Mistake, made};
use super::site::{Kind, Site};
use super::{Interrupted, ThreadCx};
use crate::model::Nanos;

/// A flag that threads wait for.
pub struct Event {
    /// The flag, and how often it was set: who waits goes on, even when it is cleared at once.
    site: Site<(bool, u64)>,
    /// Whether the flag is recorded.
    every: bool,
}

impl Event {
    /// An event that has not happened; `object` is its number in the trace.
    pub fn new(object: u32) -> Self {
        Self { site: Site::new(Kind::Event, object, (false, 0)), every: true }
    }

    /// An event that has not happened and is one of many with this number: only waits are recorded, not the flag.
    pub fn busy(object: u32) -> Self {
        Self { every: false, ..Self::new(object) }
    }

    /// Whether the flag is set.
    pub fn is_set(&self) -> bool {
        self.site.with(|(flag, _)| *flag)
    }

    /// Sets the flag; all who wait go on.
    pub fn set(&self, cx: &ThreadCx) {
        let set = |(flag, times): &mut (bool, u64)| {
            *flag = true;
            *times += 1;
            self.level(cx, 1);
        };
        if made(Mistake::SetWakesOne) { self.site.change_for(0, 1, set) } else { self.site.change(set) }
    }

    /// Takes the flag back.
    pub fn clear(&self, cx: &ThreadCx) {
        self.site.with(|(flag, _)| {
            *flag = false;
            self.level(cx, 0);
        });
    }

    fn level(&self, cx: &ThreadCx, level: u32) {
        if self.every {
            cx.level(&self.site.core, level);
        }
    }

    /// Waits until the flag is set.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn wait(&self, cx: &ThreadCx) -> Result<(), Interrupted> {
        self.wait_within(cx, None).map(drop)
    }

    /// `wait(timeout)`: waits until the flag is set, but no longer than `limit`; whether it was set.
    ///
    /// # Errors
    /// [`Interrupted`] when the thread must leave.
    pub fn wait_timeout(&self, cx: &ThreadCx, limit: Nanos) -> Result<bool, Interrupted> {
        self.wait_within(cx, Some(limit))
    }

    fn wait_within(&self, cx: &ThreadCx, limit: Option<Nanos>) -> Result<bool, Interrupted> {
        let mut before = None;
        let set = self.site.until(cx, 0, limit, |(flag, times)| {
            let before = *before.get_or_insert(*times);
            (*flag || *times != before && !made(Mistake::OnlyTheFlag)).then_some(())
        })?;
        Ok(set.is_some())
    }
}
