//! A world for programs in virtual time: a site that always answers, files and a database in memory.

use super::exception::Exception;
use super::outside::{DatabaseOp, Driver, Fetched, FileOp, Operation, Place, Switched, Timing};
use super::stand_in::{MemoryFiles, MemoryTable};
use crate::model::{MS, Nanos, US, wire};
use serde::Serialize;
use std::cell::RefCell;

/// How long things take in it.
const REQUEST: Nanos = 20 * MS;
const WRITE: Nanos = 2 * MS;
const READ: Nanos = MS;
const TRANSACTION: Nanos = 500 * US;
const STEP: Nanos = 5 * US;

/// How long a switch takes.
fn cost(driver: Driver) -> Nanos {
    match driver {
        Driver::Timers => 10 * US,
        Driver::Messages | Driver::PostTask => 3 * US,
        Driver::Microtasks => US,
        Driver::Batches => US / 2,
    }
}

/// The world of one run.
#[derive(Default)]
pub struct World {
    files: RefCell<MemoryFiles>,
    table: RefCell<MemoryTable>,
}

/// An answer, and how long it takes.
pub type Answer = (Result<Vec<u8>, Exception>, Nanos);

fn value<T: Serialize>(value: &T, takes: Nanos) -> Answer {
    (wire::encode(value).map_err(Exception::from), takes)
}

impl World {
    /// Carries out whatever is neither a job nor a digest: those are for whoever has kernels.
    pub fn answer(&self, operation: Operation) -> Answer {
        match operation {
            Operation::Job(_) => (Err(Exception::new("RuntimeError", "no executor")), 0),
            Operation::Digest(_) => (Err(Exception::new("RuntimeError", "no digest")), 0),
            Operation::BrowserOrder => (Err(Exception::new("NotImplementedError", "there is no browser here")), 0),
            // Whatever is asked for is there, and is what was expected.
            Operation::Fetch(request) => value(&Fetched { body: request.stand_in, instead: None }, REQUEST),
            Operation::Timings => value(&Vec::<Timing>::new(), 0),
            Operation::File(operation) => self.file(operation),
            Operation::Database(operation) => self.database(operation),
            Operation::Switches(order) => {
                let (cost, total) = (cost(order.driver), order.tasks * order.each);
                let made = total.min(order.limit / cost);
                let took = if made < total { order.limit } else { made * cost };
                value(&Switched { made, turns: made, took, offered: true }, took)
            }
        }
    }

    fn file(&self, operation: FileOp) -> Answer {
        match operation {
            FileOp::Open => value(&Place::Real, MS),
            FileOp::Write { name, bytes } => {
                self.files.borrow_mut().write(name, bytes);
                value(&(), WRITE)
            }
            FileOp::Read { name } => (self.files.borrow().read(&name), READ),
            FileOp::Remove => {
                self.files.take();
                value(&(), MS)
            }
        }
    }

    fn database(&self, operation: DatabaseOp) -> Answer {
        match operation {
            DatabaseOp::Create => value(&Place::Real, MS),
            DatabaseOp::Connect => value(&self.table.borrow_mut().connect(), MS),
            DatabaseOp::Transact { connection, steps } => {
                let takes = TRANSACTION + STEP * steps.len() as u64;
                match self.table.borrow_mut().transact(connection, steps) {
                    Ok(found) => value(&found, takes),
                    Err(exception) => (Err(exception), takes),
                }
            }
            DatabaseOp::Delete => {
                self.table.take();
                value(&(), MS)
            }
        }
    }
}
