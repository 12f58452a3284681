//! Queues: items and waiters in order, cancellation of one who was just woken, and shutting down.

use super::{Log, kinds, py, twin, yields};
use crate::aio::{Exception, LifoQueue, PriorityQueue, Queue, Task};
use crate::model::{MS, Nanos};
use std::cmp::Ordering;

fn getter(log: &Log, name: &'static str, queue: &Queue<u32>) -> Task<()> {
    let (log, queue) = (log.clone(), queue.clone());
    log.cx.clone().create_task(async move {
        match queue.get().await {
            Ok(item) => log.write(format!("{name} got {item}")),
            Err(exception) => log.write(format!("{name} {exception}")),
        }
        Ok(())
    })
}

fn putter(log: &Log, name: &'static str, queue: &Queue<&'static str>) -> Task<()> {
    let (log, queue) = (log.clone(), queue.clone());
    log.cx.clone().create_task(async move {
        match queue.put(name).await {
            Ok(()) => log.write(format!("{name} put, {} inside", queue.qsize())),
            Err(exception) => log.write(format!("{name} {exception}")),
        }
        Ok(())
    })
}

async fn produces(log: Log, queue: Queue<String>, name: &'static str) -> Result<(), Exception> {
    for item in 0..4 {
        queue.put(format!("{name}{item}")).await?;
        log.write(format!("put {name}{item}, {} inside", queue.qsize()));
    }
    Ok(())
}

async fn consumes(log: Log, queue: Queue<String>, name: &'static str, work: Nanos) -> Result<(), Exception> {
    loop {
        let item = queue.get().await?;
        log.write(format!("{name} takes {item}"));
        log.cx.sleep(work).await?;
        queue.task_done()?;
    }
}

#[test]
fn queue_producers_and_consumers() {
    twin("queue_producers_and_consumers", |cx, log| async move {
        let queue = Queue::new(&cx, "queue", 2);
        let producers = ["p", "q"].map(|n| cx.create_task(produces(log.clone(), queue.clone(), n)));
        let consumers =
            [("c", 10), ("d", 30)].map(|(n, w)| cx.create_task(consumes(log.clone(), queue.clone(), n, w * MS)));
        cx.gather_tasks(producers.into()).await?;
        log.write("all put");
        queue.join().await?;
        log.write(format!("all done, empty {}", py(queue.empty())));
        assert!(consumers.iter().all(Task::cancel));
        kinds(&cx, consumers.into()).await?;
        log.fails(queue.task_done());
        log.fails(queue.get_nowait());
        queue.put_nowait("1".to_owned())?;
        queue.put_nowait("2".to_owned())?;
        log.write(format!("full {} of {}", py(queue.full()), queue.maxsize()));
        log.fails(queue.put_nowait("3".to_owned()));
        Ok(())
    });
}

#[test]
fn queue_woken_getter_is_cancelled() {
    twin("queue_woken_getter_is_cancelled", |cx, log| async move {
        let queue = Queue::new(&cx, "queue", 0);
        let tasks = ["a", "b", "c"].map(|n| getter(&log, n, &queue));
        cx.sleep(0).await?;
        queue.put_nowait(1)?;
        tasks[0].cancel();
        yields(&cx, 3).await?;
        log.write(format!("{} inside", queue.qsize()));
        tasks[2].cancel();
        queue.put_nowait(2)?;
        cx.gather_tasks(tasks.into()).await?;
        log.write(format!("{} inside", queue.qsize()));
        Ok(())
    });
}

#[test]
fn queue_item_is_taken_by_another_before_the_getter_runs() {
    twin("queue_item_is_taken_by_another_before_the_getter_runs", |cx, log| async move {
        let queue = Queue::new(&cx, "queue", 0);
        let task = getter(&log, "a", &queue);
        cx.sleep(0).await?;
        queue.put_nowait(1)?;
        log.write(format!("main got {}", queue.get_nowait()?));
        yields(&cx, 3).await?;
        log.write(format!("waits on {}", py(!task.done())));
        queue.put_nowait(2)?;
        task.await
    });
}

