//! The same small situations as in futures.py, in the same order.

use super::log::Log;
use interleave::executors::futures::*;
use interleave::model::{MS, Outcome, Plan};
use interleave::threading::*;
use std::sync::Arc;

type Answer = Result<(), ThreadError>;

fn fails<T>(_: &ThreadCx) -> Result<T, ThreadError> {
    Err(ThreadError::raised("ValueError", "no"))
}

fn seven(_: &ThreadCx) -> Result<u32, ThreadError> {
    Ok(7)
}

/// A future that runs until it is let go.
fn held(cx: &ThreadCx, pool: &ThreadPoolExecutor) -> Result<(Future<u32>, Arc<Event>), ThreadError> {
    let (begun, go) = (Arc::new(Event::new(UNNAMED)), Arc::new(Event::new(UNNAMED)));
    let (begins, goes) = (begun.clone(), go.clone());
    let future = pool.submit(cx, move |cx| {
        begins.set(cx);
        goes.wait(cx)?;
        Ok(7)
    })?;
    begun.wait(cx)?;
    Ok((future, go))
}

fn state<T>(future: &Future<T>) -> [bool; 3] {
    [future.running(), future.done(), future.cancelled()]
}

/// The type of what was raised, as Python shows a text.
fn kind<T>(result: Result<T, ThreadError>) -> Result<String, ThreadError> {
    match result {
        Ok(_) => Ok("nothing".to_owned()),
        Err(error) => Ok(format!("'{}'", error.kind())),
    }
}

fn numbers(waited: Waited) -> [Vec<usize>; 2] {
    [waited.done, waited.not_done]
}

pub(super) fn main(cx: &ThreadCx, _: &Plan) -> Result<Outcome, ThreadError> {
    let log = Log::default();
    by_itself(cx, &log)?;
    cancelled(cx, &log)?;
    waits(cx, &log)?;
    maps(cx, &log)?;
    initializers(cx, &log)?;
    Ok(log.outcome())
}

/// Adds a callback that notes a number.
fn noting(
    cx: &ThreadCx,
    future: &Future<u32>,
    said: &Shared<Vec<u32>>,
    number: impl Fn(&Future<u32>) -> u32 + Send + 'static,
) {
    let said = said.clone();
    future.add_done_callback(cx, move |_, future| {
        said.with(|said| said.push(number(future)));
        Ok(())
    });
}

fn by_itself(cx: &ThreadCx, log: &Log) -> Answer {
    let (future, said) = (Future::<u32>::new(), Shared::new(Vec::new()));
    noting(cx, &future, &said, |_| 1);
    future.add_done_callback(cx, |cx, _| fails(cx));
    noting(cx, &future, &said, |_| 3);
    log.say("new", state(&future));
    log.tried("new, result within 1 ms", future.result_within(cx, MS));
    log.tried("begins", future.set_running_or_notify_cancel(cx));
    log.tried("begins again", future.set_running_or_notify_cancel(cx));
    log.say("running", state(&future));
    log.say("running, cancelled", future.cancel(cx));
    future.set(cx, Ok(7))?;
    log.say("finished", state(&future));
    log.say("finished, called back", said.get());
    let (says, results) = (said.clone(), future.clone());
    future.add_done_callback(cx, move |cx, _| {
        let result = results.result(cx)?;
        says.with(|said| said.push(result));
        Ok(())
    });
    log.say("finished, called back at once", said.get());
    log.say("finished, cancelled", future.cancel(cx));
    log.tried("finished, set again", kind(future.set(cx, Ok(8))));
    log.tried("finished, begins", future.set_running_or_notify_cancel(cx));
    Ok(())
}

