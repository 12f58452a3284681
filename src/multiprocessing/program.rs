//! Programs of several processes: the main function, and the functions children can be started with.

use super::connection::Connection;
use super::cx::ProcessCx;
use super::shared::{SharedArray, SharedValue};
use super::value::Value;
use crate::aio::Exception;
use crate::model::{Outcome, Plan};
use std::pin::Pin;
use std::rc::Rc;

/// A future that stays in its process.
pub type LocalFuture<T> = Pin<Box<dyn Future<Output = T>>>;

/// What the main process runs.
pub type Main = fn(ProcessCx, Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>>;

/// What a child is given.
pub struct Args {
    /// The run's plan.
    pub plan: Rc<Plan>,
    /// The value it was started with.
    pub value: Value,
    /// Ends of pipes it was started with.
    pub ends: Vec<Connection>,
    /// Arrays it was started with.
    pub arrays: Vec<SharedArray>,
    /// The program's functions.
    pub code: Code,
}

impl Args {
    /// The next end.
    ///
    /// # Errors
    /// `TypeError` when it was started with fewer.
    pub fn end(&mut self) -> Result<Connection, Exception> {
        if self.ends.is_empty() {
            return Err(missing());
        }
        Ok(self.ends.remove(0))
    }

    /// The next array.
    ///
    /// # Errors
    /// `TypeError` when it was started with fewer.
    pub fn array(&mut self) -> Result<SharedArray, Exception> {
        if self.arrays.is_empty() {
            return Err(missing());
        }
        Ok(self.arrays.remove(0))
    }

    /// The next array, which is a single number.
    ///
    /// # Errors
    /// `TypeError` when it was started with fewer.
    pub fn number(&mut self) -> Result<SharedValue, Exception> {
        self.array().map(SharedValue::of)
    }
}

fn missing() -> Exception {
    Exception::new("TypeError", "missing a required positional argument")
}

/// A function of the module: children are started with its name.
#[derive(Clone, Copy)]
pub struct Target {
    /// Its name.
    pub name: &'static str,
    /// What it does; a process ends with exit code 0, or with 1 when this raises.
    pub run: fn(ProcessCx, Args) -> LocalFuture<Result<Value, Exception>>,
}

/// The code of a program.
#[derive(Clone, Copy)]
pub struct Code {
    /// What the main process runs.
    pub main: Main,
    /// What children can be started with, besides what this module itself offers.
    pub targets: &'static [Target],
}

impl Code {
    /// The function with this name.
    ///
    /// # Errors
    /// `AttributeError`, as unpickling raises it in the child.
    pub fn target(&self, name: &str) -> Result<Target, Exception> {
        let known = self.targets.iter().chain(super::TARGETS);
        known.copied().find(|target| target.name == name).ok_or_else(|| {
            Exception::new("AttributeError", format!("Can't get attribute '{name}' on <module '__mp_main__'>"))
        })
    }
}

/// A program of processes.
#[derive(Clone, Copy)]
pub struct Processes {
    /// Whether it cannot run where memory cannot be shared.
    pub shared: bool,
    /// How many processes there are at most, the main process included.
    pub count: fn(&Plan) -> usize,
    /// What they run; only the engine has it.
    pub code: Option<Code>,
}