#[test]
fn queue_woken_putter_is_cancelled() {
    twin("queue_woken_putter_is_cancelled", |cx, log| async move {
        let queue = Queue::new(&cx, "queue", 1);
        queue.put_nowait("first")?;
        let tasks = ["a", "b", "c"].map(|n| putter(&log, n, &queue));
        cx.sleep(0).await?;
        log.write(format!("main got {}", queue.get_nowait()?));
        tasks[0].cancel();
        yields(&cx, 3).await?;
        tasks[2].cancel();
        log.write(format!("main got {}", queue.get_nowait()?));
        cx.gather_tasks(tasks.into()).await?;
        log.write(format!("{} inside", queue.qsize()));
        Ok(())
    });
}

#[test]
fn queue_shuts_down_with_waiters() {
    twin("queue_shuts_down_with_waiters", |cx, log| async move {
        let (empty, full) = (Queue::new(&cx, "empty", 0), Queue::new(&cx, "full", 1));
        full.put_nowait("first")?;
        let mut tasks: Vec<_> = ["a", "b"].map(|n| getter(&log, n, &empty)).into();
        tasks.extend(["x", "y"].map(|n| putter(&log, n, &full)));
        cx.sleep(0).await?;
        empty.shutdown(false);
        full.shutdown(false);
        cx.gather_tasks(tasks).await?;
        log.fails(full.put_nowait("1"));
        log.write(format!("main got {}", full.get().await?));
        log.fails(full.get().await.map_err(|e| Exception::new(format!("main {}", e.kind), e.message)));
        log.fails(full.get_nowait());
        log.fails(empty.get_nowait());
        full.task_done()?;
        full.join().await?;
        log.write("joined");
        Ok(())
    });
}

#[test]
fn queue_shuts_down_at_once() {
    twin("queue_shuts_down_at_once", |cx, log| async move {
        let queue = Queue::new(&cx, "queue", 3);
        ["0", "1", "2"].into_iter().try_for_each(|n| queue.put_nowait(n))?;
        queue.get_nowait()?;
        let tasks = ["a", "b"].map(|n| putter(&log, n, &queue));
        let (line, joined) = (log.clone(), queue.join());
        let joining = cx.create_task(async move {
            joined.await?;
            line.write("joined");
            Ok(())
        });
        cx.sleep(0).await?;
        queue.shutdown(true);
        log.write(format!("{} inside", queue.qsize()));
        cx.gather_tasks(tasks.into()).await?;
        log.write(format!("joining {}", py(!joining.done())));
        queue.task_done()?;
        joining.await?;
        log.fails(queue.task_done());
        Ok(())
    });
}

struct Job(u32, String);

impl PartialEq for Job {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl PartialOrd for Job {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        self.0.partial_cmp(&other.0)
    }
}

#[test]
fn queues_of_other_orders() {
    twin("queues_of_other_orders", |cx, log| async move {
        let (lifo, priority) = (LifoQueue::new(&cx, "lifo", 0), PriorityQueue::new(&cx, "priority", 0));
        let jobs = [3, 1, 2, 1, 3, 2, 1, 1, 2, 3, 1, 2];
        for (number, rank) in jobs.into_iter().enumerate() {
            lifo.put(rank).await?;
            priority.put(Job(rank, format!("{rank}.{number}"))).await?;
        }
        let last: Result<Vec<_>, _> = (0..5).map(|_| lifo.get_nowait().map(|n: u32| n.to_string())).collect();
        log.write(last?.join(" "));
        let names =
            |n: usize| (0..n).map(|_| priority.get_nowait().map(|job: Job| job.1)).collect::<Result<Vec<_>, _>>();
        log.write(names(5)?.join(" "));
        priority.put(Job(1, "new".to_owned())).await?;
        log.write(names(priority.qsize())?.join(" "));
        Ok(())
    });
}