fn cancelled(cx: &ThreadCx, log: &Log) -> Answer {
    let (future, said) = (Future::<u32>::new(), Shared::new(Vec::new()));
    let says = said.clone();
    future.add_done_callback(cx, move |_, future| {
        says.with(|said| said.push(future.cancelled()));
        Ok(())
    });
    log.say("cancelled", future.cancel(cx));
    log.say("cancelled again", future.cancel(cx));
    log.say("cancelled, called back", said.get());
    log.say("cancelled, state", state(&future));
    log.tried("cancelled, result", future.result(cx));
    log.tried("cancelled, exception", future.exception(cx, None).map(|e| u32::from(e.is_some())));
    log.tried("cancelled, set", kind(future.set(cx, fails(cx))));
    let all = [future.clone()];
    let waited = || Ok::<_, ThreadError>(numbers(wait(cx, &all, ReturnWhen::AllCompleted, Some(0))?));
    log.say("cancelled, waited for", waited()?);
    log.tried("cancelled, begins", future.set_running_or_notify_cancel(cx));
    log.say("cancelled, then waited for", waited()?);
    log.tried("cancelled, begins again", future.set_running_or_notify_cancel(cx));
    Ok(())
}

fn waits(cx: &ThreadCx, log: &Log) -> Answer {
    use ReturnWhen::{AllCompleted, FirstCompleted, FirstException};
    log.tried("pool of none", ThreadPoolExecutor::new("pool", 0).map(drop));
    let pool = ThreadPoolExecutor::new("pool", 2)?;
    log.tried("result", pool.submit(cx, seven)?.result(cx));
    log.tried("exception at result", pool.submit(cx, fails::<u32>)?.result(cx));
    let raised = pool.submit(cx, fails::<u32>)?.exception(cx, None)?;
    log.tried("exception", kind(raised.map_or(Ok(()), Err)));
    log.tried("no exception", pool.submit(cx, seven)?.exception(cx, None)?.map_or(Ok(()), Err));
    let ((one, go), (two, also)) = (held(cx, &pool)?, held(cx, &pool)?);
    let late = pool.submit(cx, |_| Ok(8))?;
    let all = [one.clone(), two.clone(), late.clone()];
    log.tried("held within 1 ms", one.result_within(cx, MS));
    log.tried("held, its exception within 0 ms", one.exception(cx, Some(0)).map(|_| ()));
    log.say("late", state(&late));
    let ends = |what, futures: &[&Future<u32>]| {
        let futures = futures.iter().copied().cloned().collect();
        log.tried(what, as_completed(futures, Some(MS)).next(cx).map(|_| ()));
        Ok::<_, ThreadError>(())
    };
    let waits = |what, futures: &[&Future<u32>], when, limit| {
        let futures: Vec<_> = futures.iter().copied().cloned().collect();
        log.tried(what, wait(cx, &futures, when, limit).map(numbers));
    };
    log.say("wait 1 ms", numbers(wait(cx, &all, AllCompleted, Some(MS))?));
    ends("as_completed within 1 ms", &[&one, &two, &late])?;
    ends("as_completed of one listed twice", &[&one, &one])?;
    log.say("late cancelled", late.cancel(cx));
    log.say("wait 1 ms, cancelled", numbers(wait(cx, &all, AllCompleted, Some(MS))?));
    go.set(cx);
    waits("wait for the first", &[&one, &two], FirstCompleted, None);
    // In Python the sets are told in the order of another list.
    let again = numbers(wait(cx, &[two.clone(), one.clone()], FirstCompleted, None)?);
    log.say("wait for the first again", again.map(|some| some.iter().map(|n| 1 - n).collect::<Vec<usize>>()));
    let bad = pool.submit(cx, fails)?;
    waits("wait for an exception", &[&one, &two, &bad], FirstException, None);
    waits("wait for an exception again", &[&two, &bad], FirstException, None);
    waits("no exception within 1 ms", &[&one, &two], FirstException, Some(MS));
    also.set(cx);
    waits("wait for all", &[&one, &two, &bad], AllCompleted, None);
    waits("wait for none", &[], AllCompleted, None);
    let twice = wait(cx, &[one.clone(), one.clone()], AllCompleted, None)?;
    log.say("wait for one listed twice", twice.done.len() + twice.not_done.len());
    let (mut ends, mut ended) = (as_completed(vec![one, two], None), Vec::new());
    while let Some((_, future)) = ends.next(cx)? {
        ended.push(future.result(cx)?);
    }
    log.say("as_completed", ended);
    log.tried("map", pool.map(cx, |_, n: u32| Ok(n * n), 0..5)?.all(cx));
    log.tried("map over nothing", pool.map(cx, |cx, _: u32| fails::<u32>(cx), [])?.all(cx));
    pool.shutdown(cx, true, false)
}

