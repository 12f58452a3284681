//! `concurrent.futures` over threads: results, order, exceptions, limits, cancellation and shutdown.
#![allow(clippy::unwrap_used, clippy::panic)]

use super::super::futures::{Future, ReturnWhen, ThreadPoolExecutor, as_completed, wait};
use super::script::{BOTH, done};
use crate::model::{MS, Mark, Model, Outcome, SECOND};
use crate::threading::*;
use std::sync::Arc;

fn kind<T>(result: Result<T, ThreadError>) -> String {
    result.err().unwrap().kind().to_owned()
}

/// A future whose body begins, and ends when the event is set.
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

#[test]
fn a_future_has_a_result_an_exception_or_a_cancellation() {
    for model in BOTH {
        let (_, trace, _) = done(model, |cx, _| {
            let pool = ThreadPoolExecutor::new("pool", 1)?;
            let bad = pool.submit(cx, |_| Err::<u32, _>(ThreadError::raised("ValueError", "bad")))?;
            assert_eq!(bad.result(cx).unwrap_err().to_string(), "ValueError: bad");
            assert_eq!(bad.exception(cx, None)?.unwrap().kind(), "ValueError");
            let (slow, go) = held(cx, &pool)?;
            let late = pool.submit(cx, |_| Ok(8))?;
            assert!(slow.running() && !slow.done() && !slow.cancel(cx) && !late.running());
            assert_eq!(kind(slow.result_within(cx, MS)), "TimeoutError");
            assert_eq!(kind(slow.result_within(cx, 0)), "TimeoutError");
            assert!(late.cancel(cx) && late.cancel(cx) && late.cancelled() && late.done());
            assert_eq!(kind(late.result(cx)), "CancelledError");
            assert_eq!(kind(late.exception(cx, None)), "CancelledError");
            go.set(cx);
            assert_eq!((slow.result(cx)?, slow.exception(cx, Some(0))?), (7, None));
            assert!(!slow.cancel(cx) && slow.done() && !slow.cancelled());
            pool.shutdown(cx, true, false)?;
            assert_eq!(kind(pool.submit(cx, |_| Ok(()))), "RuntimeError");
            Ok(Outcome::new("well"))
        });
        let jobs = |mark| trace.marks(mark).map(|r| r.arg).collect::<Vec<_>>();
        assert_eq!((jobs(Mark::Job), jobs(Mark::Finished), jobs(Mark::Failed)), (vec![0, 1], vec![1], vec![0]));
    }
}

#[test]
fn threads_are_started_as_they_are_needed() {
    for model in BOTH {
        let (_, trace, _) = done(model, |cx, _| {
            let pool = ThreadPoolExecutor::new("pool", 2)?;
            for _ in 0..3 {
                pool.submit(cx, |_| Ok(()))?.result(cx)?;
                cx.sleep(20 * MS)?; // until the thread is idle
            }
            let (one, go) = held(cx, &pool)?;
            let (two, also) = held(cx, &pool)?;
            go.set(cx);
            also.set(cx);
            assert_eq!(one.result(cx)? + two.result(cx)?, 14);
            pool.shutdown(cx, true, false)?;
            pool.shutdown(cx, true, true)?;
            Ok(Outcome::new("well"))
        });
        assert!((1..=2).contains(&trace.marks(Mark::Created).count()), "{model:?}");
        assert_eq!(trace.marks(Mark::Job).count(), 5);
    }
}

#[test]
fn map_keeps_the_order_of_its_items_and_ends_at_the_first_exception() {
    for model in BOTH {
        done(model, |cx, _| {
            let pool = ThreadPoolExecutor::new("pool", 2)?;
            let squares = pool.map(
                cx,
                |cx, n: u64| {
                    cx.sleep((6 - n) * 2 * MS)?;
                    Ok(n * n)
                },
                1..=5,
            )?;
            assert_eq!(squares.all(cx)?, [1, 4, 9, 16, 25]);
            let mut results =
                pool.map(cx, |_, n: u32| if n == 1 { Err(ThreadError::raised("OSError", "")) } else { Ok(n) }, 0..9)?;
            assert_eq!(results.next(cx)?, Some(0));
            assert_eq!(kind(results.next(cx)), "OSError");
            assert_eq!(results.next(cx)?, None);
            pool.shutdown(cx, true, false)?;
            Ok(Outcome::new("well"))
        });
    }
}

