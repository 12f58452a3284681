//! One program on a browser's event loop: turns within a budget, so that whoever shares the loop never waits long.

use super::Ports;
use super::host::LoopHost;
use super::turns::Turns;
use crate::aio::{EventLoop, Host, Turn};
use crate::executors::program::Coroutine;
use crate::model::wire::FromEngine;
use crate::model::{Failure, Fault, MS, Model, Nanos, Plan};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How long a turn may last: well within a frame.
const BUDGET: Nanos = 6 * MS;
/// How often what was recorded is told.
const DRAIN: Nanos = 33 * MS;

/// What a run on a loop is made of.
pub struct LoopOrder {
    /// Number of the run.
    pub run: u32,
    /// The program.
    pub program: Coroutine,
    /// What it is told.
    pub plan: Plan,
    /// A fault for the engine's part of it.
    pub fault: Option<Fault>,
    /// The step of the clock.
    pub step: Nanos,
    /// The ways out.
    pub ports: Ports,
}

struct Inner {
    run: u32,
    event_loop: EventLoop,
    host: Rc<LoopHost>,
    ports: Ports,
    turns: RefCell<Option<Turns>>,
    drained: Cell<Nanos>,
    over: Cell<bool>,
}

/// A run on a loop. It tells lanes and batches, and at last how it ended.
pub struct LoopRun(Rc<Inner>);

impl LoopRun {
    /// Starts it; the first turn comes with the next message.
    ///
    /// # Errors
    /// When the browser gives no message channel.
    pub fn start(order: LoopOrder) -> Result<Self, Failure> {
        let LoopOrder { run, program, plan, fault, step, ports } = order;
        let speed = plan.values.speed();
        let processes = if plan.model == Model::Hybrid { plan.values.count("workers").clamp(1, 16) as u32 } else { 0 };
        let plan = Rc::new(plan);
        let host = Rc::new(LoopHost::new(run, plan.clone(), processes, fault, ports.clone(), step));
        let event_loop = EventLoop::new(host.clone(), speed, 0);
        event_loop.start(move |cx| program(cx, plan));
        let (turns, drained, over) = (RefCell::default(), Cell::new(0), Cell::new(false));
        let inner = Rc::new(Inner { run, event_loop, host, ports, turns, drained, over });
        let weak = Rc::downgrade(&inner);
        let turns = Turns::new(move || weak.upgrade().iter().for_each(|inner| inner.turn()))
            .map_err(|_| Failure::Engine { message: "no message channel".to_owned() })?;
        inner.host.wake(Some(turns.clone()));
        turns.soon();
        inner.turns.replace(Some(turns));
        Ok(Self(inner))
    }

    /// Its number.
    pub fn number(&self) -> u32 {
        self.0.run
    }

    /// The engine finished a job of this run.
    pub fn job_done(&self, job: u32, result: Vec<u8>) {
        self.0.host.job_done(job, result);
    }

    /// Cancels the main task, as Ctrl+C does it; the run ends when the tasks have cleaned up.
    pub fn stop(&self) {
        self.0.event_loop.stop();
        self.0.turns.borrow().iter().for_each(Turns::soon);
    }

    /// Gives the program the stop signal; one that handles none goes on.
    pub fn signal(&self) {
        if self.0.event_loop.signal() {
            self.0.turns.borrow().iter().for_each(Turns::soon);
        }
    }

    /// Takes a turn now, instead of with the next message.
    pub fn turn(&self) {
        self.0.turn();
    }

    /// Ends it where it stands; what was recorded so far is told.
    pub fn end(&self) {
        if !self.0.over.replace(true) {
            self.0.drain(self.0.host.now());
            self.0.close();
        }
    }
}

impl Inner {
    fn turn(&self) {
        let next = self.event_loop.turn(BUDGET);
        let now = self.host.now();
        if next == Turn::Finished {
            return self.finish(now);
        }
        if now.saturating_sub(self.drained.get()) >= DRAIN {
            self.drain(now);
        }
        let turns = self.turns.borrow();
        let Some(turns) = turns.as_ref() else { return };
        match next {
            Turn::Soon => turns.soon(),
            // Wake now and then while waiting, so that the picture moves on.
            Turn::At(at) => turns.after((at.saturating_sub(now).min(2 * DRAIN)) as f64 / MS as f64),
            Turn::Outside => turns.after(2.0 * DRAIN as f64 / MS as f64),
            Turn::Finished => {}
        }
    }

    fn drain(&self, now: Nanos) {
        self.drained.set(now);
        let (run, mut records) = (self.run, Vec::new());
        self.event_loop.drain(&mut records);
        let (lanes, objects) = (self.event_loop.new_lanes(), self.event_loop.objects());
        (self.ports.tell)(FromEngine::Lanes { run, lanes, objects });
        (self.ports.tell)(FromEngine::Batch { run, records, progress: 0.0, now });
    }

    fn finish(&self, now: Nanos) {
        if self.over.replace(true) {
            return;
        }
        self.drain(now);
        self.close();
        let (run, elapsed) = (self.run, self.event_loop.ended_at().unwrap_or(now));
        (self.ports.tell)(match self.event_loop.result() {
            Some(Ok(outcome)) => FromEngine::Done { run, outcome, elapsed, dropped: 0 },
            Some(Err(e)) => {
                let failure = Failure::Raised { kind: e.kind.into_owned(), message: e.message };
                FromEngine::Failed { run, failure }
            }
            None => FromEngine::Failed { run, failure: Failure::Garbled },
        });
    }

    fn close(&self) {
        self.host.close();
        self.host.wake(None);
        self.turns.take().iter().for_each(Turns::close);
    }
}
