//! Mistakes put in on purpose: tests show with them that the recorded programs would notice. In the product none is made.

use super::handle::{Callback, Ending, Handle};
use super::state::{FutureSlot, Inner};

/// One mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(not(test), allow(dead_code))]
pub(super) enum Mistake {
    /// Two tasks that are ready change places.
    SwapReady,
    /// One wake-up is lost.
    LoseWakeup,
    /// A cancellation arrives one turn late.
    LateCancellation,
    /// Timers of one moment run in the wrong order.
    TimersReversed,
    /// Done-callbacks run in the wrong order.
    CallbacksReversed,
    /// `sleep(0)` does not give way.
    SleepZeroGoesOn,
    /// What is cancelled before its first step runs all the same.
    UnstartedRuns,
    /// `gather` cancels the others when one raises.
    GatherCancelsSiblings,
    /// A task group lets the others run on when one raises.
    GroupForgetsSiblings,
    /// A task group leaves the request to cancel its parent standing.
    GroupKeepsRequest,
    /// `shield` passes a cancellation on.
    ShieldPassesOn,
    /// `wait` returns at the first exception, whatever it was told.
    WaitStopsAtException,
    /// A limit that has passed leaves its request to cancel standing.
    TimeoutKeepsRequest,
    /// A limit takes any cancellation for its own.
    TimeoutTakesAll,
    /// A limit stays where it was.
    RescheduleIgnored,
    /// The message of a cancellation is lost.
    MessageLost,
    /// `uncancel` leaves a cancellation that is still to come.
    UncancelKeepsThrow,
    /// `notify` wakes one too few.
    NotifyLosesOne,
    /// A semaphore lets a newcomer overtake who waits.
    SemaphoreOvertakes,
    /// A lock lets a newcomer overtake who waits.
    LockOvertakes,
    /// An event wakes one of those who wait.
    EventWakesOne,
    /// A queue that is shut down leaves those who wait for room.
    ShutdownForgetsPutters,
    /// A getter that is cancelled after it was woken does not wake the next.
    GetterKeepsWakeup,
    /// A generator that is left early is not closed.
    GeneratorStaysOpen,
}

/// Whether this mistake is to be made now.
#[cfg(not(test))]
#[inline(always)]
pub(super) const fn made(_: Mistake) -> bool {
    false
}

impl Inner {
    /// Whether a mistake takes the place of this wake-up.
    #[inline]
    pub(super) fn mistaken(&mut self, wakeup: Callback, ending: Ending) -> bool {
        if ending == Ending::Cancelled && made(Mistake::LateCancellation) {
            let mut detour = FutureSlot::new(false);
            detour.callbacks.add(wakeup);
            let detour = self.futures.insert(detour);
            self.ready.push_back(Handle::SetResult(detour));
            return true;
        }
        made(Mistake::LoseWakeup)
    }
}

#[cfg(test)]
pub(super) use seeded::{ALL, made, making};

#[cfg(test)]
mod seeded {
    use super::Mistake;
    use std::cell::Cell;

    /// Every mistake there is.
    pub const ALL: &[Mistake] = &[
        Mistake::SwapReady,
        Mistake::LoseWakeup,
        Mistake::LateCancellation,
        Mistake::TimersReversed,
        Mistake::CallbacksReversed,
        Mistake::SleepZeroGoesOn,
        Mistake::UnstartedRuns,
        Mistake::GatherCancelsSiblings,
        Mistake::GroupForgetsSiblings,
        Mistake::GroupKeepsRequest,
        Mistake::ShieldPassesOn,
        Mistake::WaitStopsAtException,
        Mistake::TimeoutKeepsRequest,
        Mistake::TimeoutTakesAll,
        Mistake::RescheduleIgnored,
        Mistake::MessageLost,
        Mistake::UncancelKeepsThrow,
        Mistake::NotifyLosesOne,
        Mistake::SemaphoreOvertakes,
        Mistake::LockOvertakes,
        Mistake::EventWakesOne,
        Mistake::ShutdownForgetsPutters,
        Mistake::GetterKeepsWakeup,
        Mistake::GeneratorStaysOpen,
    ];

    thread_local! {
        static MADE: Cell<Option<Mistake>> = const { Cell::new(None) };
        /// Occasions since it was switched on.
        static OCCASIONS: Cell<u32> = const { Cell::new(0) };
    }

    /// Whether this mistake is to be made now. Tasks change places once, and one wake-up is lost: at the fourth occasion.
    pub fn made(mistake: Mistake) -> bool {
        if MADE.get() != Some(mistake) {
            return false;
        }
        OCCASIONS.set(OCCASIONS.get() + 1);
        !matches!(mistake, Mistake::SwapReady | Mistake::LoseWakeup) || OCCASIONS.get() == 4
    }

    /// Makes one mistake, or none, while `run` runs.
    pub fn making<T>(mistake: Option<Mistake>, run: impl FnOnce() -> T) -> T {
        MADE.set(mistake);
        OCCASIONS.set(0);
        let result = run();
        MADE.set(None);
        result
    }
}
