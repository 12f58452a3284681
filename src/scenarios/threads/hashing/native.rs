//! The same files, hashed by the browser itself and awaited: one after another, or several at once.

use std::rc::Rc;

use super::{outcome, size};
use crate::aio::{Cx, Exception, Semaphore};
use crate::kernels::FileHash;
use crate::model::{Model, Outcome, Plan};
use crate::scenarios::LocalFuture;

/// Files handed to the browser at once: enough for every core, few enough for any memory.
const AT_ONCE: u64 = 8;

pub(super) fn coroutine(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(hash_all(cx, plan))
}

async fn hash_all(cx: Cx, plan: Rc<Plan>) -> Result<Outcome, Exception> {
    let content = Rc::new(FileHash::content(size(&plan) as usize));
    let at_once = if plan.model == Model::Sequential { 1 } else { AT_ONCE };
    let gate = Semaphore::new(&cx, "files in work", at_once);
    let files = (0..plan.values.count("files")).map(|_| {
        let (cx, gate, content) = (cx.clone(), gate.clone(), content.clone());
        async move {
            let _permit = gate.acquire().await?;
            Ok(FileHash::hex(&cx.digest(content.to_vec()).await?))
        }
    });
    if plan.model == Model::Sequential {
        let mut digests = Vec::new();
        for file in files {
            digests.push(file.await?);
        }
        return Ok(outcome(digests));
    }
    Ok(outcome(cx.gather(files).await?))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::aio::{Operation, virtual_time};
    use crate::model::{MS, State, Values};
    use crate::scenarios::threads::hashing::{HALF_MEBIBYTE, SCENARIO};
    use sha2::{Digest, Sha256};

    #[test]
    fn the_hosts_digests_are_the_known_one_and_asyncio_awaits_eight_at_once() {
        for (model, expected) in [(Model::Sequential, 20 * MS), (Model::Asyncio, 3 * MS)] {
            let plan = Plan {
                scenario: SCENARIO.id.to_owned(),
                values: Values::defaults(SCENARIO.params),
                model,
                variant: "native".to_owned(),
                seed: 42,
                repeat: 0,
            };
            let work: virtual_time::Work = Box::new(|operation| match operation {
                Operation::Digest(bytes) => (Ok(Sha256::digest(bytes).to_vec()), MS),
                _ => (Err(Exception::new("RuntimeError", "no executor")), 0),
            });
            let ran = virtual_time::run(1, work, |cx| coroutine(cx, Rc::new(plan)));
            assert_eq!(ran.result.unwrap().value, HALF_MEBIBYTE);
            assert_eq!(ran.elapsed, expected, "{model:?}: 20 files, 8 at once");
            // The loop itself sleeps while its tasks do.
            assert_eq!(ran.trace.peak(State::Sleeping), 1 + if model == Model::Asyncio { 8 } else { 1 });
        }
    }
}
