//! Barriers: rounds, cancellation, reset and abort.

use super::{Log, TEN, py, twin};
use crate::aio::{Barrier, Exception, Task};
use crate::model::{MS, Nanos};

async fn party(log: Log, name: &'static str, barrier: Barrier, work: Nanos) -> Result<(), Exception> {
    let passes = async {
        log.cx.sleep(work).await?;
        log.write(format!("{name} comes, {} wait", barrier.n_waiting()));
        barrier.wait().await
    };
    match passes.await {
        Ok(index) => log.write(format!("{name} was {index}, {} wait", barrier.n_waiting())),
        Err(exception) => log.write(format!("{name} {exception}")),
    }
    Ok(())
}

fn parties<const N: usize>(log: &Log, names: [&'static str; N], barrier: &Barrier) -> Vec<Task<()>> {
    names.into_iter().map(|name| log.cx.create_task(party(log.clone(), name, barrier.clone(), 0))).collect()
}

#[test]
fn barrier_lets_rounds_through() {
    twin("barrier_lets_rounds_through", |cx, log| async move {
        let barrier = Barrier::new(&cx, "barrier", 3)?;
        let works = [("a", 10), ("b", 20), ("c", 30), ("d", 30), ("e", 30), ("f", 50)];
        cx.gather(works.map(|(n, work)| party(log.clone(), n, barrier.clone(), work * MS))).await?;
        log.write(format!("{} {} {}", barrier.parties(), barrier.n_waiting(), py(barrier.broken())));
        log.fails(Barrier::new(&cx, "none", 0));
        Ok(())
    });
}

#[test]
fn barrier_loses_one_who_is_cancelled() {
    twin("barrier_loses_one_who_is_cancelled", |cx, log| async move {
        let barrier = Barrier::new(&cx, "barrier", 3)?;
        let mut tasks = parties(&log, ["a", "b"], &barrier);
        cx.sleep(TEN).await?;
        tasks[0].cancel();
        cx.sleep(TEN).await?;
        log.write(format!("{} wait, broken {}", barrier.n_waiting(), py(barrier.broken())));
        tasks.extend(parties(&log, ["c", "d"], &barrier));
        cx.gather_tasks(tasks).await.map(|_| ())
    });
}

#[test]
fn barrier_one_is_cancelled_as_it_opens() {
    twin("barrier_one_is_cancelled_as_it_opens", |cx, log| async move {
        let barrier = Barrier::new(&cx, "barrier", 2)?;
        let task = cx.create_task(party(log.clone(), "a", barrier.clone(), 0));
        cx.sleep(TEN).await?;
        log.write(format!("main was {}", barrier.wait().await?));
        task.cancel();
        cx.sleep(TEN).await?;
        log.write(format!("{} wait, broken {}", barrier.n_waiting(), py(barrier.broken())));
        cx.gather_tasks(parties(&log, ["b", "c"], &barrier)).await.map(|_| ())
    });
}

#[test]
fn barrier_is_reset_and_aborted() {
    twin("barrier_is_reset_and_aborted", |cx, log| async move {
        let barrier = Barrier::new(&cx, "barrier", 3)?;
        let tasks = parties(&log, ["a", "b"], &barrier);
        cx.sleep(TEN).await?;
        barrier.reset().await?;
        log.write(format!("reset, broken {}", py(barrier.broken())));
        let late = parties(&log, ["late"], &barrier);
        cx.gather_tasks(tasks).await?;
        cx.sleep(TEN).await?;
        log.write(format!("{} wait", barrier.n_waiting()));
        barrier.abort().await?;
        log.write(format!("aborted, broken {}", py(barrier.broken())));
        cx.gather_tasks(late).await?;
        party(log.clone(), "later", barrier.clone(), 0).await?;
        barrier.reset().await?;
        log.write(format!("broken {}", py(barrier.broken())));
        cx.gather_tasks(parties(&log, ["x", "y", "z"], &barrier)).await.map(|_| ())
    });
}
