//! Calls that block: what `time.sleep` in a coroutine does to everybody else on the loop.

use super::cx::Cx;
use crate::model::{Nanos, SECOND};

impl Cx {
    /// The longest a program may keep its loop's thread, in all: nothing can stop it meanwhile.
    pub const MOST_BLOCKED: Nanos = 2 * SECOND;

    /// Keeps the loop's thread for a time of the simulated world, as `time.sleep` does: no other task runs, no timer is
    /// looked at, and whatever becomes due is late. A program gets
    /// [`Cx::MOST_BLOCKED`] of this; what it asks for beyond is not done.
    pub fn block(&self, time: Nanos) {
        let core = &self.core;
        let time = (time / core.speed).min(Self::MOST_BLOCKED.saturating_sub(core.blocked.get()));
        core.blocked.set(core.blocked.get() + time);
        core.host.block(time);
        core.now();
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::aio::virtual_time::{no_work, run};
    use crate::aio::{Completion, Host, Operation};
    use crate::model::{LaneKind, MS, Outcome, State};

    #[test]
    fn timers_are_late_while_a_coroutine_blocks() {
        let ran = run(2, no_work(), |cx| async move {
            let sleeper = {
                let cx = cx.clone();
                cx.clone().create_task(async move {
                    cx.sleep(100 * MS).await?;
                    Ok(cx.now())
                })
            };
            cx.sleep(0).await?;
            cx.block(600 * MS);
            let woke = sleeper.await?;
            Ok(Outcome::new((woke / MS).to_string()))
        });
        assert_eq!(ran.result.unwrap().value, "300", "due after 50 ms of the loop's time, called after 300");
        let looping = ran.trace.lanes.iter().find(|lane| lane.kind == LaneKind::Loop).unwrap().id;
        let spans = ran.trace.spans();
        let longest = spans.iter().filter(|s| s.lane == looping && s.state == State::Running).map(|s| s.end - s.start);
        assert_eq!(longest.max(), Some(300 * MS), "the loop ran all the while");
    }

    #[test]
    fn two_seconds_are_the_most() {
        let ran = run(1, no_work(), |cx| async move {
            for _ in 0..3 {
                cx.block(SECOND);
            }
            Ok(Outcome::new((cx.now() / MS).to_string()))
        });
        assert_eq!(ran.result.unwrap().value, "2000");
    }

    #[test]
    fn a_host_keeps_its_thread_by_its_own_clock() {
        struct Wall(std::time::Instant);
        impl Host for Wall {
            fn now(&self) -> Nanos {
                self.0.elapsed().as_nanos() as Nanos
            }
            fn begin(&self, _: Operation, _: Completion) {}
        }
        let host = Wall(std::time::Instant::now());
        let from = host.now();
        host.block(5 * MS);
        assert!(host.now() >= from + 5 * MS);
    }
}
