//! What an executor is asked to do: a program, the plan it runs by, and the ports it runs on.

use std::sync::Arc;

use super::Program;
pub use crate::kernels::KernelMaker;
use crate::model::{Ambush, Clock, Plan, StopFlag};

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
    pub fault: Option<Arc<Ambush>>,
}
