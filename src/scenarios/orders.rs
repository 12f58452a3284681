//! From a plan to what an executor runs: the only place that looks a program up in the registry.

use std::rc::Rc;
use std::sync::Arc;

use super::{LocalFuture, Program, find};
use crate::aio::{Cx, Exception};
use crate::executors::{self, Order};
use crate::model::{Ambush, Clock, Failure, Outcome, Plan, StopFlag};

/// The program that the registry holds for a plan's scenario, model and variant.
pub fn program(plan: &Plan) -> Option<Program> {
    find(&plan.scenario)?.program(plan.model, &plan.variant).copied()
}

/// The order for the program that the registry holds for `plan`.
///
/// # Errors
/// [`Failure::NotOffered`] when the scenario does not exist or does not offer this model and variant.
pub fn order(plan: Plan, clock: Arc<dyn Clock>, stop: StopFlag, fault: Option<Arc<Ambush>>) -> Result<Order, Failure> {
    let program = program(&plan).ok_or(Failure::NotOffered)?;
    let kernel = find(&plan.scenario).and_then(|scenario| scenario.kernel);
    Ok(Order { plan, program, kernel, clock, stop, fault })
}

/// The coroutine for model `hybrid` of whichever scenario the plan names; its program must be one of jobs.
///
/// Its type is [`super::Coroutine`], so it can be started wherever a scenario's own coroutine can.
pub fn hybrid(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        match program(&plan) {
            Some(Program::Jobs(Some(jobs))) => executors::hybrid::run(cx, plan, jobs).await,
            _ => Err(Failure::NotOffered.into()),
        }
    })
}
