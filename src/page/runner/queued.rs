//! What is to run when what runs now has ended. Whoever asked for it gets an answer even if it never begins.

use super::report::Shared;
use super::{Inner, Runner, order};
use crate::model::{Machine, RunSpec};
use crate::page::browser;
use crate::scenarios;
use std::cell::RefCell;
use std::rc::Rc;

#[derive(Default)]
pub(super) struct Queued {
    next: RefCell<Option<(RunSpec, Machine)>>,
    /// Answers for what will never begin; they come after that of what runs now.
    answers: RefCell<Vec<Shared>>,
}

impl Queued {
    /// Whether something is to run.
    pub fn is_some(&self) -> bool {
        self.next.borrow().is_some()
    }
}

impl Inner {
    /// This is to run next, instead of what else was to.
    pub(super) fn queue(&self, spec: &RunSpec, machine: &Machine) {
        self.unqueue(|queued| queued != spec);
        self.queued.next.replace(Some((spec.clone(), machine.clone())));
    }

    /// What is to run next is not to, if `which` says so of it.
    pub(super) fn unqueue(&self, which: impl FnOnce(&RunSpec) -> bool) {
        let never = self.queued.next.borrow_mut().take_if(|(spec, _)| which(spec));
        if let Some((spec, machine)) = never
            && let Some(scenario) = scenarios::find(&spec.scenario)
        {
            self.queued.answers.borrow_mut().push(Shared::new(order::report(scenario, &spec, &machine)));
            self.answer();
        }
    }

    /// Answers what will never begin, unless something runs.
    fn answer(&self) {
        if self.session.borrow().is_none() {
            self.queued.answers.take().iter().for_each(|answer| (self.came)(answer));
        }
    }

    /// What ran has ended.
    pub(super) fn run_queued(self: &Rc<Self>) {
        self.answer();
        if self.queued.is_some() {
            let runner = Runner(self.clone());
            browser::later(0, move || {
                // It may have been taken back meanwhile.
                let next = runner.0.queued.next.take();
                next.into_iter().for_each(|(spec, machine)| runner.start(&spec, &machine));
            });
        }
    }
}
