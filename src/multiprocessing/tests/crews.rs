//! Crews of pools and executors: who gets a task, who is replaced, and that nothing of them is kept.

use super::*;
use crate::model::{SECOND, What};
use crate::multiprocessing::core::Core;
use crate::multiprocessing::futures::{self, ProcessPoolExecutor};
use std::cell::RefCell;
use std::rc::{Rc, Weak};

const CREWS: &[Target] = &[
    NAP,
    Target {
        name: "second_is_late",
        run: |cx, _| {
            Box::pin(async move {
                if cx.core.lane == 2 {
                    cx.sleep(3 * SECOND).await;
                }
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "first_fails",
        run: |cx, _| {
            Box::pin(async move {
                if cx.core.lane == 1 { Err(Exception::new("ValueError", "no")) } else { Ok(Value::None) }
            })
        },
    },
];

fn ran(main: Main) -> Ran {
    let ran = virtual_time::run(Code { main, targets: CREWS }, &plan());
    assert!(ran.result.is_ok(), "{:?}", ran.result);
    ran
}

fn ints(numbers: impl IntoIterator<Item = i64>) -> Vec<Value> {
    numbers.into_iter().map(Value::Int).collect()
}

fn initialized(initializer: &str, processes: u32) -> PoolOrder {
    PoolOrder { initializer: Some((initializer.to_owned(), Value::None)), ..PoolOrder::new(processes) }
}

#[test]
fn a_process_that_is_there_does_what_one_that_starts_would_do_later() {
    ran(|cx, _| {
        Box::pin(async move {
            let pool = Pool::start(&cx, initialized("second_is_late", 2))?;
            assert_eq!(pool.map("nap", ints([100, 101]), 1).await?, ints([100, 101]));
            assert!(cx.now() < SECOND, "{}", cx.now());
            Ok(Outcome::default())
        })
    });
}

#[test]
fn no_task_is_lost_with_a_process_that_could_not_begin() {
    ran(|cx, _| {
        Box::pin(async move {
            let pool = Pool::start(&cx, initialized("first_fails", 1))?;
            assert_eq!(pool.apply("nap", Value::Int(1)).await?, Value::Int(1));
            assert_eq!((pool.started(), pool.died()), (2, 1));
            Ok(Outcome::default())
        })
    });
}

#[test]
fn that_a_process_is_there_is_no_message_of_the_program() {
    let pool = ran(|cx, _| {
        Box::pin(async move {
            let pool = Pool::start(&cx, PoolOrder::new(3))?;
            pool.map("nap", ints([1, 2]), 1).await?;
            Ok(Outcome::default())
        })
    });
    let executor = ran(|cx, _| {
        Box::pin(async move {
            let pool = ProcessPoolExecutor::new(&cx, futures::Order::new(3))?;
            assert_eq!(pool.map("nap", ints([1, 2]), 1, None)?.all().await?, ints([1, 2]));
            Ok(Outcome::default())
        })
    });
    for ran in [pool, executor] {
        let heard = |mark| ran.trace.marks(mark).filter(|r| r.lane == 0).count();
        assert_eq!(heard(Mark::Received), 2, "two tasks, two answers");
        let sent = ran.trace.marks(Mark::Sent).filter(|r| r.lane != 0).count();
        assert_eq!(sent, 2);
        let pickled = ran.trace.records.iter().filter(|r| r.what == What::Enter(State::Pickling) && r.lane == 3);
        assert_eq!(pickled.count(), 0, "the third has no task");
    }
}

#[test]
fn a_closed_pool_replaces_a_process_only_while_something_is_left_to_do() {
    let started = |tasks: i64| {
        TASKS.set(tasks);
        let ran = ran(|cx, _| {
            Box::pin(async move {
                let pool = Pool::start(&cx, PoolOrder { max_tasks: Some(2), most: 10, ..PoolOrder::new(1) })?;
                let results = pool.map_async("nap", ints(0..TASKS.get()), 1)?;
                pool.close();
                pool.join().await?;
                assert_eq!(results.get().await?, ints(0..TASKS.get()));
                Ok(Outcome::new(pool.started().to_string()))
            })
        });
        ran.result.unwrap().value
    };
    // As CPython starts them.
    assert_eq!([2, 3, 4].map(started), ["1", "2", "2"]);
}

std::thread_local! {
    static TASKS: std::cell::Cell<i64> = const { std::cell::Cell::new(0) };
    static KEPT: RefCell<Weak<Core>> = const { RefCell::new(Weak::new()) };
}

#[test]
fn an_executor_that_nobody_has_any_more_does_what_is_left_and_then_its_processes_end() {
    ran(|cx, _| {
        Box::pin(async move {
            let pool = ProcessPoolExecutor::new(&cx, futures::Order::new(1))?;
            let calls = [100, 101, 102].map(|n| pool.submit("nap", Value::Int(n)));
            drop(pool);
            for (n, call) in (100..).zip(calls) {
                assert_eq!(call?.result().await?, Value::Int(n));
            }
            assert_eq!(cx.active_children().len(), 1);
            cx.sleep(10 * MS).await;
            assert_eq!(cx.active_children().len(), 0);
            Ok(Outcome::default())
        })
    });
}

#[test]
fn nothing_is_kept_of_a_program_that_is_ended_where_it_stands() {
    let stuck: [Main; 2] = [
        |cx, _| {
            Box::pin(async move {
                KEPT.replace(Rc::downgrade(&cx.core));
                let pool = Pool::start(&cx, PoolOrder::new(1))?;
                pool.apply("nap", Value::Int(1)).await?;
                let (ours, _theirs) = cx.pipe()?;
                ours.recv().await.map(|_| Outcome::default())
            })
        },
        |cx, _| {
            Box::pin(async move {
                KEPT.replace(Rc::downgrade(&cx.core));
                let pool = ProcessPoolExecutor::new(&cx, futures::Order::new(1))?;
                pool.submit("nap", Value::Int(1))?.result().await?;
                let (ours, _theirs) = cx.pipe()?;
                ours.recv().await.map(|_| Outcome::default())
            })
        },
    ];
    for main in stuck {
        let ran = virtual_time::run(Code { main, targets: CREWS }, &plan());
        assert_eq!(ran.result.unwrap_err().message, "nothing is left that could happen");
        assert!(KEPT.take().upgrade().is_none());
    }
}
