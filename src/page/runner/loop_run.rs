//! One program on the page's own event loop: turns within a budget, so that the page never blocks.

use super::loop_host::{LoopHost, Send};
use super::report::Shared;
use super::turns::Turns;
use crate::aio::{EventLoop, Host, Turn};
use crate::model::{Failure, Fault, MS, Model, Nanos, Plan, RunEnd};
use crate::scenarios::Coroutine;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How long a turn may last: well within a frame.
const BUDGET: Nanos = 6 * MS;
/// How often what was recorded is taken out.
const DRAIN: Nanos = 33 * MS;

/// Called once, when the run has ended, with its end and its wall time.
pub type OnEnd = Box<dyn FnOnce(RunEnd, Nanos)>;

/// What a run on the loop is made of.
pub struct Order {
    /// Number of the run, for the engine.
    pub run: u32,
    /// The program.
    pub program: Coroutine,
    /// What it is told.
    pub plan: Plan,
    /// A fault for the engine's part of it.
    pub fault: Option<Fault>,
    /// The way to the engine.
    pub send: Send,
    /// Where the trace goes.
    pub report: Shared,
}

struct Inner {
    event_loop: EventLoop,
    host: Rc<LoopHost>,
    report: Shared,
    model: Model,
    variant: String,
    turns: RefCell<Option<Turns>>,
    drained: Cell<Nanos>,
    on_end: RefCell<Option<OnEnd>>,
}

/// A run on the page's loop.
pub struct LoopRun(Rc<Inner>);

impl LoopRun {
    /// Starts it; the first turn comes with the next message.
    ///
    /// # Errors
    /// When the browser gives no message channel.
    pub fn start(order: Order, on_end: OnEnd) -> Result<Self, Failure> {
        let Order { run, program, plan, fault, send, report } = order;
        let speed = plan.values.speed();
        let processes = if plan.model == Model::Hybrid { plan.values.count("workers").clamp(1, 16) as u32 } else { 0 };
        let (model, variant, plan) = (plan.model, plan.variant.clone(), Rc::new(plan));
        let step = report.read().machine.clock_step;
        let host = Rc::new(LoopHost::new(run, plan.clone(), processes, fault, send, step));
        let event_loop = EventLoop::new(host.clone(), speed, 0);
        let started = plan.clone();
        event_loop.start(move |cx| program(cx, started));
        let inner = Rc::new(Inner {
            event_loop,
            host,
            report,
            model,
            variant,
            turns: RefCell::default(),
            drained: Cell::new(0),
            on_end: RefCell::new(Some(on_end)),
        });
        let weak = Rc::downgrade(&inner);
        let turns = Turns::new(move || {
            if let Some(inner) = weak.upgrade() {
                inner.turn();
            }
        })
        .map_err(|_| Failure::Engine { message: "no message channel".to_owned() })?;
        inner.host.wake(Some(turns.clone()));
        turns.soon();
        inner.turns.replace(Some(turns));
        Ok(Self(inner))
    }

    /// The engine finished a job of this run.
    pub fn job_done(&self, job: u32, result: Vec<u8>) {
        self.0.host.job_done(job, result);
    }

    /// Whether the engine takes part.
    pub fn uses_engine(&self) -> bool {
        self.0.host.is_open()
    }

    /// Cancels the main task, as Ctrl+C does it; the run ends when the tasks have cleaned up.
    pub fn stop(&self) {
        self.0.event_loop.stop();
        if let Some(turns) = self.0.turns.borrow().as_ref() {
            turns.soon();
        }
    }

    /// Ends it where it stands; what was recorded so far is kept.
    pub fn cancel(&self) {
        self.0.on_end.take();
        self.0.drain(self.0.host.now());
        self.0.close();
    }
}

impl Inner {
    fn turn(&self) {
        let next = self.event_loop.turn(BUDGET);
        let now = self.host.now();
        if next == Turn::Finished {
            self.drain(now);
            return self.end(now);
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
        let mut records = Vec::new();
        self.event_loop.drain(&mut records);
        self.report.lanes(self.model, &self.variant, self.event_loop.new_lanes(), self.event_loop.objects());
        self.report.records(self.model, &self.variant, records, now);
    }

    fn end(&self, now: Nanos) {
        let end = match self.event_loop.result() {
            Some(Ok(outcome)) => RunEnd::Finished(outcome),
            Some(Err(e)) => RunEnd::Failed(Failure::Raised { kind: e.kind.into_owned(), message: e.message }),
            None => RunEnd::Failed(Failure::Garbled),
        };
        self.close();
        let on_end = self.on_end.take();
        if let Some(on_end) = on_end {
            on_end(end, self.event_loop.ended_at().unwrap_or(now));
        }
    }

    fn close(&self) {
        self.host.close();
        self.host.wake(None);
        if let Some(turns) = self.turns.take() {
            turns.close();
        }
    }
}
