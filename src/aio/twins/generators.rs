//! Generators: to the end, left early, closed, thrown at, and when their task is cancelled.

use super::{Log, TEN, py, twin};
use crate::aio::{Exception, Generator, Yielder};
use crate::model::{MS, Nanos, SECOND};
use std::cell::RefCell;
use std::rc::Rc;

fn ticks(log: &Log, cleanup: Nanos) -> Generator<u32> {
    let log = log.clone();
    log.cx.clone().generator(|items| async move {
        let gives = async {
            for i in 0..5 {
                log.cx.sleep(TEN).await?;
                log.write(format!("gives {i}"));
                items.give(i).await?;
            }
            Ok(())
        };
        let given = gives.await;
        if let Err(exception) = &given {
            log.write(format!("caught {exception}"));
        }
        log.write("finally");
        log.cx.sleep(cleanup).await?;
        log.write("cleaned up");
        given
    })
}

async fn takes(log: Log, least: u32, cleanup: Nanos) -> Result<(), Exception> {
    let mut items = ticks(&log, cleanup);
    while let Some(x) = items.next().await? {
        log.write(format!("got {x}"));
        if x == least {
            break;
        }
    }
    drop(items); // the loop held it
    log.write("after");
    Ok(())
}

async fn slowly(log: Log) -> Result<(), Exception> {
    let mut items = ticks(&log, 50 * MS);
    while let Some(x) = items.next().await? {
        log.write(format!("got {x}"));
        log.cx.sleep(SECOND).await?;
    }
    Ok(())
}

/// `log(await anext(items, "nothing"))`
async fn writes_next(log: &Log, items: &mut Generator<u32>) -> Result<(), Exception> {
    log.write(items.next().await?.map_or("nothing".to_owned(), |x| x.to_string()));
    Ok(())
}

#[test]
fn generator_to_its_end() {
    twin("generator_to_its_end", |_, log| async move {
        let mut items = ticks(&log, 0);
        while let Some(x) = items.next().await? {
            log.write(format!("got {x}"));
        }
        writes_next(&log, &mut items).await?;
        items.aclose().await?;
        log.write("None");
        Ok(())
    });
}

#[test]
fn generator_is_left() {
    twin("generator_is_left_and_main_ends", |_, log| takes(log, 1, 50 * MS));
    twin("generator_is_left_and_main_goes_on", |cx, log| async move {
        takes(log.clone(), 1, 0).await?;
        cx.sleep(0).await?;
        log.write("later");
        cx.sleep(100 * MS).await?;
        takes(log.clone(), 0, 50 * MS).await?;
        cx.sleep(20 * MS).await?;
        log.write("end");
        Ok(())
    });
    twin("generator_is_left_just_before_the_end", |cx, log| async move {
        takes(log.clone(), 0, 0).await?;
        cx.sleep(0).await?;
        log.write("end");
        Ok(())
    });
}

#[test]
fn generator_is_held_until_the_end() {
    let held = Rc::new(RefCell::new(Vec::new()));
    let holder = held.clone();
    twin("generator_is_held_until_the_end", |_, log| async move {
        let mut first = ticks(&log, 50 * MS);
        log.write(format!("got {:?}", first.next().await?.unwrap_or_default()));
        holder.borrow_mut().extend([first, ticks(&log, 0)]);
        Ok(())
    });
    assert_eq!(held.borrow().len(), 2);
}

#[test]
fn generators_of_cancelled_tasks() {
    twin("generator_awaits_when_its_task_is_cancelled", |cx, log| async move {
        let task = cx.create_task(takes(log.clone(), 9, 50 * MS));
        cx.sleep(15 * MS).await?;
        task.cancel();
        if task.await.is_err() {
            log.write("task cancelled");
        }
        Ok(())
    });
    twin("generator_waits_when_its_task_is_cancelled", |cx, log| async move {
        let running = cx.create_task(slowly(log));
        cx.sleep(15 * MS).await?;
        running.cancel();
        cx.sleep(100 * MS).await
    });
    twin("generator_of_a_task_left_behind", |cx, log| async move {
        let running = cx.create_task(slowly(log.clone()));
        cx.sleep(15 * MS).await?;
        log.write(format!("main ends, task done {}", py(running.done())));
        Ok(())
    });
}

