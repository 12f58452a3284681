//! asyncio for computing: worker tasks on one event loop, which give way after every slice.

use super::{Burst, KernelMaker, LocalRun, Order};
use crate::aio::{Completion, Cx, EventLoop, Exception, Host, Operation, Turn};
use crate::executors::{Jobs, Program};
use crate::kernels::Kernel;
use crate::model::recorder::Pulse;
use crate::model::{Ambush, Clock, Failure, Lane, Mark, Nanos, Outcome, Plan, Record, State, StopFlag};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// The clock of the run, seen from its beginning on; nothing else is to be had.
struct ClockHost(Arc<dyn Clock>);

impl Host for ClockHost {
    fn now(&self) -> Nanos {
        self.0.now()
    }

    fn begin(&self, _operation: Operation, done: Completion) {
        done(Err(Exception::new("RuntimeError", "this loop has no executor")));
    }
}

/// What the workers share. They are tasks on one thread, so no lock is needed.
struct Shared {
    payloads: Vec<Vec<u8>>,
    results: RefCell<Vec<Vec<u8>>>,
    next: Cell<usize>,
    finished: Cell<usize>,
    /// By worker: how far its job is, 0 to 1.
    under_way: RefCell<Vec<f32>>,
    slices: Cell<u32>,
    fault: Option<Arc<Ambush>>,
    maker: KernelMaker,
}

/// Jobs computed by tasks on an event loop of their own.
pub struct CooperativeRun {
    event_loop: EventLoop,
    clock: Arc<dyn Clock>,
    stop: StopFlag,
    began: Nanos,
    shared: Rc<Shared>,
    lanes: Vec<Lane>,
    /// Every worker waits.
    asleep: bool,
    end: Option<Burst>,
}

impl CooperativeRun {
    /// A run of `order`'s jobs by as many tasks as the plan has workers; its time begins now.
    ///
    /// # Errors
    /// [`Failure::NotOffered`] when the order's program has no jobs.
    pub fn start(order: Order) -> Result<Self, Failure> {
        let (Program::Jobs(Some(jobs)), Some(maker)) = (order.program, order.kernel) else {
            return Err(Failure::NotOffered);
        };
        let began = order.clock.now();
        let payloads = (jobs.split)(&order.plan);
        let workers = (order.plan.values.count("workers") as usize).clamp(1, payloads.len().max(1));
        let shared = Rc::new(Shared {
            results: RefCell::new(vec![Vec::new(); payloads.len()]),
            payloads,
            next: Cell::new(0),
            finished: Cell::new(0),
            under_way: RefCell::new(vec![0.0; workers]),
            slices: Cell::new(0),
            fault: order.fault,
            maker,
        });
        let event_loop = EventLoop::new(Rc::new(ClockHost(order.clock.clone())), 1, 0);
        let (plan, common) = (Rc::new(order.plan), shared.clone());
        event_loop.start(|cx| main(cx, plan, jobs, common));
        event_loop.turn(0); // the main task creates the workers: now the lanes are complete
        let lanes = event_loop.new_lanes();
        Ok(Self { event_loop, clock: order.clock, stop: order.stop, began, shared, lanes, asleep: false, end: None })
    }

    fn ended(&self) -> Burst {
        match self.event_loop.result() {
            Some(Ok(outcome)) => {
                let ended = self.event_loop.ended_at().unwrap_or_else(|| self.clock.now());
                Burst::Done { outcome, elapsed: ended.saturating_sub(self.began) }
            }
            Some(Err(exception)) => Burst::Failed(exception.into()),
            None => Burst::Stopped,
        }
    }
}

async fn main(cx: Cx, plan: Rc<Plan>, jobs: Jobs, shared: Rc<Shared>) -> Result<Outcome, Exception> {
    let workers = shared.under_way.borrow().len();
    cx.gather((0..workers).map(|worker| work(cx.clone(), worker, shared.clone()))).await?;
    let outcome = (jobs.merge)(&plan, &shared.results.borrow())?;
    cx.mark(Mark::Merged, 0);
    Ok(outcome)
}

/// A worker: takes the next job until there is none.
async fn work(cx: Cx, worker: usize, shared: Rc<Shared>) -> Result<(), Exception> {
    loop {
        let job = shared.next.replace(shared.next.get() + 1);
        let Some(payload) = shared.payloads.get(job) else { return Ok(()) };
        cx.mark(Mark::Job, job as u32);
        let mut kernel = (shared.maker)(payload)?;
        let result = compute(&cx, worker, &shared, kernel.as_mut()).await?;
        if let Some(place) = shared.results.borrow_mut().get_mut(job) {
            *place = result;
        }
        shared.finished.set(shared.finished.get() + 1);
    }
}

async fn compute(cx: &Cx, worker: usize, shared: &Shared, kernel: &mut dyn Kernel) -> Result<Vec<u8>, Exception> {
    loop {
        while let Some(time) = kernel.wait() {
            cx.sleep(time).await?;
        }
        if let Some(fault) = &shared.fault {
            fault.look(cx.now(), worker as u32, shared.under_way.borrow().len());
        }
        let slice = kernel.slice();
        shared.slices.set(shared.slices.get().wrapping_add(1));
        if let Some(place) = shared.under_way.borrow_mut().get_mut(worker) {
            *place = if slice.is_some() { 0.0 } else { kernel.progress() };
        }
        if let Some(result) = slice {
            return Ok(result);
        }
        cx.sleep(0).await?;
    }
}

impl LocalRun for CooperativeRun {
    fn burst(&mut self, until: Nanos) -> Burst {
        if let Some(end) = &self.end {
            return end.clone();
        }
        if self.stop.is_raised() {
            // The tasks end with the loop, and hold nothing that would need a clean-up.
            return self.end.insert(Burst::Stopped).clone();
        }
        let turn = self.event_loop.turn(until.saturating_sub(self.clock.now()));
        self.asleep = matches!(turn, Turn::At(_));
        match turn {
            Turn::Finished => {
                let end = self.ended();
                self.end.insert(end).clone()
            }
            Turn::At(when) => Burst::Until(when),
            Turn::Soon | Turn::Outside => Burst::More,
        }
    }

    fn lanes(&self) -> Vec<Lane> {
        self.lanes.clone()
    }

    fn objects(&self) -> Vec<String> {
        self.event_loop.objects()
    }

    fn drain(&mut self, into: &mut Vec<Record>) {
        self.event_loop.drain(into);
    }

    fn dropped(&self) -> u64 {
        0
    }

    fn pulses(&self) -> Vec<Pulse> {
        let state = match self.end {
            Some(_) => State::Done,
            None if self.asleep => State::Sleeping,
            None => State::Running,
        };
        let beats = self.shared.slices.get();
        self.lanes.first().map(|lane| Pulse { lane: lane.id, beats, state }).into_iter().collect()
    }

    fn progress(&self) -> f32 {
        let under_way: f32 = self.shared.under_way.borrow().iter().sum();
        let share = (self.shared.finished.get() as f32 + under_way) / self.shared.payloads.len().max(1) as f32;
        share.min(1.0)
    }
}
