//! The service: a cache, and the task that refreshes it.

use crate::aio::{Cx, Exception, Task};
use crate::model::Plan;
use rust_decimal::Decimal;
use std::cell::Cell;
use std::rc::Rc;

/// What is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prices {
    /// Gold, per gram.
    pub gold: Decimal,
    /// Silver, per gram.
    pub silver: Decimal,
}

/// What the service and its updater share.
struct Cache {
    cx: Cx,
    plan: Rc<Plan>,
    prices: Cell<Prices>,
    /// Refreshes that have ended, well or not, after the first.
    tried: Cell<u64>,
}

/// Answers from memory.
pub(super) struct Service {
    cache: Rc<Cache>,
    updater: Task<()>,
}

impl Service {
    /// Starts the updater, then waits for the first prices.
    pub async fn start(cx: &Cx, plan: Rc<Plan>) -> Result<Self, Exception> {
        let nothing = Prices { gold: Decimal::ZERO, silver: Decimal::ZERO };
        let (prices, tried) = (Cell::new(nothing), Cell::new(0));
        let cache = Rc::new(Cache { cx: cx.clone(), plan, prices, tried });
        let updater = cx.create_task_named("updater", cache.clone().update());
        cache.refresh(0).await?;
        Ok(Self { cache, updater })
    }

    /// What the prices at hand come to; nobody waits for it.
    pub fn answer(&self) -> [Decimal; 2] {
        super::answer(&self.cache.plan.values, self.cache.prices.get())
    }

    /// Refreshes after the first, well or not.
    pub fn tried(&self) -> u64 {
        self.cache.tried.get()
    }

    /// Cancels the updater and waits until it has ended.
    pub async fn stop(&self) -> Result<Task<()>, Exception> {
        self.updater.cancel();
        // It raises nothing of the updater's: a cancellation heard here is ours.
        self.cache.cx.wait([&self.updater]).await?;
        if !self.updater.cancelled() {
            self.updater.result()?; // a bug should show
        }
        Ok(self.updater.clone())
    }
}

impl Cache {
    /// The updater: for ever, until it is cancelled.
    async fn update(self: Rc<Self>) -> Result<(), Exception> {
        for n in 1.. {
            self.cx.sleep(self.plan.values.wait("period")).await?;
            tolerated(self.refresh(n).await)?;
            self.tried.set(n);
        }
        Ok(())
    }

    /// Fetches all three figures at once, and only then keeps them.
    async fn refresh(&self, n: u64) -> Result<(), Exception> {
        let prices = super::prices(&self.plan.values, n);
        let fails = n > 0 && n == self.plan.values.count("fails");
        let fetch = |name: &str, fails| {
            let (cx, wait) = (self.cx.clone(), self.plan.values.wait("fetch"));
            self.cx.create_task_named(format!("{name} {n}"), async move {
                cx.sleep(wait).await?;
                if fails { Err(Exception::new("ConnectionError", "no answer")) } else { Ok(()) }
            })
        };
        let tasks = vec![fetch("gold", fails), fetch("silver", false), fetch("rate", false)];
        self.cx.gather_tasks(tasks).await?;
        self.prices.set(prices);
        Ok(())
    }
}

/// After a failure that was to be expected the old prices stay; a bug should show.
fn tolerated(refreshed: Result<(), Exception>) -> Result<(), Exception> {
    match refreshed {
        Err(raised) if raised.is_a("ConnectionError") => Ok(()),
        refreshed => refreshed,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::super::testing::spec;
    use super::super::SCENARIO;
    use super::*;
    use crate::aio::virtual_time::{no_work, run};
    use crate::model::{Model, Outcome};

    #[test]
    fn who_is_cancelled_while_it_stops_the_service_hears_of_it() {
        let plan = Rc::new(spec(&SCENARIO, "").plan(Model::Asyncio, "", 0));
        let ran = run(plan.values.speed(), no_work(), |cx| async move {
            let service = Service::start(&cx, plan).await?;
            let stopping = cx.create_task(async move { service.stop().await.map(drop) });
            cx.sleep(0).await?;
            stopping.cancel();
            cx.wait([&stopping]).await?;
            Ok(Outcome::new(if stopping.cancelled() { "cancelled" } else { "not heard" }))
        });
        assert_eq!(ran.result.unwrap().value, "cancelled");
    }

    #[test]
    fn only_a_failure_that_was_to_be_expected_leaves_the_old_prices() {
        let tolerated = |kind| tolerated(Err(Exception::new(kind, ""))).is_ok();
        assert!(tolerated("ConnectionError") && !tolerated("CancelledError"));
        assert!(!tolerated("ValueError"), "a bug should show");
    }
}
