//! What a trace says about tasks, how a stopped loop ends, and what 100,000 tasks cost.
#![allow(clippy::unwrap_used)]

use super::virtual_time::{no_work, run};
use super::*;
use crate::model::{Lane, LaneKind, MS, Mark, Outcome, SECOND, State, Trace, What};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

fn none() -> Result<Outcome, Exception> {
    Ok(Outcome::default())
}

fn lane<'a>(trace: &'a Trace, name: &str) -> &'a Lane {
    trace.lanes.iter().find(|l| l.name == name).unwrap()
}

fn states(trace: &Trace, name: &str) -> Vec<(State, u64, u64)> {
    let id = lane(trace, name).id;
    trace.spans().iter().filter(|s| s.lane == id).map(|s| (s.state, s.start / MS, s.end / MS)).collect()
}

/// A host whose clock the test sets, and which keeps operations until the test completes them.
#[derive(Default)]
pub(super) struct Manual {
    now: Cell<Nanos>,
    /// How far the clock moves each time it is looked at.
    pub(super) step: Cell<Nanos>,
    begun: RefCell<Vec<Completion>>,
}

impl Host for Manual {
    fn now(&self) -> Nanos {
        self.now.set(self.now.get() + self.step.get());
        self.now.get()
    }
    fn begin(&self, _: Operation, done: Completion) {
        self.begun.borrow_mut().push(done);
    }
}

#[test]
fn lanes_show_what_tasks_wait_for() {
    let ran = run(1, no_work(), |cx| async move {
        let gate = Semaphore::new(&cx, "gate", 1);
        let job = |gate: Semaphore, cx: Cx| async move {
            let _inside = gate.acquire().await?;
            cx.sleep(SECOND).await
        };
        let first = cx.create_task_named("first", job(gate.clone(), cx.clone()));
        let second = cx.create_task(job(gate, cx.clone()));
        first.await?;
        second.await?;
        none()
    });
    assert_eq!(ran.elapsed, 2 * SECOND);
    assert_eq!(states(&ran.trace, "Task-1"), [(State::Waiting, 0, 1000), (State::Waiting, 1000, 2000)]);
    assert_eq!(states(&ran.trace, "first"), [(State::Sleeping, 0, 1000)]);
    assert_eq!(states(&ran.trace, "Task-2"), [(State::Blocked, 0, 1000), (State::Sleeping, 1000, 2000)]);
    assert_eq!(lane(&ran.trace, "event loop").kind, LaneKind::Loop);
    assert_eq!(ran.trace.marks(Mark::Acquired).count(), 2);
    assert_eq!(ran.trace.marks(Mark::Released).count(), 2);
    assert_eq!(ran.trace.marks(Mark::Finished).count(), 3);
    assert_eq!(ran.trace.objects, ["gate"]);
}

#[test]
fn waits_pass_faster_when_asked() {
    let ran = run(10, no_work(), |cx| async move {
        cx.sleep(SECOND).await?;
        none()
    });
    assert_eq!(ran.elapsed, SECOND / 10);
}

#[test]
fn a_program_that_waits_for_ever_is_named() {
    let ran = run(1, no_work(), |cx| async move {
        let gate = Semaphore::new(&cx, "gate", 1);
        let _first = gate.acquire().await?;
        let _second = gate.acquire().await?;
        none()
    });
    assert_eq!(ran.result.unwrap_err().kind, "RuntimeError");
}

#[test]
fn stop_cancels_and_lets_clean_up() {
    let host = Rc::new(Manual::default());
    let event_loop = EventLoop::new(host.clone(), 1, 0);
    event_loop.start(|cx| async move {
        let slept = cx.sleep(SECOND).await;
        cx.sleep(50 * MS).await?; // cleans up
        slept?;
        none()
    });
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::At(SECOND));
    host.now.set(100 * MS);
    event_loop.stop();
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::At(150 * MS));
    host.now.set(150 * MS);
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::Finished);
    assert!(event_loop.result().unwrap().unwrap_err().is_cancelled());
    assert_eq!(event_loop.ended_at(), Some(150 * MS));
}

#[test]
fn what_swallows_its_cancellation_is_dropped_in_the_end() {
    struct Bell(Rc<Cell<bool>>);
    impl Drop for Bell {
        fn drop(&mut self) {
            self.0.set(true);
        }
    }
    let (host, dropped) = (Rc::new(Manual::default()), Rc::new(Cell::new(false)));
    let event_loop = EventLoop::new(host.clone(), 1, 0);
    let bell = Bell(dropped.clone());
    event_loop.start(|cx| async move {
        let _bell = bell;
        loop {
            let _ = cx.sleep(SECOND).await; // the pitfall
        }
    });
    event_loop.turn(Nanos::MAX);
    event_loop.stop();
    let Turn::At(deadline) = event_loop.turn(Nanos::MAX) else { unreachable!() };
    assert!(deadline < 250 * MS && !dropped.get());
    host.now.set(deadline);
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::Finished);
    assert!(dropped.get());
    assert!(event_loop.result().unwrap().unwrap_err().is_cancelled());
}

#[test]
fn dropping_the_loop_drops_its_tasks() {
    let held = Rc::new(());
    let event_loop = EventLoop::new(Rc::new(Manual::default()), 1, 0);
    let inside = held.clone();
    event_loop.start(|cx| async move {
        cx.sleep(SECOND).await?;
        drop(inside);
        none()
    });
    event_loop.turn(Nanos::MAX);
    assert_eq!(Rc::strong_count(&held), 2);
    drop(event_loop);
    assert_eq!(Rc::strong_count(&held), 1);
}

