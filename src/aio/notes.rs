//! Names the callbacks the loop calls, for whoever follows it iteration by iteration.

use super::handle::{Callback, Callbacks, Handle};
use super::log::NO_LANE;
use super::slab::Key;
use super::state::Inner;
use crate::model::Call;

impl Inner {
    /// Writes down which callback is called next, and whose.
    pub fn note_call(&mut self, handle: Handle) {
        let (task, call) = match handle {
            Handle::Step(task) => {
                let first = self.tasks.get(task).is_some_and(|slot| !slot.started);
                (Some(task), if first { Call::First } else { Call::Step })
            }
            Handle::Wakeup(task) => (Some(task), Call::Wakeup),
            Handle::SetResult(future) => {
                let timed = self.futures.get(future).is_some_and(|slot| slot.timed);
                (self.waiter(future), if timed { Call::Timer } else { Call::Arrived })
            }
            Handle::TimeOut(limit) => (self.waiter(limit), Call::Limit),
            _ => (None, Call::Other),
        };
        let lane = task.and_then(|task| self.tasks.get(task)).map_or(NO_LANE, |slot| slot.lane);
        self.log.called(lane, self.now, call);
    }

    /// The task that waits for this future, if a single one does.
    fn waiter(&self, future: Key) -> Option<Key> {
        match self.futures.get(future)?.callbacks {
            Callbacks::One(Callback::Wakeup(task)) => Some(task),
            _ => None,
        }
    }
}
