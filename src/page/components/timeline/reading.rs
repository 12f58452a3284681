//! What the guest tells of the run that is shown: it is given its trace once, and asked as the cursor moves.

use super::which::with_run;
use crate::model::{Nanos, Question};
use crate::page::components::Page;
use crate::page::runner::report::Shared;
use std::rc::Rc;
use yew::prelude::*;

/// What there is to step along. Two are equal when they are of the same look.
#[derive(Clone, Debug, Default)]
pub struct Reading {
    /// Moments of events.
    pub events: Rc<Vec<Nanos>>,
    /// Moments of a loop's iterations.
    pub turns: Rc<Vec<Nanos>>,
}

impl PartialEq for Reading {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.events, &other.events)
    }
}

/// Reads the run at these places as soon as nothing runs; nothing can be read before.
#[hook]
pub fn use_reading(page: Option<&Page>, results: &Shared, at: (usize, usize), off: bool) -> Reading {
    let known = use_state(Reading::default);
    let runner = page.map(|page| page.runner.clone());
    let size = with_run(results, at, |run| (run.trace.records.len(), run.trace.end)).filter(|_| !off);
    {
        let (known, results) = (known.clone(), results.clone());
        let latest = use_mut_ref(|| 0u32);
        use_effect_with((results.id(), at, size), move |_| {
            let number = {
                let mut latest = latest.borrow_mut();
                *latest += 1;
                *latest
            };
            known.set(Reading::default());
            let trace = size.and_then(|_| with_run(&results, at, |run| run.trace.clone()));
            if let (Some(runner), Some(trace)) = (runner, trace) {
                let asked = runner.clone();
                runner.look(Question::Of(trace), move |answer| {
                    // Another run may have been chosen meanwhile.
                    if *latest.borrow() == number {
                        let turns = asked.read(&Question::Turns).moments;
                        known.set(Reading { events: Rc::new(answer.moments), turns: Rc::new(turns) });
                    }
                });
            }
        });
    }
    (*known).clone()
}
