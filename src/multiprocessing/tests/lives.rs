//! How processes end, what of that the main process waits for, and queues and locks that several share.

use super::*;
use crate::model::{SECOND, What};

const LIVES: &[Target] = &[
    NAP,
    Target {
        name: "listen",
        run: |_, mut args| {
            Box::pin(async move {
                assert_eq!(args.end()?.recv().await.unwrap_err().kind, "EOFError");
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "produce",
        run: |cx, mut args| {
            Box::pin(async move {
                let queue = Queue::at(&cx, args.end()?);
                for n in 0..5 {
                    queue.put(&Value::list([args.value.clone(), Value::Int(n)])).await?;
                }
                Ok(Value::None)
            })
        },
    },
    Target {
        name: "add",
        run: |cx, mut args| {
            Box::pin(async move {
                let value = args.number()?;
                for _ in 0..10 {
                    let _outer = value.lock().await;
                    let number = value.get();
                    cx.work(MS).await;
                    let _inner = value.lock().await;
                    value.set(number + 1);
                }
                Ok(Value::None)
            })
        },
    },
];

fn lived(main: Main) -> Ran {
    let ran = virtual_time::run(Code { main, targets: LIVES }, &plan());
    assert!(ran.result.is_ok(), "{:?}", ran.result);
    ran
}

#[test]
fn the_program_waits_for_its_processes_but_not_for_its_daemons() {
    let ran = lived(|cx, _| {
        Box::pin(async move {
            Process::new(&cx, "nap").args(Value::Int(200)).start()?;
            Process::new(&cx, "nap").args(Value::Int(1_000_000)).daemon(true).start()?;
            Process::new(&cx, "nap").args(Value::Int(1_000_000)).daemon(true).start()?.kill();
            Ok(Outcome::new(cx.active_children().len().to_string()))
        })
    });
    assert!((200 * MS..SECOND).contains(&ran.elapsed), "{}", ran.elapsed);
    let ended = ran.trace.records.iter().filter(|r| r.what == What::Enter(State::Done) && r.lane > 0);
    assert_eq!(ended.map(|r| r.lane).collect::<std::collections::BTreeSet<_>>().len(), 3);
}

#[test]
fn pipes_of_the_main_process_close_when_its_function_has_ended() {
    let ran = lived(|cx, _| {
        Box::pin(async move {
            let (_ours, theirs) = cx.pipe()?;
            Process::new(&cx, "listen").give(theirs).start()?;
            Ok(Outcome::default())
        })
    });
    assert!(ran.elapsed < SECOND);
}

#[test]
fn a_child_that_is_terminated_before_it_has_begun_never_does() {
    let ran = lived(|cx, _| {
        Box::pin(async move {
            let child = Process::new(&cx, "nap").args(Value::Int(100)).start()?;
            assert_eq!(child.join_within(MS).await, None);
            child.terminate();
            assert_eq!((child.join().await, child.join_within(0).await), (-15, Some(-15)));
            cx.sleep(SECOND).await;
            Ok(Outcome::default())
        })
    });
    assert_eq!(ran.trace.total(State::Sleeping), SECOND, "only the main process slept");
}

/// As in CPython 3.13.0, also where the second follows at once.
#[test]
fn of_what_ends_a_child_the_first_counts() {
    let ran = lived(|cx, _| {
        Box::pin(async move {
            let [one, other] = [(); 2].map(|()| Process::new(&cx, "nap").args(Value::Int(100_000)).start());
            let (one, other) = (one?, other?);
            cx.sleep(SECOND).await;
            one.terminate();
            one.kill();
            other.kill();
            other.terminate();
            assert_eq!((one.join().await, other.join().await), (-15, -9));
            Ok(Outcome::default())
        })
    });
    let done = ran.trace.records.iter().filter(|r| r.what == What::Enter(State::Done) && r.lane > 0);
    assert_eq!(done.count(), 2, "each once");
    assert!(ran.elapsed < 2 * SECOND, "{}", ran.elapsed);
}

#[test]
fn a_bounded_queue_never_holds_more_and_loses_nothing() {
    let ran = lived(|cx, _| {
        Box::pin(async move {
            let queue = Queue::bounded(&cx, "queue", 2);
            for n in 0..3 {
                Process::new(&cx, "produce").args(Value::Int(n)).give(queue.share()?).start()?;
            }
            let mut last = [-1; 3];
            for _ in 0..15 {
                cx.sleep(10 * MS).await;
                let Value::List(pair) = queue.get().await? else { panic!("no pair") };
                let [who, what] = [0, 1].map(|i| pair[i].int().unwrap());
                assert_eq!(what, last[who as usize] + 1, "each producer's values keep their order");
                last[who as usize] = what;
                assert!(queue.qsize().await? <= 2);
            }
            assert_eq!(queue.get_within(100 * MS).await.unwrap_err().kind, "Empty");
            Ok(Outcome::default())
        })
    });
    let levels = ran.trace.records.iter().filter(|r| matches!(r.what, What::Level(0))).map(|r| r.arg);
    assert_eq!(levels.max(), Some(2));
}

#[test]
fn a_limit_that_ends_as_the_item_comes_loses_nothing() {
    for wait in 0..40 {
        WAIT.set(wait * 10);
        lived(|cx, _| {
            Box::pin(async move {
                let queue = Queue::bounded(&cx, "queue", 1);
                let child = Process::new(&cx, "produce").args(Value::Int(1)).give(queue.share()?).start()?;
                let mut got = 0;
                while got < 5 {
                    match queue.get_within(WAIT.get() * crate::model::US).await {
                        Ok(_) => got += 1,
                        Err(e) => assert_eq!(e.kind, "Empty"),
                    }
                    cx.sleep(crate::model::US).await;
                }
                assert_eq!(child.join().await, 0);
                Ok(Outcome::default())
            })
        });
    }
}

std::thread_local! {
    static WAIT: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

#[test]
fn whoever_holds_a_lock_may_take_it_again_and_nobody_else_meanwhile() {
    let ran = lived(|cx, _| {
        Box::pin(async move {
            let value = SharedValue::new(&cx, "value", 0)?;
            let child = || Process::new(&cx, "add").share(&value).start();
            let children = [child()?, child()?];
            for child in &children {
                assert_eq!(child.join().await, 0);
            }
            Ok(Outcome::new(value.get().to_string()))
        })
    });
    assert_eq!(ran.result.unwrap().value, "20");
    assert_eq!(ran.trace.marks(Mark::Acquired).count(), 20, "to take it again is no acquisition");
    assert_eq!(ran.trace.marks(Mark::Released).count(), 20);
}
