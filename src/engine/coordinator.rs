//! The coordinator: hears the page, keeps one run going, and never blocks.

use super::activity::{Activity, Next};
use super::clock::BrowserClock;
use super::executor::Executor;
use super::job_run::JobRun;
use super::local::Local;
use super::looping::Looping;
use super::multiprocessing::main_run::MainRun;
use super::outbox::Outbox;
use super::processes::Source;
use super::threads::ThreadPool;
use super::turns::Turns;
use super::warm_up::warm_up;
use super::{faults, mail};
use crate::model::wire::{self, FromEngine, ToEngine};
use crate::model::{Ambush, Failure, Fault, Model, Plan, StopFlag};
use crate::multiprocessing;
use crate::scenarios::{self, Program};
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;
use wasm_bindgen::JsValue;

struct Coordinator {
    script: String,
    turns: OnceCell<Turns>,
    pool: ThreadPool,
    /// Scenarios whose kernels this engine has warmed up.
    warm: RefCell<BTreeSet<String>>,
    current: RefCell<Option<(u32, Box<dyn Activity>)>>,
    /// What came in for the next run while the one before it ends.
    next: RefCell<Vec<ToEngine>>,
}

/// Starts listening, and says so.
pub fn start(script: String) -> Result<(), JsValue> {
    faults::install();
    faults::coordinates(0);
    let coordinator = Rc::new(Coordinator {
        script,
        turns: OnceCell::new(),
        pool: ThreadPool::default(),
        warm: RefCell::default(),
        current: RefCell::default(),
        next: RefCell::default(),
    });
    let in_turn = Rc::downgrade(&coordinator);
    let _ = coordinator.turns.set(Turns::new(move || in_turn.upgrade().iter().for_each(Coordinator::turn))?);
    mail::listen(move |bytes| {
        // What cannot be read cannot be answered: the page's watchdog notices.
        if let Ok(message) = wire::decode(&bytes) {
            coordinator.hear(message);
        }
    });
    mail::post(&FromEngine::Ready);
    Ok(())
}

impl Coordinator {
    fn soon(&self) {
        self.turns.get().into_iter().for_each(Turns::soon);
    }

    fn wake(self: &Rc<Self>) -> Rc<dyn Fn()> {
        let coordinator = Rc::downgrade(self);
        Rc::new(move || coordinator.upgrade().iter().for_each(|c| c.soon()))
    }

    fn hear(self: &Rc<Self>, message: ToEngine) {
        if self.is_early(&message) {
            return self.next.borrow_mut().push(message);
        }
        match message {
            ToEngine::Run { run, plan, threads, fault } => self.begin(run, |c| c.run(run, plan, threads, fault)),
            ToEngine::Open { run, plan, epoch_ms, first_lane, processes, fault } => self.begin(run, |c| {
                let source = c.source(plan, BrowserClock::since(epoch_ms), fault);
                let out = Outbox::new(run, source.clock);
                Ok(Box::new(Executor::open(processes, first_lane, source, out)?))
            }),
            ToEngine::Submit { run, job, payload } => self.with(run, |a| a.submit(job, payload)),
            ToEngine::Close { run } => self.with(run, |a| a.close()),
            ToEngine::Stop => self.current.borrow_mut().iter_mut().for_each(|(_, a)| a.stop()),
        }
        self.soon();
    }

    /// Whether a message is for the next run: that one begins when the run before it, which is told to stop, is over.
    fn is_early(&self, message: &ToEngine) -> bool {
        let mut current = self.current.borrow_mut();
        let Some((number, activity)) = current.as_mut() else { return false };
        match message {
            ToEngine::Run { .. } | ToEngine::Open { .. } => {
                activity.stop();
                self.soon();
                true
            }
            ToEngine::Submit { run, .. } | ToEngine::Close { run } => run != number,
            ToEngine::Stop => {
                for message in self.next.take() {
                    if let ToEngine::Run { run, .. } | ToEngine::Open { run, .. } = message {
                        mail::post(&FromEngine::Stopped { run });
                    }
                }
                false
            }
        }
    }

    fn begin(self: &Rc<Self>, run: u32, make: impl FnOnce(&Rc<Self>) -> Result<Box<dyn Activity>, Failure>) {
        faults::coordinates(run);
        match make(self) {
            Ok(activity) => *self.current.borrow_mut() = Some((run, activity)),
            Err(failure) => mail::post(&FromEngine::Failed { run, failure }),
        }
    }

    fn with(&self, run: u32, act: impl FnOnce(&mut dyn Activity)) {
        if let Some((number, activity)) = self.current.borrow_mut().as_mut()
            && *number == run
        {
            act(activity.as_mut());
        }
    }

    fn source(self: &Rc<Self>, plan: Plan, clock: BrowserClock, fault: Option<Fault>) -> Source {
        Source { script: self.script.clone(), wake: self.wake(), plan, clock, fault }
    }

    fn run(
        self: &Rc<Self>,
        run: u32,
        plan: Plan,
        threads: u32,
        fault: Option<Fault>,
    ) -> Result<Box<dyn Activity>, Failure> {
        let clock = BrowserClock::start();
        let ambush = fault.map(|fault| Arc::new(Ambush::new(fault, faults::strike)));
        let order = scenarios::order(plan, Arc::new(clock), StopFlag::new(), ambush)?;
        if self.warm.borrow_mut().insert(order.plan.scenario.clone()) {
            warm_up(&order, &clock);
        }
        match (order.plan.model, order.program) {
            (Model::Processes, Program::Jobs(Some(jobs))) => {
                let source = self.source(order.plan, BrowserClock::start(), fault);
                Ok(Box::new(JobRun::start(run, jobs, source)?))
            }
            (_, Program::Processes(multiprocessing::Processes { code: Some(code), .. })) => {
                let source = self.source(order.plan, BrowserClock::start(), fault);
                Ok(Box::new(MainRun::start(run, code, source)?))
            }
            (_, Program::Blocking(Some(program))) => {
                let coordinator = Rc::downgrade(self);
                let source = move |plan, epoch_ms, fault| {
                    let clock = BrowserClock::since(epoch_ms);
                    Some(coordinator.upgrade()?.source(plan, clock, fault))
                };
                Ok(Box::new(Looping::start(run, program, order.plan, fault, Rc::new(source), self.wake())?))
            }
            (Model::Processes | Model::Hybrid, _) => Err(Failure::NotOffered),
            _ => Ok(Box::new(Local::new(run, order, self.pool.clone(), threads, self.wake()))),
        }
    }

    fn turn(self: &Rc<Self>) {
        let next = match self.current.borrow_mut().as_mut() {
            Some((_, activity)) => activity.turn(),
            None => return,
        };
        match next {
            Next::Soon => self.soon(),
            Next::After(ms) => self.turns.get().into_iter().for_each(|t| t.after(ms)),
            Next::Over => {
                self.current.take();
                let messages = self.next.take();
                messages.into_iter().for_each(|message| self.hear(message));
            }
        }
    }
}
