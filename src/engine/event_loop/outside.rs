//! Everything a program can ask of the browser itself, but for jobs: each kind in a file of its own.

use super::database::Database;
use super::digest;
use super::fetch::Fetches;
use super::files::Files;
use super::order;
use super::promised::Answer;
use super::switches::{self, Switching};
use crate::aio::{Exception, Operation};
use crate::engine::clock::BrowserClock;
use std::cell::RefCell;
use std::rc::Rc;

/// What a run has of the browser's.
#[derive(Default)]
pub struct Outside {
    fetches: Rc<Fetches>,
    files: Rc<Files>,
    database: Rc<Database>,
    switching: RefCell<Option<Rc<Switching>>>,
}

impl Outside {
    /// Begins an operation. `clock` is the run's.
    pub fn begin(&self, operation: Operation, clock: BrowserClock, answer: Answer) {
        match operation {
            Operation::Digest(bytes) => digest::begin(&bytes, answer),
            Operation::Fetch(request) => self.fetches.begin(request, answer),
            Operation::Timings => self.fetches.timings(clock, answer),
            Operation::File(operation) => self.files.begin(operation, answer),
            Operation::Database(operation) => self.database.begin(operation, answer),
            Operation::Switches(order) => {
                let begun = switches::begin(order, answer);
                let before = self.switching.replace(begun);
                before.iter().for_each(|before| before.end());
            }
            Operation::BrowserOrder => order::begin(answer),
            Operation::Job(_) => answer.give(Err(Exception::new("RuntimeError", "no executor"))),
        }
    }

    /// The run is over: what it left behind is taken away.
    pub fn clear(&self) {
        self.files.clear();
        self.database.clear();
        self.switching.take().iter().for_each(|switching| switching.end());
    }
}
