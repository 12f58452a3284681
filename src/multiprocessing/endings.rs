//! What a process is told only when it has heard all that was sent before: that an end is closed, that a process has ended.

use super::port::{End, Event};
use crate::model::{MS, Nanos, SECOND};
use std::collections::{BTreeMap, BTreeSet};

/// How long letters are waited for whose sender was ended from outside.
///
/// They are on their way from one worker to another, in Firefox through another process. Nobody is left to say that none follows,
/// so a turn of the loop does not suffice: that only hears what has already come. They take a fraction of a millisecond.
pub const GRACE: Nanos = 5 * MS;

/// How long a process that has ended is waited for to be heard closing an end. It has said so before it said that it ended; this is
/// for a browser that loses it.
const PATIENCE: Nanos = SECOND;

/// An end whose other end nobody holds any more, as is known from elsewhere.
#[derive(Debug)]
struct Orphan {
    patience: Nanos,
    until: Option<Nanos>,
}

/// What is yet to be told.
#[derive(Debug, Default)]
pub struct Endings {
    orphans: BTreeMap<End, Orphan>,
    /// Events that are told when nothing more can come in at any of these ends.
    held: Vec<(BTreeSet<End>, Event)>,
}

impl Endings {
    /// What held the other end of this one is no more; `said`: it closes it by itself, and was not ended from outside.
    pub fn orphan(&mut self, end: End, said: bool) {
        self.orphans.insert(end, Orphan { patience: if said { PATIENCE } else { GRACE }, until: None });
    }

    /// The process gives way at `now`, so that it can hear. When the first of those ends will have been waited for.
    pub fn give_way(&mut self, now: Nanos) -> Option<Nanos> {
        self.orphans.values_mut().map(|orphan| *orphan.until.get_or_insert(now + orphan.patience)).min()
    }

    /// An end that has been waited for long enough. One at a time: whoever is told of it may give away another.
    pub fn over(&mut self, now: Nanos) -> Option<End> {
        let over = |orphan: &Orphan| orphan.until.is_some_and(|until| until <= now);
        let end = self.orphans.iter().find(|(_, orphan)| over(orphan)).map(|(end, _)| *end)?;
        self.orphans.remove(&end);
        Some(end)
    }

    /// An end goes to another process: whether that must be told that it is an orphan.
    pub fn forget(&mut self, end: End) -> bool {
        self.orphans.remove(&end).is_some_and(|orphan| orphan.patience == GRACE)
    }

    /// An event that is told when nothing more can come in at any of these ends; it is given back if there are none.
    pub fn after(&mut self, ends: BTreeSet<End>, event: Event) -> Option<Event> {
        if ends.is_empty() {
            return Some(event);
        }
        self.held.push((ends, event));
        None
    }

    /// Nothing more can come in at this end, or it is not here any more: what is to be told now.
    pub fn ended(&mut self, end: End) -> Vec<Event> {
        self.orphans.remove(&end);
        self.held.iter_mut().for_each(|(ends, _)| ends.retain(|other| *other != end));
        self.held.extract_if(.., |(ends, _)| ends.is_empty()).map(|(_, event)| event).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exited(process: u32) -> Event {
        Event::Exited { process, code: 0, error: None }
    }

    #[test]
    fn letters_of_one_that_was_ended_are_waited_for_from_when_they_can_be_heard() {
        let mut endings = Endings::default();
        assert_eq!(endings.give_way(0), None);
        endings.orphan(3, false);
        assert_eq!(endings.over(100 * GRACE), None, "it computed all the time");
        assert_eq!(endings.give_way(100 * GRACE), Some(101 * GRACE));
        assert_eq!(endings.give_way(100 * GRACE + MS), Some(101 * GRACE), "the first time counts");
        assert_eq!(endings.over(101 * GRACE - 1), None);
        assert_eq!(endings.over(101 * GRACE), Some(3));
        assert_eq!(endings.give_way(102 * GRACE), None);
    }

    #[test]
    fn an_end_that_was_heard_of_or_went_away_is_not_waited_for() {
        let mut endings = Endings::default();
        [1, 2, 3].into_iter().for_each(|end| endings.orphan(end, false));
        assert!(endings.forget(1) && !endings.forget(1));
        assert!(endings.ended(2).is_empty());
        endings.give_way(0);
        assert_eq!((endings.over(GRACE), endings.over(GRACE)), (Some(3), None));
    }

    #[test]
    fn an_end_that_its_holder_closed_is_waited_for_but_not_for_ever() {
        let mut endings = Endings::default();
        endings.orphan(1, true);
        endings.orphan(2, true);
        endings.give_way(0);
        assert!(!endings.forget(2), "whoever gets it will hear it closing");
        assert_eq!(endings.over(100 * GRACE), None);
        assert_eq!((endings.over(PATIENCE), endings.over(PATIENCE)), (Some(1), None));
    }

    #[test]
    fn an_event_comes_after_the_last_of_its_ends() {
        let mut endings = Endings::default();
        assert_eq!(endings.after([].into(), exited(1)), Some(exited(1)));
        assert_eq!(endings.after([1, 2].into(), exited(2)), None);
        assert_eq!(endings.after([2].into(), exited(3)), None);
        assert!(endings.ended(1).is_empty());
        assert!(endings.ended(1).is_empty());
        assert_eq!(endings.ended(2), [exited(2), exited(3)], "in the order in which they were held back");
        assert!(endings.ended(2).is_empty());
    }
}
