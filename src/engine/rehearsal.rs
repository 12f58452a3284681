//! A rehearsal of Stop, before the first clock starts.
//!
//! Browsers compile a function when it is first called. When a reader presses Stop, WebKit is busy improving what is hot by then,
//! and what was never called had to wait for that: up to a sixth of a second (20 ms with `JSC_useOMGJIT=0`).

use super::event_loop::Ports;
use super::event_loop::run::{LoopOrder, LoopRun};
use crate::aio::{Cx, Exception};
use crate::model::{Failure, MS, Model, Outcome, Plan, SECOND};
use crate::scenarios::LocalFuture;
use std::rc::Rc;

/// Number of the run that is rehearsed; the page counts from 1.
pub const RUN: u32 = 0;

/// Tasks that nobody will wait for to the end.
fn program(cx: Cx, _: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let naps = (1..=2).map(|seconds| {
            let cx = cx.clone();
            async move { cx.sleep(seconds * SECOND).await }
        });
        cx.gather(naps).await?;
        Ok(Outcome::default())
    })
}

/// A run on a loop that tells nobody, under way.
///
/// # Errors
/// When the browser gives no message channel.
pub fn run() -> Result<LoopRun, Failure> {
    let ports = Ports { tell: Rc::new(|_| {}), ask: Rc::new(|_| {}) };
    let (scenario, variant, values) = Default::default();
    let plan = Plan { scenario, values, model: Model::Asyncio, variant, seed: 0, repeat: 0 };
    let run = LoopRun::start(LoopOrder { run: RUN, program, plan, fault: None, step: MS, ports })?;
    run.turn();
    Ok(run)
}
