//! Ends whose other ends nobody holds any more, and what is told only after that.

use super::ports::Ports;
use crate::model::Nanos;
use crate::multiprocessing::{End, Event, Place};

impl Ports {
    /// Whoever held the other end of this one is no more; `said`: it closes it by itself, and was not ended from outside. The
    /// process is told so once it has heard what that had sent.
    pub fn orphan(&self, end: End, said: bool) {
        if let Some(held) = self.ends.borrow_mut().get_mut(&end).filter(|held| !held.alone) {
            held.alone = true;
            self.endings.borrow_mut().orphan(end, said);
        }
    }

    /// The process gives way at `now`, and can hear: when the first orphan will have been waited for.
    pub fn give_way(&self, now: Nanos) -> Option<Nanos> {
        self.endings.borrow_mut().give_way(now)
    }

    /// Closes the orphans at which nothing is waited for any longer.
    pub fn look_after_orphans(&self, now: Nanos) {
        let next = || self.endings.borrow_mut().over(now);
        while let Some(end) = next() {
            // A worker that is ended may go on for a while: what it still sends comes too late.
            let ends = self.ends.borrow();
            ends.get(&end).into_iter().for_each(|held| held.port.set_onmessage(None));
            drop(ends);
            self.closes(end);
        }
    }

    /// Nobody holds the other end of this one any more, and all was heard.
    pub(super) fn closes(&self, end: End) {
        if let Some(held) = self.ends.borrow_mut().get_mut(&end) {
            (held.alone, held.over) = (true, true);
        }
        self.say(Event::Closed { end });
        self.nothing_comes(end);
    }

    /// Tells what waited for this end.
    pub(super) fn nothing_comes(&self, end: End) {
        let told = self.endings.borrow_mut().ended(end);
        told.into_iter().for_each(|event| self.say(event));
    }

    /// Tells something as soon as nothing more can come in at those of these places that are ends here.
    pub fn say_after(&self, places: Vec<Place>, event: Event) {
        let ends = self.ends.borrow();
        let here = places.into_iter().filter(|place| place.process == 0).map(|place| place.end);
        let here = here.filter(|end| ends.get(end).is_some_and(|held| !held.over && held.leaving.is_none())).collect();
        drop(ends);
        let now = self.endings.borrow_mut().after(here, event);
        now.into_iter().for_each(|event| self.say(event));
    }
}
