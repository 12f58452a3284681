//! A coroutine on the coordinator's own event loop: for programs that block their loop, which the page's must never be.

use super::activity::{Activity, Next};
use super::event_loop::Ports;
use super::event_loop::run::{LoopOrder, LoopRun};
use super::executor::Executor;
use super::mail;
use super::outbox::Outbox;
use super::processes::Source;
use crate::executors::program::Coroutine;
use crate::model::wire::{FromEngine, ToEngine};
use crate::model::{Failure, Fault, Plan};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// How often the coordinator looks after the executor and Stop, in milliseconds; the loop takes its turns by itself.
const LOOK: i32 = 33;

/// Makes what an executor needs, from a plan, the run's moment 0 and a fault.
pub type MakeSource = Rc<dyn Fn(Plan, f64, Option<Fault>) -> Option<Source>>;

/// What the loop and the executor it uses have in common.
struct Shared {
    run: u32,
    over: Cell<bool>,
    /// Opened by the first job.
    executor: RefCell<Option<Executor>>,
    /// Jobs that are done, until the next turn tells the loop.
    done: RefCell<Vec<(u32, Vec<u8>)>>,
    source: MakeSource,
    wake: Rc<dyn Fn()>,
}

/// A run on the coordinator's loop.
pub struct Looping {
    shared: Rc<Shared>,
    current: LoopRun,
}

impl Looping {
    /// Starts run number `run`.
    ///
    /// # Errors
    /// When the browser gives no message channel.
    pub fn start(
        run: u32,
        program: Coroutine,
        plan: Plan,
        fault: Option<Fault>,
        source: MakeSource,
        wake: Rc<dyn Fn()>,
    ) -> Result<Self, Failure> {
        let (over, executor, done) = (Cell::new(false), RefCell::default(), RefCell::default());
        let shared = Rc::new(Shared { run, over, executor, done, source, wake });
        let (tells, asked) = (shared.clone(), shared.clone());
        let tell = Rc::new(move |message| tells.tell(message));
        let ask = Rc::new(move |message| asked.ask(message));
        let order = LoopOrder { run, program, plan, fault, step: 1, ports: Ports { tell, ask } };
        Ok(Self { shared, current: LoopRun::start(order)? })
    }
}

impl Shared {
    fn tell(&self, message: FromEngine) {
        if matches!(message, FromEngine::Done { .. } | FromEngine::Failed { .. }) {
            if self.over.replace(true) {
                return; // it has ended already
            }
            (self.wake)();
        }
        mail::post(&message);
    }

    fn ask(self: &Rc<Self>, message: ToEngine) {
        match message {
            ToEngine::Open { plan, epoch_ms, first_lane, processes, fault, .. } => {
                let Some(source) = (self.source)(plan, epoch_ms, fault) else { return };
                let shared = Rc::downgrade(self);
                let post = Rc::new(move |message| shared.upgrade().iter().for_each(|s| s.executed(&message)));
                let out = Outbox::to(self.run, source.clock, post);
                match Executor::open(processes, first_lane, source, out) {
                    Ok(executor) => drop(self.executor.replace(Some(executor))),
                    Err(failure) => self.tell(FromEngine::Failed { run: self.run, failure }),
                }
            }
            ToEngine::Submit { job, payload, .. } => self.with(|executor| executor.submit(job, payload)),
            ToEngine::Close { .. } => self.with(Executor::close),
            ToEngine::Run { .. } | ToEngine::Stop => {}
        }
        (self.wake)();
    }

    fn with(&self, act: impl FnOnce(&mut Executor)) {
        if let Some(executor) = self.executor.borrow_mut().as_mut() {
            act(executor);
        }
    }

    /// What the executor says: results are for the loop, the rest is for the page.
    fn executed(&self, message: &FromEngine) {
        match message {
            FromEngine::JobDone { job, result, .. } => self.done.borrow_mut().push((*job, result.clone())),
            FromEngine::Done { .. } | FromEngine::Stopped { .. } => {}
            FromEngine::Failed { .. } => self.tell(message.clone()),
            _ => mail::post(message),
        }
    }
}

impl Activity for Looping {
    fn turn(&mut self) -> Next {
        let executor = self.shared.executor.take();
        let next = executor.map_or(Next::After(LOOK), |mut executor| {
            let next = executor.turn();
            if next != Next::Over {
                self.shared.executor.replace(Some(executor));
            }
            next
        });
        for (job, result) in self.shared.done.take() {
            self.current.job_done(job, result);
        }
        if self.shared.over.get() && self.shared.executor.borrow().is_none() {
            return Next::Over;
        }
        if next == Next::Over { Next::After(LOOK) } else { next }
    }

    fn stop(&mut self) {
        self.shared.with(Executor::stop);
        self.current.stop();
    }
}
