//! Faults put into a run on purpose, to show that the page recovers: what each does, when, and to whom.

use super::time::{MS, Nanos};
use serde::{Deserialize, Serialize};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// What a fault does to the thread or process it strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Harm {
    /// It panics.
    Panic,
    /// It enters a loop that never ends.
    Hang,
    /// It asks for more memory than there is.
    OutOfMemory,
    /// Its worker is ended from outside, in the middle of what it does.
    Kill,
    /// The next message to whoever waits for it gets lost.
    Lose,
}

/// A fault put into a run on purpose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// What it does.
    pub harm: Harm,
    /// When, in milliseconds of the run: at the first step after that.
    pub after: u32,
    /// The thread or process it strikes, from 0; `None` means whichever is first.
    pub worker: Option<u32>,
}

impl Fault {
    /// The latest moment, in milliseconds.
    pub const LATEST: u32 = 600_000;
    /// The most faults a link may have.
    pub const MOST: usize = 400;

    /// Strikes the first step of whoever comes first.
    pub const fn at_once(harm: Harm) -> Self {
        Self { harm, after: 0, worker: None }
    }

    /// The same for a worker that has been found.
    pub const fn anywhere(self) -> Self {
        Self { worker: None, ..self }
    }

    /// The moment of the run from which on it strikes.
    pub fn moment(&self) -> Nanos {
        Nanos::from(self.after) * MS
    }
}

/// How long a fault waits for the worker it is meant for; then it strikes whichever comes.
const PATIENCE: Nanos = 100 * MS;

/// A fault that lies in wait: it strikes once.
#[derive(Debug)]
pub struct Ambush {
    fault: Fault,
    strike: fn(Harm),
    sprung: AtomicBool,
}

impl Ambush {
    /// A fault in wait; `strike` does what it does.
    pub const fn new(fault: Fault, strike: fn(Harm)) -> Self {
        Self { fault, strike, sprung: AtomicBool::new(false) }
    }

    /// Called by worker number `worker` of `workers` between its steps: strikes when its time has come.
    #[cold]
    pub fn look(&self, now: Nanos, worker: u32, workers: usize) {
        let meant = |wanted| wanted % u32::try_from(workers.max(1)).unwrap_or(u32::MAX) == worker;
        let due = now >= self.fault.moment();
        let mine = self.fault.worker.is_none_or(meant) || now >= self.fault.moment().saturating_add(PATIENCE);
        if due && mine && !self.sprung.swap(true, Relaxed) {
            (self.strike)(self.fault.harm);
        }
    }

    /// The moment at which it strikes, as long as it has not.
    pub fn moment(&self) -> Option<Nanos> {
        (!self.sprung.load(Relaxed)).then(|| self.fault.moment())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! { static STRUCK: Cell<u32> = const { Cell::new(0) }; }

    fn lie_in_wait(worker: Option<u32>) -> Ambush {
        STRUCK.set(0);
        Ambush::new(Fault { harm: Harm::Hang, after: 5, worker }, |_| STRUCK.set(STRUCK.get() + 1))
    }

    #[test]
    fn it_strikes_once_and_at_its_moment() {
        let ambush = lie_in_wait(None);
        ambush.look(4 * MS, 0, 2);
        assert_eq!((STRUCK.get(), ambush.moment()), (0, Some(5 * MS)));
        ambush.look(5 * MS, 1, 2);
        ambush.look(6 * MS, 0, 2);
        assert_eq!((STRUCK.get(), ambush.moment()), (1, None));
    }

    #[test]
    fn it_waits_for_its_worker_but_not_for_ever() {
        let ambush = lie_in_wait(Some(3));
        ambush.look(50 * MS, 0, 2);
        assert_eq!(STRUCK.get(), 0, "worker 3 of 2 is number 1");
        ambush.look(50 * MS, 1, 2);
        assert_eq!(STRUCK.get(), 1);
        let ambush = lie_in_wait(Some(1));
        ambush.look(5 * MS + PATIENCE, 0, 2);
        assert_eq!(STRUCK.get(), 1);
    }
}
