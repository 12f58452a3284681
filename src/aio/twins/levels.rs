//! What the record says about locks, queues and barriers: their levels over time, and what tasks wait for.

use super::TEN;
use crate::aio::virtual_time::{no_work, run};
use crate::aio::{Barrier, Condition, Cx, Event, Lock, Queue, Semaphore};
use crate::model::{MS, Outcome, State, Trace};

fn levels(trace: &Trace, object: u32) -> Vec<(u64, u32)> {
    trace.levels(object).map(|(at, level)| (at / MS, level)).collect()
}

/// When which object was waited for, in milliseconds.
fn blocked(trace: &Trace) -> Vec<(&str, u64, u64)> {
    let waits = trace.spans().into_iter().filter(|span| span.state == State::Blocked);
    waits.map(|span| (trace.objects[span.arg as usize].as_str(), span.start / MS, span.end / MS)).collect()
}

#[test]
fn what_stands_inside_is_recorded() {
    let ran = run(1, no_work(), |cx| async move {
        let (gate, lock) = (Semaphore::new(&cx, "gate", 2), Lock::new(&cx, "lock"));
        let job = |cx: Cx, gate: Semaphore, lock: Lock| async move {
            let _permit = gate.acquire().await?;
            cx.sleep(TEN).await?;
            let _held = lock.acquire().await?;
            cx.sleep(TEN).await
        };
        cx.gather((0..3).map(|_| job(cx.clone(), gate.clone(), lock.clone()))).await?;
        Ok(Outcome::default())
    });
    assert_eq!(ran.trace.objects, ["gate", "lock"]);
    assert_eq!(levels(&ran.trace, 0), [(0, 2), (20, 2), (30, 1), (40, 0)]);
    assert_eq!(levels(&ran.trace, 1), [(10, 1), (20, 1), (30, 1), (40, 0)]);
    assert_eq!(blocked(&ran.trace), [("lock", 10, 20), ("gate", 0, 20)]);
}

#[test]
fn the_depth_of_a_queue_is_recorded() {
    let ran = run(1, no_work(), |cx| async move {
        let queue = Queue::new(&cx, "queue", 2);
        let (consumer, items) = (cx.clone(), queue.clone());
        let consumes = cx.create_task(async move {
            for _ in 0..4 {
                consumer.sleep(TEN).await?;
                items.get().await?;
                items.task_done()?;
            }
            Ok(())
        });
        for n in 0..4 {
            queue.put(n).await?;
        }
        queue.join().await?;
        consumes.await?;
        Ok(Outcome::default())
    });
    assert_eq!(levels(&ran.trace, 0), [(0, 2), (10, 2), (20, 2), (30, 1), (40, 0)]);
    let waits = [("queue", 0, 10), ("queue", 10, 20), ("queue", 20, 40)];
    assert_eq!(blocked(&ran.trace), waits, "for room twice, and for all to be done");
}

#[test]
fn who_waits_at_a_barrier_or_to_be_notified_is_recorded() {
    let ran = run(1, no_work(), |cx| async move {
        let (barrier, condition) = (Barrier::new(&cx, "barrier", 3)?, Condition::new(&cx, "news"));
        let event = Event::new(&cx, "event");
        let party = |n: u64| {
            let (cx, barrier, condition) = (cx.clone(), barrier.clone(), condition.clone());
            async move {
                cx.sleep(n * TEN).await?;
                barrier.wait().await?;
                let _held = condition.acquire().await?;
                condition.wait().await
            }
        };
        let tasks = [1, 2, 3].map(|n| cx.create_task(party(n)));
        cx.sleep(5 * TEN).await?;
        event.set();
        let held = condition.acquire().await?;
        condition.notify_all()?;
        drop(held);
        cx.gather_tasks(tasks.into()).await?;
        Ok(Outcome::default())
    });
    assert_eq!(ran.trace.objects, ["barrier", "news", "news's lock", "event"]);
    assert_eq!(levels(&ran.trace, 0), [(10, 1), (20, 2), (30, 0)]);
    assert_eq!(levels(&ran.trace, 1), [(30, 3), (50, 0)]);
    assert_eq!(levels(&ran.trace, 2), [(30, 0), (50, 0)], "it was held for no time at all");
    assert_eq!(levels(&ran.trace, 3), [(50, 1)]);
    let waits = [("barrier", 10, 30), ("news", 30, 50), ("barrier", 20, 30), ("news", 30, 50), ("news", 30, 50)];
    assert_eq!(blocked(&ran.trace), waits);
}
