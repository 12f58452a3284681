//! Conditions: who is notified, and how the lock is taken again in every case.

use super::{Log, TEN, py, twin};
use crate::aio::{Condition, Exception, Lock, Task};
use crate::model::MS;
use std::cell::Cell;
use std::rc::Rc;

async fn waiter(log: Log, name: &'static str, condition: Condition) -> Result<(), Exception> {
    let waits = async {
        let held = condition.acquire().await?;
        log.write(format!("{name} waits"));
        condition.wait().await?;
        log.write(format!("{name} notified"));
        log.cx.sleep(TEN).await?;
        drop(held);
        log.write(format!("{name} left"));
        Ok::<(), Exception>(())
    };
    if waits.await.is_err() {
        log.write(format!("{name} cancelled, locked {}", py(condition.locked())));
    }
    Ok(())
}

fn waiters<const N: usize>(log: &Log, names: [&'static str; N], condition: &Condition) -> Vec<Task<()>> {
    names.into_iter().map(|name| log.cx.create_task(waiter(log.clone(), name, condition.clone()))).collect()
}

#[test]
fn condition_notifies_some_and_all() {
    twin("condition_notifies_some_and_all", |cx, log| async move {
        let condition = Condition::new(&cx, "condition");
        let tasks = waiters(&log, ["a", "b", "c", "d", "e"], &condition);
        cx.sleep(0).await?;
        let held = condition.acquire().await?;
        condition.notify(1)?;
        log.write("one");
        cx.sleep(5 * MS).await?;
        drop(held);
        cx.sleep(50 * MS).await?;
        let held = condition.acquire().await?;
        condition.notify(2)?;
        log.write("two");
        drop(held);
        cx.sleep(50 * MS).await?;
        let held = condition.acquire().await?;
        condition.notify_all()?;
        log.write("all");
        drop(held);
        cx.gather_tasks(tasks).await?;
        log.fails(condition.notify(1));
        log.fails(condition.wait().await);
        log.fails(condition.release());
        Ok(())
    });
}

#[test]
fn condition_notified_waiter_is_cancelled() {
    twin("condition_notified_waiter_is_cancelled", |cx, log| async move {
        let condition = Condition::new(&cx, "condition");
        let tasks = waiters(&log, ["a", "b", "c"], &condition);
        cx.sleep(0).await?;
        let held = condition.acquire().await?;
        condition.notify(1)?;
        tasks[0].cancel();
        log.write("notified and cancelled");
        drop(held);
        cx.sleep(50 * MS).await?;
        let held = condition.acquire().await?;
        tasks[1].cancel();
        condition.notify(1)?;
        log.write("cancelled and notified");
        drop(held);
        cx.sleep(50 * MS).await?;
        log.write(tasks.iter().map(|t| py(t.done())).collect::<Vec<_>>().join(" "));
        Ok(())
    });
}

#[test]
fn condition_cancelled_while_it_takes_the_lock_again() {
    twin("condition_cancelled_while_it_takes_the_lock_again", |cx, log| async move {
        let condition = Condition::new(&cx, "condition");
        let tasks = waiters(&log, ["a", "b"], &condition);
        cx.sleep(0).await?;
        let held = condition.acquire().await?;
        condition.notify(1)?;
        cx.sleep(TEN).await?;
        log.write(format!("first {}", py(tasks[0].cancel())));
        cx.sleep(TEN).await?;
        log.write(format!("second {}", py(tasks[0].cancel())));
        cx.sleep(TEN).await?;
        log.write(format!("still there {}", py(!tasks[0].done())));
        drop(held);
        cx.gather_tasks(tasks).await?;
        log.write("end");
        Ok(())
    });
}

#[test]
fn condition_waits_for_a_predicate() {
    twin("condition_waits_for_a_predicate", |cx, log| async move {
        let lock = Lock::new(&cx, "lock");
        let condition = Condition::with_lock(&cx, "condition", &lock);
        let other = Condition::with_lock(&cx, "other", &lock);
        let value = Rc::new(Cell::new(0));
        let waits = |least: u32| {
            let (log, condition, value) = (log.clone(), condition.clone(), value.clone());
            cx.create_task(async move {
                let _held = condition.acquire().await?;
                condition.wait_for(|| value.get() >= least).await?;
                log.write(format!("{least} reached at {}", value.get()));
                Ok(())
            })
        };
        let tasks = [3, 1, 2].map(waits).into();
        for _ in 0..3 {
            cx.sleep(TEN).await?;
            let _held = other.acquire().await?;
            value.set(value.get() + 1);
            log.write(format!("value {}, locked {}", value.get(), py(condition.locked())));
            condition.notify_all()?;
        }
        cx.gather_tasks(tasks).await.map(|_| ())
    });
}