#[test]
fn generator_is_closed() {
    twin("generator_is_closed", |_, log| async move {
        let mut items = ticks(&log, 50 * MS);
        log.write(format!("got {}", items.next().await?.unwrap_or_default()));
        items.aclose().await?;
        log.write("closed");
        items.aclose().await?;
        writes_next(&log, &mut items).await?;
        let mut unused = ticks(&log, 0);
        unused.aclose().await?;
        writes_next(&log, &mut unused).await
    });
}

#[test]
fn generator_does_not_want_to_close() {
    twin("generator_does_not_want_to_close", |cx, log| async move {
        let gives = |second: bool| {
            let log = log.clone();
            cx.generator(move |items: Yielder<u32>| async move {
                if items.give(1).await.is_err() {
                    log.write("swallowed");
                }
                if second {
                    items.give(2).await?;
                }
                log.write("end of it");
                Ok(())
            })
        };
        let fails = cx.generator(|items: Yielder<u32>| async move {
            let _ = items.give(1).await;
            Err(Exception::new("ValueError", "in finally"))
        });
        for mut items in [gives(false), gives(true), fails] {
            items.next().await?;
            match items.aclose().await {
                Ok(()) => log.write("None"),
                Err(exception) => log.write(exception),
            }
            writes_next(&log, &mut items).await?;
        }
        Ok(())
    });
}

#[test]
fn generator_raises() {
    twin("generator_raises", |cx, log| async move {
        for (kind, message) in [("ValueError", "x"), ("StopAsyncIteration", ""), ("KeyError", "")] {
            let mut items = cx.generator(move |items| async move {
                items.give(1).await?;
                Err(Exception::new(kind, message))
            });
            let all = async {
                while let Some(x) = items.next().await? {
                    log.write(format!("got {x}"));
                }
                Ok::<(), Exception>(())
            };
            log.fails(all.await);
            writes_next(&log, &mut items).await?;
        }
        Ok(())
    });
}

#[test]
fn generator_is_thrown_at() {
    twin("generator_is_thrown_at", |cx, log| async move {
        let body = || {
            let log = log.clone();
            cx.generator(move |items: Yielder<u32>| async move {
                match items.give(1).await {
                    Err(exception) if exception.kind == "ValueError" => {
                        log.write(format!("caught {exception}"));
                        items.give(2).await
                    }
                    other => other,
                }
            })
        };
        let mut first = body();
        first.next().await?;
        log.write(first.athrow(Exception::new("ValueError", "x")).await?.unwrap_or_default());
        for mut items in [first, body()] {
            for kind in ["KeyError", "OSError"] {
                match items.athrow(Exception::new(kind, "")).await {
                    Ok(None) => log.write("None"),
                    Ok(Some(item)) => log.write(item),
                    Err(exception) => log.write(exception),
                }
            }
        }
        let mut over = body();
        over.aclose().await?;
        writes_next(&log, &mut over).await
    });
}

#[test]
fn generator_runs_out_of_time() {
    twin("generator_runs_out_of_time", |cx, log| async move {
        if cx.timeout(25 * MS, takes(log.clone(), 9, 30 * MS)).await.is_err_and(|e| e.is_timeout()) {
            log.write("timed out");
        }
        Ok(())
    });
}

#[test]
fn generators_that_fail_to_close_are_reported() {
    let held = Rc::new(RefCell::new(None));
    let holder = held.clone();
    twin("generators_that_fail_to_close_are_reported", |cx, log| async move {
        log.hears_reports();
        let fails = |name: &'static str| {
            let cx = cx.clone();
            cx.clone().generator(move |items: Yielder<u32>| async move {
                let _ = items.give(1).await;
                cx.sleep(TEN).await?;
                Err(Exception::new("ValueError", name))
            })
        };
        let mut left = fails("left early");
        left.next().await?;
        drop(left);
        cx.sleep(20 * MS).await?;
        let mut kept = fails("held");
        kept.next().await?;
        *holder.borrow_mut() = Some(kept);
        log.write("end");
        Ok(())
    });
    assert!(held.borrow().is_some());
}
