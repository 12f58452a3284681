//! Names the callbacks the loop calls, for whoever follows it iteration by iteration.

use super::handle::{Callback, Callbacks, Handle};
use super::log::{NO_LANE, SetTimer};
use super::slab::Key;
use super::state::Inner;
use crate::model::{Call, Nanos};

impl Inner {
    /// Writes down which callback is called next, and whose.
    pub fn note_call(&mut self, handle: Handle) {
        if !self.log.lists() {
            return;
        }
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
            Handle::NapOver { task, .. } => (Some(task), Call::Timer),
            Handle::TimeOut(limit) => (self.waiter(limit), Call::Limit),
            Handle::Call { call, .. } => {
                let name = self.calls.get(call).and_then(|call| call.name);
                (None, name.map_or(Call::Other, |name| Call::Named(name.get() - 1)))
            }
            Handle::MainDone => (None, Call::Other),
        };
        let lane = task.and_then(|task| self.tasks.get(task)).map_or(NO_LANE, |slot| slot.lane);
        self.log.called(lane, self.now, call);
    }

    /// Puts a time limit of this task's on record.
    pub fn limit_set(&mut self, task: Key, due: Nanos) -> Option<SetTimer> {
        let lane = self.tasks.get(task)?.lane;
        self.log.timer(Some(lane), self.now, due, None)
    }

    /// The task that waits for this future, if a single one does.
    fn waiter(&self, future: Key) -> Option<Key> {
        match self.futures.get(future)?.callbacks {
            Callbacks::One(Callback::Wakeup(task)) => Some(task),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use crate::aio::{Completion, Cx, EventLoop, Exception, Host, Operation, Turn};
    use crate::model::{MS, Mark, Nanos, Outcome, Trace, US};
    use std::cell::Cell;
    use std::rc::Rc;

    /// A host whose clock the programs move by computing, and the test by taking its time.
    #[derive(Default)]
    struct Busy(Cell<Nanos>);

    impl Busy {
        fn pass(&self, time: Nanos) {
            self.0.set(self.0.get() + time);
        }
    }

    impl Host for Busy {
        fn now(&self) -> Nanos {
            self.0.get()
        }
        fn begin(&self, _: Operation, _: Completion) {}
    }

    /// Runs a program whose host takes `away` between two turns, beyond what it was asked for.
    fn run<F>(away: Nanos, main: impl FnOnce(Cx, Rc<Busy>) -> F) -> Trace
    where
        F: Future<Output = Result<Outcome, Exception>> + 'static,
    {
        let host = Rc::new(Busy::default());
        let event_loop = EventLoop::new(host.clone(), 1, 0);
        event_loop.start(|cx| main(cx, host.clone()));
        loop {
            match event_loop.turn(6 * MS) {
                Turn::Finished => break,
                Turn::At(when) => host.0.set(host.now().max(when)),
                Turn::Soon | Turn::Outside => {}
            }
            host.pass(away);
        }
        let (mut trace, mut records) = (Trace { lanes: event_loop.new_lanes(), ..Trace::default() }, Vec::new());
        event_loop.drain(&mut records);
        trace.extend(records);
        trace
    }

    fn kept(trace: &Trace, by: Mark) -> Vec<(Nanos, Nanos)> {
        trace.marks(by).map(|r| (r.at / MS, Nanos::from(r.arg) * US / MS)).collect()
    }

    #[test]
    fn a_loop_says_how_long_its_callbacks_held_it() {
        let trace = run(0, |cx, host| async move {
            host.pass(19 * MS); // not worth a record
            cx.sleep(MS).await?;
            host.pass(212 * MS);
            cx.sleep(100 * MS).await?;
            Ok(Outcome::default())
        });
        assert_eq!((kept(&trace, Mark::Held), kept(&trace, Mark::Late)), (vec![(232, 212)], vec![]));
    }

    #[test]
    fn a_host_that_is_late_is_not_the_programs_fault() {
        let trace = run(90 * MS, |cx, _| async move {
            cx.sleep(10 * MS).await?;
            Ok(Outcome::default())
        });
        assert_eq!((kept(&trace, Mark::Held), kept(&trace, Mark::Late)), (vec![], vec![(100, 90)]));
        // An iteration of 10 callbacks of 5 ms takes several turns; what the host does between them is not theirs.
        let trace = run(30 * MS, |cx, host| async move {
            let job = |host: Rc<Busy>| async move {
                host.pass(5 * MS);
                Ok::<_, Exception>(())
            };
            cx.gather((0..10).map(|_| job(host.clone()))).await?;
            Ok(Outcome::default())
        });
        let held: Vec<Nanos> = kept(&trace, Mark::Held).into_iter().map(|(_, time)| time).collect();
        let late: Vec<Nanos> = kept(&trace, Mark::Late).into_iter().map(|(_, time)| time).collect();
        assert_eq!((held, late), (vec![50], vec![30; 5]));
    }

    #[test]
    fn callbacks_are_listed_up_to_a_number() {
        let trace = run(0, |cx, _| async move {
            let job = |cx: Cx| async move {
                for _ in 0..1_500 {
                    cx.sleep(0).await?;
                }
                Ok::<_, Exception>(())
            };
            cx.gather((0..2).map(|_| job(cx.clone()))).await?;
            Ok(Outcome::default())
        });
        assert_eq!(trace.marks(Mark::Called).count(), 2_000);
        assert_eq!(trace.marks(Mark::Turn).count(), 1_001, "two to each, after the main task's own");
        // A task that goes straight on, alone, is not told again and again.
        let trace = run(0, |cx, _| async move {
            for _ in 0..1_000 {
                cx.sleep(0).await?;
            }
            Ok(Outcome::default())
        });
        assert_eq!(trace.marks(Mark::Turn).count(), 2);
    }
}
