//! What is told of exceptions that nobody looked at, and of which it is not told; and what is left of two cancellations.

use super::{py, twin, yields};
use crate::aio::{Cx, Exception, ReturnWhen};
use crate::model::SECOND;

async fn fails(cx: Cx, name: String, turns: usize) -> Result<(), Exception> {
    yields(&cx, turns).await?;
    Err(Exception::new("ValueError", name))
}

#[test]
fn reports_who_was_woken_has_looked() {
    twin("reports_who_was_woken_has_looked", |cx, log| async move {
        log.hears_reports();
        let future = cx.create_future::<()>();
        let task = cx.create_task(future.clone());
        cx.sleep(0).await?;
        future.set_exception(Exception::new("ValueError", "woken"))?;
        task.cancel();
        drop(future);
        cx.wait([&task]).await?;
        log.write(format!("cancelled {}", py(task.cancelled())));
        Ok(())
    });
}

#[test]
fn reports_shields_left_alone() {
    twin("reports_shields_left_alone", |cx, log| async move {
        log.hears_reports();
        for turns in 0..7 {
            log.write(format!("fails after {turns}"));
            let inner = cx.create_task(fails(cx.clone(), turns.to_string(), turns));
            let (line, shielding) = (log.clone(), cx.clone());
            let outer = cx.create_task(async move {
                let shield = shielding.shield(&inner);
                drop(inner);
                let ended = shield.await;
                line.write(ended.map_or_else(|e| e.kind.into_owned(), |()| "NoneType".to_owned()));
                Ok(())
            });
            yields(&cx, 3).await?;
            outer.cancel();
            cx.wait([&outer]).await?;
            yields(&cx, 7).await?;
        }
        Ok(())
    });
}

#[test]
fn reports_wait_has_looked() {
    twin("reports_wait_has_looked", |cx, log| async move {
        log.hears_reports();
        for (turns, name, until) in [
            (1, "FIRST_EXCEPTION", ReturnWhen::FirstException),
            (3, "FIRST_EXCEPTION", ReturnWhen::FirstException),
            (1, "FIRST_COMPLETED", ReturnWhen::FirstCompleted),
            (1, "ALL_COMPLETED", ReturnWhen::AllCompleted),
        ] {
            log.write(format!("{name} {turns}"));
            let first = cx.create_task(fails(cx.clone(), "first".to_owned(), turns));
            let sleeping = cx.clone();
            let other = cx.create_task(async move { sleeping.sleep(0).await });
            drop(cx.wait([&first, &other]).return_when(until).await?);
            drop((first, other));
            yields(&cx, 5).await?;
        }
        Ok(())
    });
}

#[test]
fn reports_tasks_that_raise_in_the_end() {
    twin("reports_tasks_that_raise_in_the_end", |cx, log| async move {
        log.hears_reports();
        for name in ["raises", "ends", "passes it on", "raises too"] {
            let (line, sleeping) = (log.clone(), cx.clone());
            cx.create_task_named(name, async move {
                let cancelled = sleeping.sleep(SECOND).await;
                line.write(format!("{name} hears of it"));
                match name {
                    "ends" => Ok(()),
                    "passes it on" => cancelled,
                    _ => Err(Exception::new("ValueError", name)),
                }
            });
        }
        cx.sleep(0).await?;
        log.write("main ends");
        Ok(())
    });
}

#[test]
fn cancelled_twice_before_it_began() {
    twin("cancelled_twice_before_it_began", |cx, log| async move {
        let sleeping = cx.clone();
        let task = cx.create_task(async move { sleeping.sleep(SECOND).await });
        task.cancel();
        task.cancel();
        cx.wait([&task]).await?;
        log.write(format!("cancelled {} cancelling {}", py(task.cancelled()), task.cancelling()));
        Ok(())
    });
}