fn maps(cx: &ThreadCx, log: &Log) -> Answer {
    let pool = ThreadPoolExecutor::new("pool", 1)?;
    let divide = |_: &ThreadCx, n: u32| {
        let zero = || ThreadError::raised("ZeroDivisionError", "integer division or modulo by zero");
        6_u32.checked_div(3 - n.min(3)).ok_or_else(zero)
    };
    let mut results = pool.map(cx, divide, 0..5)?;
    for what in ["map, first", "map, second", "map, third", "map, raises"] {
        log.tried(what, results.next(cx).map(Option::unwrap_or_default));
    }
    log.say("map, after", results.next(cx)?);
    let (go, ran) = (Arc::new(Event::new(UNNAMED)), Shared::new(Vec::new()));
    let (goes, runs) = (go.clone(), ran.clone());
    let body = move |cx: &ThreadCx, n: u32| {
        runs.with(|ran| ran.push(n));
        if n == 1 { Ok(goes.wait(cx)?) } else { Ok(()) }
    };
    let mut results = pool.map_within(cx, 500 * MS, body, 0..3)?;
    results.next(cx)?;
    log.line("map within 500 ms, first", "(None, False)");
    log.tried("map within 500 ms, second", results.next(cx).map(|_| ()));
    go.set(cx);
    log.say("map within 500 ms, after", results.next(cx)?.map(|()| 0_u32));
    pool.submit(cx, |_| Ok(()))?.result(cx)?;
    log.say("map within 500 ms, ran", ran.get());
    let (one, go) = held(cx, &pool)?;
    let runs = ran.clone();
    let body = move |_: &ThreadCx, n: u32| {
        runs.with(|ran| ran.push(n));
        Ok(())
    };
    pool.map(cx, body, [7, 8])?.close(cx);
    let mut ends = as_completed(vec![one], Some(200 * MS));
    cx.sleep(300 * MS)?;
    go.set(cx);
    let first = ends.next(cx)?.map(|(_, future)| future.clone());
    log.tried("as_completed, asked for later", first.map_or(Ok(0), |future| future.result(cx)));
    pool.submit(cx, |_| Ok(()))?.result(cx)?;
    log.say("map closed before its first, ran", ran.get());
    let (one, go) = held(cx, &pool)?;
    let late = pool.submit(cx, seven)?;
    pool.shutdown(cx, false, true)?;
    log.say("shut down, held", state(&one));
    log.say("shut down, late", state(&late));
    log.tried("shut down, submit", pool.submit(cx, |_| Ok(())).map(drop));
    go.set(cx);
    log.tried("shut down, held result", one.result(cx));
    log.tried("shut down again", pool.shutdown(cx, true, false));
    Ok(())
}

fn initializers(cx: &ThreadCx, log: &Log) -> Answer {
    let began = Shared::new(0_u32);
    let begins = began.clone();
    let pool = ThreadPoolExecutor::new("pool", 1)?.initializer(move |_| {
        begins.with(|began| *began += 1);
        Ok(())
    });
    for what in ["initialized, result", "initialized once"] {
        let began = began.clone();
        log.tried(what, pool.submit(cx, move |_| Ok(began.get()))?.result(cx));
    }
    pool.shutdown(cx, true, false)?;
    let go = Arc::new(Event::new(UNNAMED));
    let goes = go.clone();
    let pool = ThreadPoolExecutor::new("pool", 1)?.initializer(move |cx| {
        goes.wait(cx)?;
        Err(ThreadError::raised("OSError", "no"))
    });
    let (first, second) = (pool.submit(cx, seven)?, pool.submit(cx, seven)?);
    go.set(cx);
    log.tried("broken, first", first.result(cx));
    log.tried("broken, second", second.result(cx));
    log.tried("broken, submit", pool.submit(cx, seven).map(drop));
    log.tried("broken, map", pool.map(cx, |_, n: u32| Ok(n), [1]).map(drop));
    pool.shutdown(cx, true, false)?;
    log.tried("broken, submit after shutdown", pool.submit(cx, seven).map(drop));
    Ok(())
}
