//! The world a loop sees: the browser's clock, jobs for the engine, and what the browser itself can do.

use super::Ports;
use super::outside::Outside;
use super::promised::Answer;
use super::turns::Turns;
use crate::aio::{Completion, Host, Operation};
use crate::engine::clock::BrowserClock;
use crate::model::wire::ToEngine;
use crate::model::{Clock, Fault, Nanos, Plan};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Lanes of an executor are numbered from here, well above any the loop makes.
const FIRST_ENGINE_LANE: u32 = 1 << 24;

/// The port of one run.
pub struct LoopHost {
    run: u32,
    plan: Rc<Plan>,
    /// Processes an executor starts; 0 means one lane inside the engine.
    processes: u32,
    fault: Option<Fault>,
    ports: Ports,
    /// Step of the clock.
    step: Nanos,
    clock: BrowserClock,
    outside: Outside,
    turns: RefCell<Option<Turns>>,
    open: Cell<bool>,
    /// Jobs in the engine, by number.
    jobs: RefCell<Vec<(u32, Completion)>>,
    next_job: Cell<u32>,
}

impl LoopHost {
    /// A port for the run of `plan`, which begins now.
    pub fn new(run: u32, plan: Rc<Plan>, processes: u32, fault: Option<Fault>, ports: Ports, step: Nanos) -> Self {
        Self {
            run,
            plan,
            processes,
            fault,
            ports,
            step,
            clock: BrowserClock::start(),
            outside: Outside::default(),
            turns: RefCell::default(),
            open: Cell::new(false),
            jobs: RefCell::default(),
            next_job: Cell::new(0),
        }
    }

    /// Says whom to wake when an operation completes.
    pub fn wake(&self, turns: Option<Turns>) {
        self.turns.replace(turns);
    }

    /// The engine finished a job.
    pub fn job_done(&self, job: u32, result: Vec<u8>) {
        let done = {
            let mut jobs = self.jobs.borrow_mut();
            let at = jobs.iter().position(|(number, _)| *number == job);
            at.map(|at| jobs.swap_remove(at).1)
        };
        if let Some(done) = done {
            done(Ok(result));
            self.turns.borrow().iter().for_each(Turns::soon);
        }
    }

    /// Ends the executor, if there is one, and takes away what the run left behind in the browser.
    pub fn close(&self) {
        self.outside.clear();
        if self.open.replace(false) {
            (self.ports.ask)(ToEngine::Close { run: self.run });
        }
    }

    fn job(&self, payload: Vec<u8>, done: Completion) {
        let run = self.run;
        if !self.open.replace(true) {
            (self.ports.ask)(ToEngine::Open {
                run,
                plan: (*self.plan).clone(),
                epoch_ms: self.clock.epoch_ms(),
                first_lane: FIRST_ENGINE_LANE,
                processes: self.processes,
                fault: self.fault,
            });
        }
        let job = self.next_job.get();
        self.next_job.set(job + 1);
        self.jobs.borrow_mut().push((job, done));
        (self.ports.ask)(ToEngine::Submit { run, job, payload });
    }
}

impl Host for LoopHost {
    fn now(&self) -> Nanos {
        self.clock.now()
    }

    fn resolution(&self) -> Nanos {
        self.step.max(1)
    }

    fn begin(&self, operation: Operation, done: Completion) {
        match operation {
            Operation::Job(payload) => self.job(payload, done),
            other => {
                let turns = self.turns.borrow().clone();
                let answer = Answer::new(done, Rc::new(move || turns.iter().for_each(Turns::soon)));
                self.outside.begin(other, self.clock, answer);
            }
        }
    }
}
