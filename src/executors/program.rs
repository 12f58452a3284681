//! Programs: what a scenario gives an executor to run.

use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use super::job_pool::workers;
use crate::aio::{Cx, Exception};
use crate::model::{Failure, Outcome, Plan};
use crate::multiprocessing::Processes;
use crate::threading::ThreadsRun;

/// A future that stays on its thread.
pub type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// A coroutine on an event loop.
pub type Coroutine = fn(Cx, Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>>;

/// Independent pieces of work: split, computed wherever the model says, merged.
#[derive(Clone, Copy)]
pub struct Jobs {
    /// What each job's kernel is built from, in order.
    pub split: fn(&Plan) -> Vec<Vec<u8>>,
    /// Puts the results (in the order of the jobs) together.
    pub merge: fn(&Plan, &[Vec<u8>]) -> Result<Outcome, Failure>,
}

/// Which kind of program runs.
#[derive(Clone, Copy)]
pub enum Program {
    /// A coroutine ([`engine_only`]); it may hand jobs to an executor (then the scenario has a kernel).
    Async(Option<Coroutine>),
    /// A coroutine ([`engine_only`]) that blocks its loop on purpose: it runs on a worker's loop, never on the page's.
    Blocking(Option<Coroutine>),
    /// Independent jobs for the scenario's kernel ([`engine_only`]); every model can run them.
    Jobs(Option<Jobs>),
    /// Threads that share state.
    Threads(Threads),
    /// Processes that talk by messages.
    Processes(Processes),
}

/// Makes what the threads of a run do.
pub type ThreadsMaker = fn(&Plan) -> Arc<dyn ThreadsRun>;

/// Threads that share state.
#[derive(Clone, Copy)]
pub struct Threads {
    /// How many there are.
    pub count: fn(&Plan) -> usize,
    /// Whether they wait for something that has a name: the timeline keeps room for the graph of who waits for whom.
    pub waits: bool,
    /// Makes what they run, where they run ([`engine_only`]).
    pub make: Option<ThreadsMaker>,
}

/// Code that only the engine has: what scenarios run, and how they judge what ran. The page is built without it, so that a
/// reader who only looks does not download it, however many scenarios there are.
pub const fn engine_only<T: Copy>(code: T) -> Option<T> {
    if cfg!(all(target_arch = "wasm32", feature = "page")) { None } else { Some(code) }
}

impl Program {
    /// Its coroutine, when it is one and its code is here.
    pub fn coroutine(&self) -> Option<Coroutine> {
        match self {
            Program::Async(coroutine) | Program::Blocking(coroutine) => *coroutine,
            Program::Jobs(_) | Program::Threads(_) | Program::Processes(_) => None,
        }
    }

    /// How many threads it runs on by `plan`, at most; 0 when the model or the program has none of its own. (Without the code
    /// of the jobs it is not known how many there are.)
    pub fn threads(&self, plan: &Plan) -> usize {
        match self {
            _ if !plan.model.needs_shared_memory() => 0,
            Program::Jobs(jobs) => workers(plan, jobs.map_or(usize::MAX, |jobs| (jobs.split)(plan).len())),
            Program::Threads(threads) => (threads.count)(plan),
            Program::Async(_) | Program::Blocking(_) | Program::Processes(_) => 0,
        }
    }
}
