//! What an executor is asked to do: a program, the plan it runs by, and the ports it runs on.

use std::sync::Arc;

pub use crate::kernels::KernelMaker;
use crate::model::{Clock, Failure, Fault, Plan, StopFlag};
use crate::scenarios::{self, Program};

/// A program to be run once.
#[derive(Clone)]
pub struct Order {
    /// What the program may know.
    pub plan: Plan,
    /// The program.
    pub program: Program,
    /// Builds the kernel of a job; `None` when the scenario has no jobs.
    pub kernel: Option<KernelMaker>,
    /// The run's time base.
    pub clock: Arc<dyn Clock>,
    /// Asks the run to end. An executor raises it too, to end its own threads after a failure.
    pub stop: StopFlag,
    /// A fault to put in.
    pub fault: Option<Fault>,
}

impl Order {
    /// The order for the program that the registry holds for `plan`.
    ///
    /// # Errors
    /// [`Failure::NotOffered`] when the scenario does not exist or does not offer this model and variant.
    pub fn find(plan: Plan, clock: Arc<dyn Clock>, stop: StopFlag, fault: Option<Fault>) -> Result<Self, Failure> {
        let scenario = scenarios::find(&plan.scenario).ok_or(Failure::NotOffered)?;
        let program = *scenario.program(plan.model, &plan.variant).ok_or(Failure::NotOffered)?;
        Ok(Self { plan, program, kernel: scenario.kernel, clock, stop, fault })
    }
}
