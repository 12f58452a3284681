//! The world a loop sees: the page's clock, jobs for the engine, and the browser's own SHA-256.

use super::turns::Turns;
use crate::aio::{Completion, Exception, Host, Operation};
use crate::model::wire::ToEngine;
use crate::model::{Fault, MS, Nanos, Plan};
use crate::page::browser;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// Lanes of the engine are numbered from here, well above any the loop makes.
const FIRST_ENGINE_LANE: u32 = 1 << 24;

/// How messages reach the engine.
pub type Send = Rc<dyn Fn(ToEngine)>;

/// The port of one run.
pub struct LoopHost {
    run: u32,
    plan: Rc<Plan>,
    /// Processes an executor starts; 0 means one lane inside the engine.
    processes: u32,
    fault: Option<Fault>,
    send: Send,
    /// Step of the clock.
    step: Nanos,
    /// `performance.now()` at moment 0.
    began: f64,
    turns: RefCell<Option<Turns>>,
    open: Cell<bool>,
    /// Jobs in the engine, by number.
    jobs: RefCell<Vec<(u32, Completion)>>,
    next_job: Cell<u32>,
}

impl LoopHost {
    /// A port for the run of `plan`, which begins now.
    pub fn new(run: u32, plan: Rc<Plan>, processes: u32, fault: Option<Fault>, send: Send, step: Nanos) -> Self {
        Self {
            run,
            plan,
            processes,
            fault,
            send,
            step,
            began: browser::now_ms(),
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
            self.turn();
        }
    }

    /// Whether the engine took part.
    pub fn is_open(&self) -> bool {
        self.open.get()
    }

    /// Ends the executor, if there is one.
    pub fn close(&self) {
        if self.open.replace(false) {
            (self.send)(ToEngine::Close { run: self.run });
        }
    }

    fn turn(&self) {
        if let Some(turns) = self.turns.borrow().as_ref() {
            turns.soon();
        }
    }

    fn job(&self, payload: Vec<u8>, done: Completion) {
        let run = self.run;
        if !self.open.replace(true) {
            let epoch_ms = browser::performance().map_or(0.0, |p| p.time_origin()) + self.began;
            (self.send)(ToEngine::Open {
                run,
                plan: (*self.plan).clone(),
                epoch_ms,
                first_lane: FIRST_ENGINE_LANE,
                processes: self.processes,
                fault: self.fault,
            });
        }
        let job = self.next_job.get();
        self.next_job.set(job + 1);
        self.jobs.borrow_mut().push((job, done));
        (self.send)(ToEngine::Submit { run, job, payload });
    }

    fn digest(&self, bytes: Vec<u8>, done: Completion) {
        let turns = self.turns.borrow().clone();
        let digest = browser::window().and_then(|w| w.crypto().ok()).map(|c| c.subtle());
        let Some(digest) = digest.filter(|d| !d.is_undefined()) else {
            // Insecure contexts have no `crypto.subtle`.
            done(Err(Exception::new(
                "NotImplementedError",
                "this page has no digest of the browser's: it needs https",
            )));
            return self.turn();
        };
        let promise = digest.digest_with_str_and_u8_array("SHA-256", &bytes);
        wasm_bindgen_futures::spawn_local(async move {
            let result = match promise {
                Ok(promise) => wasm_bindgen_futures::JsFuture::from(promise).await,
                Err(error) => Err(error),
            };
            let result = result.map(|buffer| js_sys::Uint8Array::new(&buffer).to_vec());
            done(result.map_err(|_| Exception::new("OSError", "the browser's digest failed")));
            if let Some(turns) = turns {
                turns.soon();
            }
        });
    }
}

impl Host for LoopHost {
    fn now(&self) -> Nanos {
        ((browser::now_ms() - self.began).max(0.0) * MS as f64) as Nanos
    }

    fn resolution(&self) -> Nanos {
        self.step.max(1)
    }

    fn begin(&self, operation: Operation, done: Completion) {
        match operation {
            Operation::Job(payload) => self.job(payload, done),
            Operation::Digest(bytes) => self.digest(bytes, done),
        }
    }
}
