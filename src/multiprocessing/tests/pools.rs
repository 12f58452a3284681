//! Pools and executors: who is replaced, what is lost, and what is still done when the main function has ended.

use super::*;
use crate::model::{SECOND, What};
use crate::multiprocessing::futures::{self, ProcessPoolExecutor, as_completed};
use std::cell::RefCell;
use std::rc::Rc;

const POOLED: &[Target] = &[
    NAP,
    Target {
        name: "even",
        run: |cx, args| {
            Box::pin(async move {
                let n = args.value.int().unwrap_or_default();
                if n % 2 == 1 {
                    return Err(Exception::new("ValueError", n.to_string()));
                }
                cx.sleep(n as u64 * MS).await;
                Ok(Value::None)
            })
        },
    },
    Target { name: "fail", run: |_, _| Box::pin(async { Err(Exception::new("ValueError", "no")) }) },
];

fn pooled(main: Main) -> Ran {
    let ran = virtual_time::run(Code { main, targets: POOLED }, &plan());
    assert!(ran.result.is_ok(), "{:?}", ran.result);
    ran
}

fn ints(numbers: impl IntoIterator<Item = i64>) -> Vec<Value> {
    numbers.into_iter().map(Value::Int).collect()
}

#[test]
fn a_process_that_has_done_its_tasks_is_replaced() {
    let ran = pooled(|cx, _| {
        Box::pin(async move {
            let order = PoolOrder { max_tasks: Some(2), most: 10, ..PoolOrder::new(2) };
            let pool = Pool::start(&cx, order)?;
            assert_eq!(pool.map("nap", ints(0..8), 1).await?, ints(0..8));
            pool.close();
            pool.join().await?;
            assert_eq!(pool.died(), 0);
            Ok(Outcome::new(pool.started().to_string()))
        })
    });
    let started: u32 = ran.result.unwrap().value.parse().unwrap();
    assert!((4..=6).contains(&started), "{started}: eight tasks, two for each process");
}

#[test]
fn a_process_whose_initializer_raises_is_replaced_until_there_may_be_no_more() {
    pooled(|cx, _| {
        Box::pin(async move {
            let initializer = Some(("fail".to_owned(), Value::None));
            let pool = Pool::start(&cx, PoolOrder { initializer, most: 5, ..PoolOrder::new(2) })?;
            let lost = pool.apply("nap", Value::Int(0)).await.unwrap_err();
            assert_eq!((lost.kind.as_ref(), pool.started(), pool.died()), ("RuntimeError", 5, 5));
            assert_eq!(pool.last_error().as_deref(), Some("ValueError: no"));
            assert_eq!(pool.apply("nap", Value::Int(0)).await.unwrap_err().kind, "RuntimeError");
            Ok(Outcome::default())
        })
    });
}

#[test]
fn a_map_that_raises_is_waited_for_to_its_end() {
    pooled(|cx, _| {
        Box::pin(async move {
            let pool = Pool::start(&cx, PoolOrder::new(2))?;
            let (result, from) = (pool.map_async("even", ints([1, 500]), 1)?, cx.now());
            assert_eq!(result.get_within(100 * MS).await.unwrap_err().kind, "TimeoutError");
            assert_eq!(result.get().await.unwrap_err().to_string(), "ValueError: 1");
            assert!(cx.now() - from >= 500 * MS);
            Ok(Outcome::default())
        })
    });
}

#[test]
fn chunks_are_letters_and_results_keep_their_order() {
    let letters = |chunksize: &'static str| {
        MAPPED.set(chunksize.parse().unwrap());
        let ran = pooled(|cx, _| {
            Box::pin(async move {
                let pool = Pool::start(&cx, PoolOrder::new(2))?;
                assert_eq!(pool.map("nap", ints((0..12).rev()), MAPPED.get()).await?, ints((0..12).rev()));
                Ok(Outcome::default())
            })
        });
        ran.trace.marks(Mark::Sent).filter(|r| r.lane == 0).count()
    };
    // CPython hands 12 values to 2 processes in chunks of 2.
    assert_eq!([letters("1"), letters("5"), letters("0")], [12, 3, 6]);
}

std::thread_local! {
    static MAPPED: std::cell::Cell<usize> = const { std::cell::Cell::new(0) };
}

#[test]
fn a_pool_is_terminated_when_the_main_function_has_ended() {
    let ran = pooled(|cx, _| {
        Box::pin(async move {
            let pool = Pool::start(&cx, PoolOrder::new(1))?;
            pool.apply_async("nap", Value::Int(1_000_000))?;
            assert_eq!(
                pool.imap_unordered("nap", ints([1]), 1)?.next_within(MS).await.unwrap_err().kind,
                "TimeoutError"
            );
            Ok(Outcome::default())
        })
    });
    assert!(ran.elapsed < SECOND, "{}", ran.elapsed);
}