#[test]
fn operations_complete_from_outside() {
    let host = Rc::new(Manual::default());
    let event_loop = EventLoop::new(host.clone(), 1, 0);
    event_loop.start(|cx| async move {
        let results = cx.gather([cx.run_in_executor(vec![1]), cx.digest(vec![2])]).await?;
        Ok(Outcome::new(format!("{results:?}")))
    });
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::Outside);
    let begun = host.begun.take();
    assert_eq!(begun.len(), 2);
    for (n, done) in (10..).zip(begun) {
        done(Ok(vec![n]));
    }
    assert_eq!(event_loop.turn(Nanos::MAX), Turn::Finished);
    assert_eq!(event_loop.result().unwrap().unwrap().value, "[[10], [11]]");
}

#[test]
fn a_turn_keeps_to_its_budget_and_loses_nothing() {
    let host = Rc::new(Manual::default());
    host.step.set(1_000); // each look at the clock takes a microsecond
    let event_loop = EventLoop::new(host, 1, 0);
    event_loop.start(|cx| async move {
        let hops = |cx: Cx| async move {
            for _ in 0..20 {
                cx.sleep(0).await?;
            }
            Ok(1_u64)
        };
        let all = cx.gather((0..100).map(|_| hops(cx.clone()))).await?;
        Ok(Outcome::new(all.iter().sum::<u64>().to_string()))
    });
    let mut turns = 1;
    while event_loop.turn(100_000) == Turn::Soon {
        turns += 1;
    }
    assert!(turns > 10, "{turns}");
    assert_eq!(event_loop.result().unwrap().unwrap().value, "100");
}

#[test]
fn records_ascend_in_every_lane_and_tasks_beyond_the_room_are_counted() {
    let host = Rc::new(Manual::default());
    host.step.set(10);
    let event_loop = EventLoop::new(host.clone(), 1, 7);
    event_loop.start(|cx| async move {
        let wait = |cx: Cx| async move {
            cx.sleep(0).await?;
            cx.sleep(1).await
        };
        cx.gather((0..3_000).map(|_| wait(cx.clone()))).await?;
        none()
    });
    let (mut trace, mut records) = (Trace::default(), Vec::new());
    loop {
        let turn = event_loop.turn(5_000);
        event_loop.drain(&mut records);
        trace.extend(records.drain(..));
        match turn {
            Turn::Finished => break,
            Turn::At(when) => host.now.set(host.now.get().max(when)),
            Turn::Soon | Turn::Outside => {}
        }
    }
    trace.lanes = event_loop.new_lanes();
    assert_eq!(trace.lanes.len(), 2_001, "the loop and 2,000 tasks");
    assert_eq!(event_loop.unrecorded(), 1_001);
    assert!(trace.lanes.iter().zip(7..).all(|(lane, id)| lane.id == id));
    let mut last = std::collections::HashMap::new();
    for record in &trace.records {
        let before = last.insert(record.lane, record.at).unwrap_or(0);
        assert!(before <= record.at);
    }
    assert!(trace.records.iter().any(|r| r.what == What::Enter(State::Ready)));
}

#[test]
fn a_stopped_program_reports_what_it_destroyed() {
    let host = Rc::new(Manual::default());
    let event_loop = EventLoop::new(host.clone(), 1, 0);
    event_loop.start(|cx| async move {
        let stubborn = |cx: Cx| async move {
            loop {
                let _ = cx.sleep(SECOND).await; // the pitfall
            }
        };
        let _task: Task<()> = cx.create_task_named("stubborn", stubborn(cx.clone()));
        cx.sleep(SECOND).await?;
        none()
    });
    event_loop.turn(Nanos::MAX);
    event_loop.stop();
    while let Turn::At(when) = event_loop.turn(Nanos::MAX) {
        host.now.set(when);
    }
    let reports: Vec<String> = event_loop.reports().iter().map(ToString::to_string).collect();
    assert_eq!(reports, ["Task was destroyed but it is pending! (stubborn)"]);
}

#[test]
fn a_task_may_ask_for_two_sleeps_at_once() {
    let ran = run(1, no_work(), |cx| async move {
        let (mut short, mut long) = (std::pin::pin!(cx.sleep(SECOND)), std::pin::pin!(cx.sleep(2 * SECOND)));
        let mut slept = false;
        std::future::poll_fn(|poll| {
            slept = slept || short.as_mut().poll(poll).is_ready();
            if long.as_mut().poll(poll).is_ready() && slept {
                std::task::Poll::Ready(())
            } else {
                std::task::Poll::Pending
            }
        })
        .await;
        none()
    });
    assert_eq!((ran.result, ran.elapsed), (none(), 2 * SECOND));
}

#[test]
fn workloads_do_what_they_say() {
    let value = |ran: virtual_time::Ran| ran.result.unwrap().value;
    assert_eq!(value(run(1, no_work(), |cx| workloads::spawn(cx, 3_000))), "3000");
    assert_eq!(value(run(1, no_work(), |cx| workloads::switch(cx, 20, 50))), "1000");
    assert_eq!(value(run(1, no_work(), |cx| workloads::asleep(cx, 500, SECOND))), "500");
}

#[test]
fn a_turn_without_time_is_one_step() {
    let event_loop = EventLoop::new(Rc::new(Manual::default()), 1, 0);
    let made: Rc<Cell<u64>> = Rc::default();
    let counter = made.clone();
    event_loop.start(move |cx| workloads::switch_counted(cx, 3, 4, counter));
    let (mut turns, mut before) = (0, 0);
    while event_loop.turn(0) != Turn::Finished {
        assert!(made.get() - before <= 1, "one task went on");
        (turns, before) = (turns + 1, made.get());
    }
    assert_eq!(made.get(), 12);
    assert!((12..40).contains(&turns), "{turns} turns");
}
