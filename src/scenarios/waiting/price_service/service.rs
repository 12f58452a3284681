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
        match self.updater.clone().await {
            Err(raised) if !raised.is_cancelled() => Err(raised),
            _ => Ok(self.updater.clone()),
        }
    }
}

impl Cache {
    /// The updater: for ever, until it is cancelled.
    async fn update(self: Rc<Self>) -> Result<(), Exception> {
        for n in 1.. {
            self.cx.sleep(self.plan.values.wait("period")).await?;
            match self.refresh(n).await {
                Err(raised) if raised.is_cancelled() => return Err(raised),
                Ok(()) | Err(_) => {} // after a failure the old prices stay
            }
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
