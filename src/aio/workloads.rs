//! What benchmarks measure: tasks that are spawned and finished, switches between tasks, and tasks asleep.

use super::{Cx, Exception};
use crate::model::{Nanos, Outcome};
use std::cell::Cell;
use std::rc::Rc;

/// Spawns `tasks` tasks that return at once and gathers them. The outcome's value is how many did.
///
/// # Errors
/// None of its own.
pub async fn spawn(cx: Cx, tasks: u64) -> Result<Outcome, Exception> {
    let done = cx.gather((0..tasks).map(|_| async { Ok(1_u64) })).await?;
    Ok(Outcome::new(done.iter().sum::<u64>().to_string()))
}

/// `tasks` tasks that give way `each` times. The outcome's value is the number of switches.
///
/// # Errors
/// None of its own.
pub async fn switch(cx: Cx, tasks: u64, each: u64) -> Result<Outcome, Exception> {
    switch_counted(cx, tasks, each, Rc::default()).await
}

/// [`switch`], and every switch is counted as it is made.
///
/// # Errors
/// None of its own.
pub async fn switch_counted(cx: Cx, tasks: u64, each: u64, made: Rc<Cell<u64>>) -> Result<Outcome, Exception> {
    let hop = |cx: Cx, made: Rc<Cell<u64>>| async move {
        for _ in 0..each {
            made.set(made.get() + 1);
            cx.sleep(0).await?;
        }
        Ok(each)
    };
    let done = cx.gather((0..tasks).map(|_| hop(cx.clone(), made.clone()))).await?;
    Ok(Outcome::new(done.iter().sum::<u64>().to_string()))
}

/// `tasks` tasks asleep at once for `wait`. The outcome's value is how many woke up.
///
/// # Errors
/// None of its own.
pub async fn asleep(cx: Cx, tasks: u64, wait: Nanos) -> Result<Outcome, Exception> {
    let nap = |cx: Cx| async move { cx.sleep(wait).await.map(|()| 1_u64) };
    let done = cx.gather((0..tasks).map(|_| nap(cx.clone()))).await?;
    Ok(Outcome::new(done.iter().sum::<u64>().to_string()))
}
