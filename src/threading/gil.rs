//! The global interpreter lock, as CPython 3.13's `ceval_gil.c` has it.

use super::mistakes::{Mistake, made};
use super::wait::{hold, wait};
use super::{Interrupted, ThreadCx};
use crate::model::{MS, Mark, Nanos};
use crate::sync::atomic::{AtomicU32, Ordering};
use crate::sync::{Condvar, Mutex};

/// What the GIL's mutex protects.
#[derive(Default)]
struct State {
    locked: bool,
    /// Who holds it or held it last; 0 when nobody did.
    last_holder: u32,
    /// How often it went from one thread to another.
    switches: u64,
}

/// The global interpreter lock.
///
/// A thread that wants it waits one switch interval. If nobody switched meanwhile, it asks the holder to drop it. The
/// holder looks between its slices, drops it, and waits until another thread has taken it (forced switching), or it would
/// win the lock back before the waiter has woken up.
pub struct Gil {
    interval: std::sync::atomic::AtomicU64,
    state: Mutex<State>,
    freed: Condvar,
    switched: Condvar,
    /// The thread asked to drop it; 0 when none is.
    drop_request: AtomicU32,
}

impl Gil {
    /// CPython's switch interval (`sys.getswitchinterval()`).
    pub const INTERVAL: Nanos = 5 * MS;

    /// A free lock with this switch interval.
    pub fn new(interval: Nanos) -> Self {
        Self {
            interval: interval.max(1).into(),
            state: Mutex::default(),
            freed: Condvar::new(),
            switched: Condvar::new(),
            drop_request: AtomicU32::new(0),
        }
    }

    /// How long a thread waits before it asks the holder to drop it (`sys.getswitchinterval()`).
    pub fn interval(&self) -> Nanos {
        self.interval.load(Ordering::Relaxed)
    }

    /// `sys.setswitchinterval()`; counts for waits that begin later. At least 1 ns.
    pub fn set_interval(&self, interval: Nanos) {
        self.interval.store(interval.max(1), Ordering::Relaxed);
    }

    /// How often it went from one thread to another.
    pub fn switches(&self) -> u64 {
        hold(&self.state).switches.saturating_sub(1)
    }

    /// Whether `thread`, which holds it, has been asked to drop it.
    pub(super) fn wanted_from(&self, thread: u32) -> bool {
        self.drop_request.load(Ordering::Relaxed) == thread
    }

    /// `take_gil`: waits for it; `true` when it came from another thread.
    pub(super) fn take(&self, cx: &ThreadCx) -> Result<bool, Interrupted> {
        let mut state = hold(&self.state);
        while state.locked {
            let seen = state.switches;
            let deadline = cx.lane.now().saturating_add(self.interval());
            let mut timed_out = true;
            // One interval; in several steps when it is long, to see a stop in time.
            while timed_out {
                let left = deadline.saturating_sub(cx.lane.now());
                if left == 0 {
                    break;
                }
                (state, timed_out) = wait(&self.freed, state, Some(left));
                if cx.wakes() {
                    return Err(Interrupted);
                }
            }
            if timed_out && made(Mistake::HeldGilTaken) {
                break;
            }
            if timed_out && state.locked && state.switches == seen {
                let holder = state.last_holder;
                if self.drop_request.swap(holder, Ordering::Relaxed) != holder {
                    cx.lane.mark(Mark::DropRequest, 0);
                }
            }
        }
        state.locked = true;
        let before = state.last_holder;
        if before != cx.me() {
            state.last_holder = cx.me();
            state.switches += 1;
            if !made(Mistake::SwitchNotTold) {
                self.switched.notify_all();
            }
        }
        self.drop_request.store(0, Ordering::Relaxed);
        Ok(before != 0 && before != cx.me())
    }

    /// `drop_gil`: frees it and, unless it is the thread's last act (`last`), sees a request through.
    pub(super) fn release(&self, cx: &ThreadCx, last: bool) {
        let mut state = hold(&self.state);
        state.locked = false;
        state.last_holder = cx.me();
        self.freed.notify_one();
        if last || !self.wanted_from(cx.me()) || made(Mistake::SwitchNotForced) {
            return;
        }
        while state.last_holder == cx.me() && !cx.wakes() {
            (state, _) = wait(&self.switched, state, None);
        }
    }
}
