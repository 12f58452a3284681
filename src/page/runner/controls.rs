//! What the page asks of the runner: to start, to go over to something else, to stop.

use super::report::Shared;
use super::session::Session;
use super::{Inner, PATIENCE, Runner, order};
use crate::model::wire::ToGuest;
use crate::model::{Failure, Machine, RunEnd, RunSpec};
use crate::page::browser;
use crate::page::state::{Phase, Progress};
use crate::scenarios;

impl Runner {
    /// Starts `spec`, unless something runs already; what is being stopped is waited for.
    pub fn start(&self, spec: &RunSpec, machine: &Machine) {
        let inner = &self.0;
        if inner.session.borrow().as_ref().is_some_and(Session::stopping) {
            return inner.queue(spec, machine);
        }
        inner.unqueue(|_| true);
        inner.show_nothing();
        let Some(scenario) = scenarios::find(&spec.scenario).filter(|_| inner.session.borrow().is_none()) else {
            return;
        };
        let cells = order::cells(scenario, spec, machine);
        let report = Shared::new(order::report(scenario, spec, machine));
        if cells.is_empty() {
            let shared = Machine { shared_memory: true, cores: machine.cores.max(1), ..machine.clone() };
            let missing = !order::cells(scenario, spec, &shared).is_empty();
            let failure = if missing { Failure::NoSharedMemory } else { Failure::NotOffered };
            (inner.came)(&report);
            return (inner.notify)(Phase::Failed(failure), Progress::default(), None);
        }
        let turns = order::order(&cells, spec.repeats, spec.seed);
        inner.begin(Session::new(scenario, report, turns));
    }

    /// Ends what runs, unless it is this scenario.
    pub fn leave(&self, scenario: &str) {
        if self.0.showing.get().is_some_and(|(_, shown)| shown != scenario) {
            self.0.show_nothing();
        }
        self.0.before.borrow_mut().take_if(|before| before.scenario() != scenario);
        let other = self.0.session.borrow().as_ref().is_some_and(|s| s.report().scenario() != scenario);
        if other {
            self.0.left.set(self.0.sessions.get());
        }
        self.0.unqueue(|queued| queued.scenario != scenario);
        if other {
            self.halt();
        }
    }

    /// Starts `spec`, unless that very thing runs; anything else that runs is ended first.
    pub fn change_to(&self, spec: &RunSpec, machine: &Machine) {
        let runs =
            self.0.session.borrow().as_ref().map(|session| session.report().read().spec == *spec && !self.0.sweeps());
        match runs {
            Some(false) => self.restart(spec, machine),
            Some(true) | None => self.start(spec, machine),
        }
    }

    /// Starts `spec`; what runs already is ended first.
    pub fn restart(&self, spec: &RunSpec, machine: &Machine) {
        if self.0.session.borrow().is_none() {
            return self.start(spec, machine);
        }
        self.0.queue(spec, machine);
        self.halt();
    }

    /// Ends whatever runs; what was measured stays.
    pub fn stop(&self) {
        self.0.unqueue(|_| true);
        self.halt();
    }

    /// Ends whatever runs, and the engine with all its workers: the page is left, and should it come back, the next run starts a
    /// new one. Firefox would keep one thread of every pool that it ends itself.
    pub fn let_go(&self) {
        self.stop();
        if let Some(engine) = self.0.engine.take() {
            engine.dispose();
        }
    }

    /// Gives what runs the stop signal, which its program may handle.
    pub fn signal(&self) {
        self.0.signal();
    }

    fn halt(&self) {
        let inner = &self.0;
        inner.show_nothing();
        let waiting = {
            let mut session = inner.session.borrow_mut();
            session.as_mut().map(Session::stop)
        };
        let Some(waiting) = waiting else { return };
        match waiting {
            None => Inner::finish(inner, RunEnd::Stopped, None, 0),
            Some((run, on_loop, in_engine)) => {
                if on_loop {
                    inner.to_guest(&ToGuest::Stop { run });
                }
                let engine = inner.engine.borrow().clone().filter(|_| in_engine);
                if let Some(engine) = engine {
                    engine.stop();
                }
                let inner = inner.clone();
                browser::later(PATIENCE, move || {
                    if inner.is_current(run) {
                        Inner::finish(&inner, RunEnd::Stopped, None, 0);
                    }
                });
            }
        }
    }
}
