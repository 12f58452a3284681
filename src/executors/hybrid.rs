//! asyncio with processes: jobs handed to an executor from the event loop, all awaited at once, then merged.

use crate::aio::{Cx, Exception};
use crate::model::{Failure, Outcome, Plan};
use crate::scenarios::{self, Jobs, LocalFuture, Program};
use std::rc::Rc;

/// The coroutine for model `hybrid` of whichever scenario the plan names; its program must be one of jobs.
///
/// Its type is [`scenarios::Coroutine`], so it can be started wherever a scenario's own coroutine can.
pub fn program(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let found = scenarios::find(&plan.scenario).and_then(|s| s.program(plan.model, &plan.variant));
        match found {
            Some(Program::Jobs(jobs)) => run(cx, plan, *jobs).await,
            _ => Err(Failure::NotOffered.into()),
        }
    })
}

/// `asyncio.gather(*(loop.run_in_executor(pool, kernel, job) for job in jobs))`, then the merge.
///
/// # Errors
/// Whatever a job or the merge raises; the other jobs run on, as asyncio has it.
pub async fn run(cx: Cx, plan: Rc<Plan>, jobs: Jobs) -> Result<Outcome, Exception> {
    let payloads = (jobs.split)(&plan);
    let results = cx.gather(payloads.into_iter().map(|payload| cx.run_in_executor(payload))).await?;
    Ok((jobs.merge)(&plan, &results)?)
}
