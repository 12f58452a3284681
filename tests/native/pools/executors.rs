//! The executors of pools.py, in the same order.

use super::jobs::ints;
use super::say::{Log, kind};
use interleave::aio::Exception;
use interleave::executors::futures::processes::*;
use interleave::model::MS;
use interleave::multiprocessing::{ProcessCx, Value};

fn state(future: &Future) -> [bool; 3] {
    [future.running(), future.done(), future.cancelled()]
}

async fn waited(futures: &[Future], when: ReturnWhen, limit: Option<u64>) -> [Vec<usize>; 2] {
    let Waited { done, not_done } = wait(futures, when, limit).await;
    [done, not_done]
}

pub async fn executors(cx: &ProcessCx, log: &Log) -> Result<(), Exception> {
    let none = Order { max_tasks: Some(0), ..Order::new(1) };
    log.tried("an executor of none", ProcessPoolExecutor::new(cx, Order::new(0)).map(|_| ()));
    log.tried("an executor whose processes do nothing", ProcessPoolExecutor::new(cx, none).map(|_| ()));
    results(cx, log).await?;
    ends(cx, log).await?;
    breaks(cx, log).await
}

async fn results(cx: &ProcessCx, log: &Log) -> Result<(), Exception> {
    use ReturnWhen::{AllCompleted, FirstCompleted, FirstException};
    let pool = ProcessPoolExecutor::new(cx, Order::new(2))?;
    log.tried("result", pool.submit("square", Value::Int(3))?.result().await);
    log.tried("exception at result", pool.submit("odd", Value::Int(1))?.result().await);
    let raised = pool.submit("odd", Value::Int(1))?.exception(None).await?;
    log.say("exception", kind(raised.map_or(Ok(()), Err)));
    log.tried("no exception", pool.submit("odd", Value::Int(2))?.exception(None).await?.map_or(Ok(()), Err));
    log.tried("map", pool.map("square", ints(0..5), 1, None)?.all().await);
    log.tried("map in chunks", pool.map("square", ints(0..5), 2, None)?.all().await);
    log.tried("map in chunks of none", pool.map("square", ints([1]), 0, None).map(|_| ()));
    let mut results = pool.map("odd", ints(0..3), 1, None)?;
    for what in ["map, first", "map, raises", "map, after"] {
        log.tried(what, results.next().await);
    }
    let mut results = pool.map("odd", ints([0, 2, 1, 4]), 2, None)?;
    for what in ["map in chunks, first", "map in chunks, second", "map in chunks, raises"] {
        log.tried(what, results.next().await);
    }
    let two = [pool.submit("slow", Value::Int(300))?, pool.submit("odd", Value::Int(1))?];
    let [slow, _] = two.clone();
    log.tried("result within 1 ms", slow.result_within(MS).await);
    log.say("wait 1 ms", waited(&two[..1], AllCompleted, Some(MS)).await);
    log.say("wait for the first", waited(&two, FirstCompleted, None).await);
    log.say("wait for an exception", waited(&two, FirstException, None).await);
    let mut twice = as_completed(vec![slow.clone(), slow], Some(MS));
    log.tried("as_completed within 1 ms", twice.next().await.map(|_| ()));
    log.say("wait for all", waited(&two, AllCompleted, None).await);
    let fine = [pool.submit("slow", Value::Int(0))?, pool.submit("slow", Value::Int(300))?];
    log.say("wait for no exception", waited(&fine, FirstException, None).await);
    log.tried("map within 50 ms", pool.map("slow", ints([0, 300]), 1, Some(50 * MS))?.all().await);
    let (quick, slow) = (pool.submit("slow", Value::Int(0)), pool.submit("slow", Value::Int(500)));
    let mut ends = as_completed(vec![slow?, quick?], None);
    let mut ended = Vec::new();
    while let Some((_, future)) = ends.next().await? {
        ended.push(future.result().await?);
    }
    log.say("as_completed", ended);
    log.say("what cannot be sent", kind(pool.submit("main.<locals>.<lambda>", Value::None)?.result().await));
    log.tried("what cannot be sent back", pool.submit("unsendable", Value::Int(1))?.result().await);
    pool.shutdown(true, false).await;
    log.tried("shut down, submit", pool.submit("square", Value::Int(1)).map(|_| ()));
    Ok(())
}

async fn ends(cx: &ProcessCx, log: &Log) -> Result<(), Exception> {
    let pool = ProcessPoolExecutor::new(cx, Order::new(1))?;
    let all: Vec<Future> = (0..6).map(|_| pool.submit("slow", Value::Int(200))).collect::<Result<_, _>>()?;
    all[0].result().await?;
    cx.sleep(50 * MS).await;
    let some = [1, 2, 4, 5].map(|n| all[n].clone());
    log.say("one done, others", some.each_ref().map(state));
    log.say("cancel what is on its way", all[1].cancel());
    log.say("cancel what is not", all[5].cancel());
    pool.shutdown(true, true).await;
    log.say("shut down, others", some.each_ref().map(state));
    Ok(())
}

async fn breaks(cx: &ProcessCx, log: &Log) -> Result<(), Exception> {
    let pool = ProcessPoolExecutor::new(cx, Order::new(1))?;
    let (running, pending) = (pool.submit("slow", Value::Int(60_000))?, pool.submit("slow", Value::Int(60_000))?);
    cx.sleep(500 * MS).await;
    cx.active_children()[0].kill();
    log.tried("killed, running", running.result().await);
    log.tried("killed, pending", pending.result().await);
    log.tried("killed, submit", pool.submit("square", Value::Int(1)).map(|_| ()));
    pool.shutdown(true, false).await;
    let initializer = |name: &str| Some((name.to_owned(), Value::Int(1)));
    let pool = ProcessPoolExecutor::new(cx, Order { initializer: initializer("nothing"), ..Order::new(1) })?;
    log.tried("initialized", pool.submit("square", Value::Int(3))?.result().await);
    pool.shutdown(true, false).await;
    let pool = ProcessPoolExecutor::new(cx, Order { initializer: initializer("fails"), ..Order::new(1) })?;
    log.tried("initializer raises", pool.submit("square", Value::Int(3))?.result().await);
    log.tried("initializer raised, submit", pool.submit("square", Value::Int(3)).map(|_| ()));
    let pool = ProcessPoolExecutor::new(cx, Order { max_tasks: Some(1), ..Order::new(1) })?;
    for _ in 0..3 {
        pool.submit("square", Value::Int(3))?.result().await?;
    }
    pool.shutdown(true, false).await;
    log.say("one task each", pool.started());
    Ok(())
}
