//! `time.sleep`: a thread that waits, and lets go of the GIL meanwhile.

use super::wait::{hold, wait};
use super::{Interrupted, ThreadCx};
use crate::model::{Nanos, State};
use std::sync::{Condvar, Mutex};

impl ThreadCx {
    /// `time.sleep`: waits without the GIL for this long at least.
    ///
    /// # Errors
    /// [`Interrupted`] when the run was asked to end.
    pub fn sleep(&self, time: Nanos) -> Result<(), Interrupted> {
        let until = self.lane.now().saturating_add(time);
        self.lane.enter(State::Sleeping);
        self.without_gil(|| {
            let (nobody, never) = (Mutex::new(()), Condvar::new());
            let mut guard = hold(&nobody);
            loop {
                self.alive()?;
                let left = until.saturating_sub(self.lane.now());
                if left == 0 {
                    return Ok(());
                }
                (guard, _) = wait(&never, guard, left);
            }
        })
    }
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::executors::testing::Wall;
    use crate::model::{LaneKind, MS, Recorder, SECOND, StopFlag};
    use crate::threading::Gil;
    use std::sync::Arc;

    fn thread(gil: Option<&Arc<Gil>>, stop: &StopFlag) -> ThreadCx {
        let recorder = Recorder::new(Wall::begin(), LaneKind::Thread, 0, ["Thread-1".to_owned()]);
        ThreadCx::new(recorder.writer(0).unwrap(), gil.cloned(), stop.clone())
    }

    #[test]
    fn a_sleeper_wakes_no_earlier_and_lets_others_compute() {
        let gil = Arc::new(Gil::new(Gil::INTERVAL));
        let (sleeper, other) = (thread(Some(&gil), &StopFlag::new()), thread(Some(&gil), &StopFlag::new()));
        sleeper.acquire_gil().unwrap();
        let from = sleeper.lane.now();
        std::thread::scope(|scope| {
            scope.spawn(|| sleeper.sleep(50 * MS).unwrap());
            other.acquire_gil().unwrap(); // while the other sleeps, or it would wait for ever
            other.release_gil();
        });
        assert!(sleeper.lane.now() - from >= 50 * MS);
    }

    #[test]
    fn a_stop_wakes_a_sleeper() {
        let stop = StopFlag::new();
        let sleeper = thread(None, &stop);
        std::thread::scope(|scope| {
            let slept = scope.spawn(|| sleeper.sleep(10_000_000 * SECOND));
            stop.raise();
            assert_eq!(slept.join().unwrap(), Err(Interrupted));
        });
    }
}
