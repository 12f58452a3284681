//! Locks, events and semaphores: who is let in next, also when waiters are cancelled.

use super::{kinds, py, twin, user, users};
use crate::aio::{BoundedSemaphore, Event, Lock, Semaphore};
use crate::model::MS;

#[test]
fn lock_is_fair() {
    twin("lock_is_fair", |cx, log| async move {
        let lock = Lock::new(&cx, "lock");
        let tasks = users(&log, ["a", "b", "c"], &lock);
        cx.sleep(5 * MS).await?;
        user(log.clone(), "main", lock.clone()).await?;
        cx.gather_tasks(tasks).await?;
        log.fails(lock.release());
        Ok(())
    });
}

#[test]
fn lock_woken_waiter_is_cancelled() {
    twin("lock_woken_waiter_is_cancelled", |cx, log| async move {
        let lock = Lock::new(&cx, "lock");
        let held = lock.acquire().await?;
        let tasks = users(&log, ["a", "b", "c"], &lock);
        cx.sleep(0).await?;
        drop(held);
        log.write(format!("locked {}", py(lock.locked())));
        log.write(format!("cancel {}", py(tasks[0].cancel())));
        cx.sleep(0).await?;
        log.write(format!("locked {}", py(lock.locked())));
        log.write(kinds(&cx, tasks).await?);
        Ok(())
    });
}

#[test]
fn lock_waiter_in_the_queue_is_cancelled() {
    twin("lock_waiter_in_the_queue_is_cancelled", |cx, log| async move {
        let lock = Lock::new(&cx, "lock");
        lock.acquire().await?.forget();
        let tasks = users(&log, ["a", "b", "c"], &lock);
        cx.sleep(0).await?;
        tasks[0].cancel();
        tasks[1].cancel();
        lock.release()?;
        user(log.clone(), "main", lock.clone()).await?;
        log.write(kinds(&cx, tasks).await?);
        Ok(())
    });
}

#[test]
fn lock_jumps_a_queue_of_cancelled() {
    twin("lock_jumps_a_queue_of_cancelled", |cx, log| async move {
        let lock = Lock::new(&cx, "lock");
        let held = lock.acquire().await?;
        let tasks = users(&log, ["a"], &lock);
        cx.sleep(0).await?;
        tasks[0].cancel();
        drop(held);
        let held = lock.acquire().await?;
        log.write("main took it at once");
        cx.sleep(0).await?;
        drop(held);
        kinds(&cx, tasks).await.map(|_| ())
    });
}

#[test]
fn lock_is_not_barged() {
    twin("lock_is_not_barged", |cx, log| async move {
        let lock = Lock::new(&cx, "lock");
        let held = lock.acquire().await?;
        let tasks = users(&log, ["a"], &lock);
        cx.sleep(0).await?;
        drop(held);
        let held = lock.acquire().await?;
        log.write("main has it again");
        drop(held);
        cx.gather_tasks(tasks).await.map(|_| ())
    });
}

#[test]
fn event_set_and_cleared_at_once() {
    twin("event_set_and_cleared_at_once", |cx, log| async move {
        let event = Event::new(&cx, "event");
        let waits = |name: &'static str| {
            let (log, event) = (log.clone(), event.clone());
            cx.create_task(async move {
                match event.wait().await {
                    Ok(()) => log.write(format!("{name} True, set {}", py(event.is_set()))),
                    Err(_) => log.write(format!("{name} cancelled")),
                }
                Ok(())
            })
        };
        let tasks: Vec<_> = ["a", "b", "c"].map(waits).into();
        cx.sleep(0).await?;
        tasks[1].cancel();
        event.set();
        tasks[2].cancel();
        event.clear();
        cx.gather_tasks(tasks).await?;
        event.set();
        event.wait().await?;
        log.write("at once");
        Ok(())
    });
}

#[test]
fn semaphore_woken_waiter_is_cancelled() {
    twin("semaphore_woken_waiter_is_cancelled", |cx, log| async move {
        let gate = Semaphore::new(&cx, "gate", 1);
        gate.acquire().await?.forget();
        let tasks = users(&log, ["a", "b", "c"], &gate);
        cx.sleep(0).await?;
        gate.release();
        tasks[0].cancel();
        log.write(format!("locked {}", py(gate.locked())));
        gate.release();
        cx.sleep(0).await?;
        log.write(format!("locked {}", py(gate.locked())));
        log.write(kinds(&cx, tasks).await?);
        log.write(format!("locked {}", py(gate.locked())));
        Ok(())
    });
}

#[test]
fn semaphore_grows_unless_it_is_bounded() {
    twin("semaphore_grows_unless_it_is_bounded", |cx, log| async move {
        let (gate, bounded) = (Semaphore::new(&cx, "gate", 1), BoundedSemaphore::new(&cx, "bounded", 1));
        gate.release();
        let both = (gate.acquire().await?, gate.acquire().await?);
        log.write(format!("two inside, locked {}", py(gate.locked())));
        drop(both);
        log.fails(bounded.release());
        let inside = bounded.acquire().await?;
        log.write(format!("locked {}", py(bounded.locked())));
        drop(inside);
        log.fails(bounded.release());
        bounded.acquire().await?.forget();
        let tasks = users(&log, ["a", "b"], &bounded);
        cx.sleep(0).await?;
        bounded.release()?;
        cx.gather_tasks(tasks).await?;
        let permit = bounded.acquire().await?;
        bounded.release()?;
        log.fails(permit.release());
        Ok(())
    });
}
