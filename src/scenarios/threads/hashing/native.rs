//! The same files, hashed by the browser itself and awaited: one after another, several at once, or in a pool of processes.

use std::rc::Rc;

use super::{outcome, size};
use crate::aio::{Cx, Exception, Semaphore};
use crate::kernels::FileHash;
use crate::model::{Model, Outcome, Plan};
use crate::multiprocessing::futures::{Order, ProcessPoolExecutor};
use crate::multiprocessing::{Args, ProcessCx, Target, Value};
use crate::scenarios::{Code, LocalFuture, Processes, engine_only};

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

/// As the twin does it: `list(pool.map(digest, SIZES))`.
pub(super) const PROCESSES: Processes = Processes {
    shared: false,
    count: |plan| 1 + workers(plan) as usize,
    code: engine_only(Code { main: pooled, targets: &[Target { name: "digest", run: digest }] }),
};

fn workers(plan: &Plan) -> u64 {
    let count = |key| plan.values.count(key).max(1);
    count("workers").min(count("files"))
}

fn pooled(cx: ProcessCx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let pool = ProcessPoolExecutor::new(&cx, Order::new(workers(&plan) as u32))?;
        let sizes = vec![Value::from(size(&plan)); plan.values.count("files") as usize];
        let files = sizes.len();
        let (mut results, mut digests) = (pool.map("digest", sizes, 1, None)?, Vec::new());
        while let Some(digest) = results.next().await? {
            digests.push(digest.text().unwrap_or_default().to_owned());
            cx.progress(digests.len() as f32 / files as f32);
        }
        pool.shutdown(true, false).await;
        Ok(outcome(digests))
    })
}

/// In a process: only the size comes, the file is made where it is hashed.
fn digest(cx: ProcessCx, args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let size = args.value.int().and_then(|size| usize::try_from(size).ok()).unwrap_or_default();
        let digest = cx.digest(FileHash::content(size)).await?;
        Ok(Value::from(FileHash::hex(&digest).as_str()))
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::aio::{Operation, virtual_time};
    use crate::model::{Cell, MS, Machine, Report, Run, RunEnd, State, Trace, Values};
    use crate::multiprocessing;
    use crate::scenarios::threads::hashing::{HALF_MEBIBYTE, KNOWN, SCENARIO};

    fn plan(model: Model, values: &[(&str, &str)]) -> Plan {
        let mut all = Values::defaults(SCENARIO.params);
        values.iter().for_each(|(key, value)| all.set(SCENARIO.params, key, value).unwrap());
        let (scenario, variant) = (SCENARIO.id.to_owned(), "native".to_owned());
        Plan { scenario, values: all, model, variant, seed: 42, repeat: 0 }
    }

    #[test]
    fn the_hosts_digests_are_the_known_one_and_asyncio_awaits_eight_at_once() {
        for (model, expected) in [(Model::Sequential, 20 * MS), (Model::Asyncio, 3 * MS)] {
            let work: virtual_time::Work = Box::new(|operation| match operation {
                Operation::Digest(bytes) => (Ok(FileHash::digest(&bytes)), MS),
                _ => (Err(Exception::new("RuntimeError", "no executor")), 0),
            });
            let ran = virtual_time::run(1, work, |cx| coroutine(cx, Rc::new(plan(model, &[]))));
            assert_eq!(ran.result.unwrap().value, HALF_MEBIBYTE);
            assert_eq!(ran.elapsed, expected, "{model:?}: 20 files, 8 at once");
            // The loop itself sleeps while its tasks do.
            assert_eq!(ran.trace.peak(State::Sleeping), 1 + if model == Model::Asyncio { 8 } else { 1 });
        }
    }

    #[test]
    fn processes_await_the_same_digests_at_once_and_are_never_more_than_the_files() {
        let mut took = Vec::new();
        let cases = [("20", 512, "1", 1), ("20", 512, "4", 4), ("3", 1, "8", 3), ("1", 4_096, "1", 1)];
        for (files, size, workers, processes) in cases {
            let values = [("files", files), ("size", &*size.to_string()), ("workers", workers)];
            let plan = plan(Model::Processes, &values);
            let ran = multiprocessing::virtual_time::run(PROCESSES.code.unwrap(), &plan);
            let outcome = ran.result.unwrap();
            let known = KNOWN.iter().find(|(known, _)| *known == size).unwrap();
            assert_eq!((outcome.value.as_str(), outcome.figure("files")), (known.1, files.parse().ok()), "{values:?}");
            assert_eq!(ran.trace.lanes.len(), processes + 1, "{values:?}");
            assert_eq!((PROCESSES.count)(&plan), processes + 1, "{values:?}");
            took.push(ran.elapsed);
        }
        // A file is hashed in half a millisecond there: twenty one after another, or four at once.
        assert!(took[1] + 7 * MS < took[0], "{took:?}");
    }

    #[test]
    fn what_processes_await_is_judged_with_all_the_others() {
        let judged = |value: &str| {
            let mut spec = SCENARIO.defaults();
            spec.repeats = 1;
            let cells = [(Model::Sequential, "ours", HALF_MEBIBYTE), (Model::Sequential, "native", HALF_MEBIBYTE)];
            let cells =
                cells.into_iter().chain([(Model::Processes, "native", value)]).map(|(model, variant, value)| {
                    let end = RunEnd::Finished(Outcome::new(value));
                    let runs = vec![Run { repeat: 0, end, elapsed: 70 * MS, trace: Trace::default() }];
                    Cell { model, variant: variant.to_owned(), runs }
                });
            let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
            Report { spec, machine, cells: cells.collect(), recorded: None }
        };
        for (value, right) in [(HALF_MEBIBYTE, true), (KNOWN[0].1, false), ("", false)] {
            let report = judged(value);
            assert_eq!(SCENARIO.claims(&report).iter().all(|claim| claim.ok), right, "{value}");
            let said = SCENARIO.explain(&report).join(" ");
            assert!(said.contains("took: sequential **70.0 ms**, processes **70.0 ms**. One thread"), "{said}");
        }
    }
}
