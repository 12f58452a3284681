//! Mistakes put in on purpose: tests show with them that the checked schedules would notice. In the product none is made.

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(test), allow(dead_code))]
pub(crate) enum Mistake {
    /// A thread takes the GIL after one interval, whoever holds it.
    HeldGilTaken,
    /// Who takes the GIL does not tell the one that had to give it up.
    SwitchNotTold,
    /// Who gives the GIL up on request does not wait for another to take it.
    SwitchNotForced,
    /// Who frees a lock wakes nobody.
    SleeperForgotten,
    /// Who frees a lock looks for sleepers before it is free.
    SleepersCountedFirst,
    /// The first release of a re-entrant lock frees it, however often it is held.
    FreedAtOnce,
    /// Who waits for a condition gives its lock away before it is on the list.
    ListedLate,
    /// Who notifies takes others off the list without waking them.
    NotifyDropped,
    /// A semaphore that gets several permits at once wakes one thread.
    OneWokenForMany,
    /// An event wakes one of those who wait.
    SetWakesOne,
    /// Who waits for an event misses that it was set and cleared.
    OnlyTheFlag,
    /// The first to leave a barrier opens it for the next round.
    OpenedEarly,
    /// Whose limit passes at a barrier leaves it whole.
    LateInSilence,
    /// Who takes from a full queue does not wake who waits for room.
    PutterForgotten,
    /// A thread that ends does not wake who joins it.
    EndNotTold,
    /// A thread empties its seat while whoever joins it still seems to need it there.
    SeatEmptiedFirst,
    /// Who looks for what it waits for does not say so: it may hold it and seem to wait.
    LooksInSecret,
    /// A lock is taken and freed without an order of memory. Shuttle's atomics have but one order, and most processors forgive
    /// it: ThreadSanitizer notices (tools/thread-sanitizer.sh).
    OrderRelaxed,
}

/// Whether this mistake is to be made now.
#[cfg(not(test))]
#[inline(always)]
pub(super) const fn made(_: Mistake) -> bool {
    false
}

#[cfg(test)]
#[allow(unused_imports, dead_code)] // tests/schedules makes them
pub(crate) use seeded::{ALL, made, making};

#[cfg(test)]
#[allow(dead_code)]
mod seeded {
    use super::Mistake;
    use std::cell::Cell;

    /// Every mistake that schedules can show.
    pub const ALL: &[Mistake] = &[
        Mistake::HeldGilTaken,
        Mistake::SwitchNotTold,
        Mistake::SwitchNotForced,
        Mistake::SleeperForgotten,
        Mistake::SleepersCountedFirst,
        Mistake::FreedAtOnce,
        Mistake::ListedLate,
        Mistake::NotifyDropped,
        Mistake::OneWokenForMany,
        Mistake::SetWakesOne,
        Mistake::OnlyTheFlag,
        Mistake::OpenedEarly,
        Mistake::LateInSilence,
        Mistake::PutterForgotten,
        Mistake::EndNotTold,
        Mistake::SeatEmptiedFirst,
        Mistake::LooksInSecret,
    ];

    std::thread_local! {
        /// Of the system's thread that runs a schedule, all of whose threads are its own.
        static MADE: Cell<Option<Mistake>> = const { Cell::new(None) };
    }

    /// Whether this mistake is to be made now.
    pub fn made(mistake: Mistake) -> bool {
        MADE.get() == Some(mistake)
    }

    /// Makes one mistake while `run` runs.
    pub fn making<T>(mistake: Mistake, run: impl FnOnce() -> T) -> T {
        MADE.set(Some(mistake));
        let result = run();
        MADE.set(None);
        result
    }
}