#[test]
fn an_executor_does_what_was_submitted_before_the_program_ends() {
    let ran = pooled(|cx, _| {
        Box::pin(async move {
            let pool = ProcessPoolExecutor::new(&cx, futures::Order::new(2))?;
            for n in [700, 100, 300] {
                let mark = cx.clone();
                pool.submit("nap", Value::Int(n))?.add_done_callback(move |_| mark.mark(Mark::Finished, n as usize));
            }
            Ok(Outcome::default())
        })
    });
    let ended: Vec<u32> = ran.trace.marks(Mark::Finished).map(|r| r.arg).collect();
    assert_eq!(ended, [100, 300, 700]);
    assert!((700 * MS..SECOND).contains(&ran.elapsed), "{}", ran.elapsed);
    assert_eq!(
        ran.trace.lanes.iter().map(|l| l.name.as_str()).collect::<Vec<_>>()[1..],
        ["SpawnProcess-1", "SpawnProcess-2"]
    );
}

#[test]
fn an_executor_starts_processes_as_they_are_needed_and_reuses_them() {
    let ran = pooled(|cx, _| {
        Box::pin(async move {
            let pool = ProcessPoolExecutor::new(&cx, futures::Order::new(4))?;
            for n in 0..3 {
                pool.submit("nap", Value::Int(n))?.result().await?;
            }
            assert_eq!(pool.started(), 1);
            let all = (0..9).map(|_| pool.submit("nap", Value::Int(100))).collect::<Result<Vec<_>, _>>()?;
            assert_eq!(pool.started(), 4);
            let mut ends = as_completed(all, None);
            let mut count = 0;
            while let Some((_, future)) = ends.next().await? {
                assert!(future.done());
                count += 1;
            }
            pool.shutdown(true, false).await;
            Ok(Outcome::new(count.to_string()))
        })
    });
    assert_eq!(ran.result.unwrap().value, "9");
    assert_eq!(ran.trace.lanes.len(), 5);
    let busy = ran.trace.records.iter().filter(|r| r.what == What::Enter(State::Sleeping));
    assert_eq!(busy.map(|r| r.lane).collect::<std::collections::BTreeSet<_>>().len(), 4);
}

#[test]
fn processes_of_an_executor_that_have_done_their_calls_are_replaced() {
    pooled(|cx, _| {
        Box::pin(async move {
            let order = futures::Order { max_tasks: Some(2), ..futures::Order::new(1) };
            let pool = ProcessPoolExecutor::new(&cx, order)?;
            // CPython 3.13.0 waits for ever here.
            let results = pool.map("nap", ints(0..5), 1, None)?.all().await?;
            assert_eq!((results, pool.started()), (ints(0..5), 3));
            pool.shutdown(true, false).await;
            Ok(Outcome::default())
        })
    });
}

#[test]
fn futures_call_back_in_order_and_refuse_a_second_end() {
    pooled(|cx, _| {
        Box::pin(async move {
            let (future, said) = (futures::Future::new(&cx), Rc::new(RefCell::new(Vec::new())));
            for n in 0..3 {
                let says = said.clone();
                future.add_done_callback(move |_| says.borrow_mut().push(n));
            }
            assert!(future.set_running_or_notify_cancel()? && future.running() && !future.cancel());
            assert_eq!(future.set_running_or_notify_cancel().unwrap_err().kind, "RuntimeError");
            future.set(Ok(Value::Int(1)))?;
            assert_eq!(future.set(Ok(Value::Int(2))).unwrap_err().to_string(), "InvalidStateError: FINISHED");
            let says = said.clone();
            future.add_done_callback(move |_| says.borrow_mut().push(9));
            assert_eq!((future.result().await?, said.borrow().clone()), (Value::Int(1), vec![0, 1, 2, 9]));
            let gone = futures::Future::new(&cx);
            assert!(gone.cancel() && gone.cancel() && gone.done());
            assert_eq!(gone.result().await.unwrap_err().kind, "CancelledError");
            let waits = |all: Vec<futures::Future>| async move {
                futures::wait(&all, futures::ReturnWhen::AllCompleted, Some(MS)).await.done.len()
            };
            assert_eq!(waits(vec![gone.clone()]).await, 0, "nobody has come upon it");
            assert!(!gone.set_running_or_notify_cancel()?);
            assert_eq!(waits(vec![gone.clone(), gone, future]).await, 2);
            Ok(Outcome::default())
        })
    });
}