#[test]
fn as_completed_gives_each_future_once_as_it_ends() {
    for model in BOTH {
        done(model, |cx, _| {
            let pool = ThreadPoolExecutor::new("pool", 2)?;
            let (first, go) = held(cx, &pool)?;
            let (second, also) = held(cx, &pool)?;
            let gone = pool.submit(cx, |_| Ok(1))?;
            gone.cancel(cx);
            let mut ends = as_completed(vec![first, second, gone], None);
            also.set(cx);
            let mut seen = Vec::new();
            while let Some((number, future)) = ends.next(cx)? {
                assert!(future.done());
                seen.push(number);
                go.set(cx); // the first ends only when another has
            }
            assert_eq!((seen.len(), seen[0] != 0), (3, true), "{seen:?}");
            let (slow, go) = held(cx, &pool)?;
            let mut ends = as_completed(vec![slow], Some(MS));
            assert_eq!(ends.next(cx).err().unwrap().to_string(), "TimeoutError: 1 (of 1) futures unfinished");
            go.set(cx);
            pool.shutdown(cx, true, false)?;
            Ok(Outcome::new("well"))
        });
    }
}

#[test]
fn a_shutdown_may_cancel_what_has_not_begun() {
    let (outcome, ..) = done(Model::Threads, |cx, _| {
        let pool = ThreadPoolExecutor::new("pool", 1)?;
        let (slow, go) = held(cx, &pool)?;
        let late: Vec<Future<()>> =
            (0..3).map(|_| pool.submit(cx, |cx| Ok(cx.sleep(1_000 * SECOND)?))).collect::<Result<_, _>>()?;
        pool.shutdown(cx, false, true)?;
        assert!(slow.running() && late.iter().all(Future::cancelled));
        go.set(cx);
        Ok(Outcome::new(slow.result(cx)?.to_string()))
    });
    assert_eq!(outcome.value, "7");
}

#[test]
fn a_pool_that_is_not_shut_down_ends_what_was_submitted_when_the_main_function_has_ended() {
    for model in BOTH {
        let (_, trace, elapsed) = done(model, |cx, _| {
            let pool = ThreadPoolExecutor::new("pool", 2)?;
            for _ in 0..3 {
                pool.submit(cx, |cx| Ok(cx.sleep(20 * MS)?))?;
            }
            Ok(Outcome::new("well"))
        });
        assert_eq!(trace.marks(Mark::Finished).count(), 3, "{model:?}");
        assert!(elapsed >= 40 * MS);
    }
}

/// What a thread was told.
static SAID: std::sync::Mutex<Option<String>> = std::sync::Mutex::new(None);

#[test]
fn nothing_can_be_submitted_when_the_main_function_has_ended() {
    done(Model::FreeThreads, |cx, _| {
        let pool = Arc::new(ThreadPoolExecutor::new("pool", 1)?);
        let again = pool.clone();
        pool.submit(cx, move |cx| {
            let refused = loop {
                match again.submit(cx, |_| Ok(())) {
                    Ok(_) => cx.sleep(MS)?,
                    Err(error) => break error,
                }
            };
            *SAID.lock().unwrap() = Some(refused.to_string());
            Ok(())
        })?;
        Ok(Outcome::new("well"))
    });
    let said = SAID.lock().unwrap().clone().unwrap();
    assert_eq!(said, "RuntimeError: cannot schedule new futures after interpreter shutdown");
}

/// What another thread was told.
static TOLD: std::sync::Mutex<Option<String>> = std::sync::Mutex::new(None);

/// Answers are CPython 3.13's: whoever joins the main thread goes on before the interpreter has joined the others.
#[test]
fn the_main_thread_can_be_joined_and_no_pool_begins_after_it() {
    done(Model::FreeThreads, |cx, _| {
        let (pool, main) = (ThreadPoolExecutor::new("pool", 1)?, cx.main_thread());
        let other = Thread::new("other", move |cx| {
            main.join(cx)?;
            let refused = pool.submit(cx, |_| Ok(())).err().map(|error| error.to_string());
            *TOLD.lock().unwrap() = Some(format!("{} {}", main.is_alive(), refused.unwrap_or_default()));
            Ok(())
        });
        other.start(cx)?;
        Ok(Outcome::new("well"))
    });
    let told = TOLD.lock().unwrap().clone().unwrap();
    assert_eq!(told, "false RuntimeError: cannot schedule new futures after interpreter shutdown");
}

#[test]
fn who_waits_in_turns_leaves_nothing_behind() {
    done(Model::FreeThreads, |cx, _| {
        let pool = ThreadPoolExecutor::new("pool", 1)?;
        let (slow, go) = held(cx, &pool)?;
        for _ in 0..20 {
            assert_eq!(wait(cx, std::slice::from_ref(&slow), ReturnWhen::FirstCompleted, Some(MS / 10))?.not_done, [0]);
            assert!(as_completed(vec![slow.clone()], Some(0)).next(cx).is_err());
        }
        assert_eq!(slow.watchers(), 0);
        go.set(cx);
        pool.shutdown(cx, true, false)?;
        Ok(Outcome::new("well"))
    });
}
