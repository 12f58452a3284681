//! asyncio with processes: jobs handed to an executor from the event loop, all awaited at once, then merged.

use crate::aio::{Cx, Exception};
use crate::executors::Jobs;
use crate::model::{Outcome, Plan};
use std::rc::Rc;

/// `asyncio.gather(*(loop.run_in_executor(pool, kernel, job) for job in jobs))`, then the merge.
///
/// # Errors
/// Whatever a job or the merge raises; the other jobs run on, as asyncio has it.
pub async fn run(cx: Cx, plan: Rc<Plan>, jobs: Jobs) -> Result<Outcome, Exception> {
    let payloads = (jobs.split)(&plan);
    let results = cx.gather(payloads.into_iter().map(|payload| cx.run_in_executor(payload))).await?;
    Ok((jobs.merge)(&plan, &results)?)
}
