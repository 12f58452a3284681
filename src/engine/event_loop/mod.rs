//! Coroutines on a browser's event loop: the page's, where the guest lives, or a worker's.

pub mod database;
pub mod digest;
pub mod fetch;
pub mod files;
pub mod host;
pub mod indexed_db;
mod leftovers;
pub mod order;
pub mod outside;
pub mod promised;
pub mod run;
pub mod switches;
pub mod turns;

use crate::model::wire::{FromEngine, ToEngine};
use std::rc::Rc;

/// How a run on a loop reaches the others.
#[derive(Clone)]
pub struct Ports {
    /// Tells the page what happens.
    pub tell: Rc<dyn Fn(FromEngine)>,
    /// Asks whoever computes jobs: to open an executor, to take a job, to end.
    pub ask: Rc<dyn Fn(ToEngine)>,
}
