//! Consumers wait on a condition for one item; those who are woken look again before they take it, or do not.

use super::{of_runs, runs};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Model, Outcome, Param, Plan, Report, State};
use crate::scenarios::waiting::lateness::speed_note;
use crate::scenarios::{Arrangement, Chapter, Program, Scenario, Threads, Variant, beside, engine_only};
use crate::threading::{Condition, Event, Script, Shared, Thread, ThreadCx, ThreadError, ThreadsRun};
use std::sync::Arc;

/// Waking up, and looking again.
pub static SCENARIO: Scenario = Scenario {
    id: "condition",
    title: "Waiting for an item",
    chapter: Chapter::Threads,
    question: beside(
        "Consumers wait for an item, and one comes. Who is woken, and what do those find who come too late?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: NOTIFY, label: "notify", bad: false },
        Variant { id: NOTIFY_ALL, label: "notify_all", bad: false },
        Variant { id: NO_LOOP, label: "no loop", bad: true },
    ],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[NOTIFY, NOTIFY_ALL, NO_LOOP],
        program: Program::Threads(Threads {
            count: |plan| consumers(plan) + 1,
            waits: true,
            make: engine_only(program),
        }),
    }],
    models: &[Model::Threads, Model::FreeThreads],
    repeats: 3,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const NOTIFY: &str = "notify";
const NOTIFY_ALL: &str = "notify-all";
const NO_LOOP: &str = "no-loop";

const PARAMS: &[Param] = &[
    count("consumers", "Consumers", (2, 8), 3, "", "Threads that wait for the item."),
    wait("delay", "Delay", (100, 5_000), 1_000, "Until the item comes, and from then until closing time."),
    SPEED,
];

fn consumers(plan: &Plan) -> usize {
    plan.values.count("consumers") as usize
}

/// What the lock protects.
#[derive(Clone, Default)]
struct Stock {
    items: u32,
    closed: bool,
    waiting: usize,
    /// Wake-ups before closing time.
    woken: u32,
    taken: u32,
}

struct Shop {
    condition: Condition,
    /// Set when all consumers wait.
    all_wait: Event,
    stock: Shared<Stock>,
    consumers: usize,
}

impl Shop {
    /// `condition.wait()`; the last one to come tells the producer, who gets the lock only when this one waits too.
    fn wait(&self, cx: &ThreadCx) -> Result<(), ThreadError> {
        let waiting = self.stock.with(|stock| {
            stock.waiting += 1;
            stock.waiting
        });
        if waiting == self.consumers {
            self.all_wait.set(cx);
        }
        self.condition.wait(cx)?;
        self.stock.with(|stock| stock.woken += u32::from(!stock.closed));
        Ok(())
    }

    fn consume(&self, cx: &ThreadCx, looks_again: bool) -> Result<(), ThreadError> {
        let _held = self.condition.acquire(cx)?;
        let nothing = || self.stock.with(|stock| stock.items == 0);
        if looks_again {
            while nothing() {
                if self.stock.with(|stock| stock.closed) {
                    return Ok(());
                }
                self.wait(cx)?;
            }
        } else if nothing() {
            self.wait(cx)?;
        }
        let take = |stock: &mut Stock| {
            stock.items = stock.items.checked_sub(1)?;
            stock.taken += 1;
            Some(())
        };
        self.stock.with(take).ok_or(ThreadError::raised("IndexError", "pop from empty list"))
    }
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let names = (1..=consumers(plan)).map(|n| format!("consumer-{n}"));
    Script::new(plan, main).threads(names).objects(["condition", "condition's lock", "all wait"]).build()
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let (consumers, delay) = (consumers(plan), plan.values.wait("delay"));
    let (condition, all_wait) = (Condition::new(0, 1), Event::new(2));
    let shop = Arc::new(Shop { condition, all_wait, stock: Shared::default(), consumers });
    let looks_again = plan.variant != NO_LOOP;
    let thread = |n| {
        let shop = shop.clone();
        Thread::new(format!("consumer-{n}"), move |cx| shop.consume(cx, looks_again))
    };
    let threads: Vec<Thread> = (1..=consumers).map(thread).collect();
    threads.iter().try_for_each(|thread| thread.start(cx))?;
    shop.all_wait.wait(cx)?;
    cx.sleep(delay)?;
    let held = shop.condition.acquire(cx)?;
    shop.stock.with(|stock| stock.items += 1);
    shop.condition.notify(cx, if plan.variant == NOTIFY { 1 } else { consumers })?;
    drop(held);
    cx.sleep(delay)?;
    let held = shop.condition.acquire(cx)?;
    shop.stock.with(|stock| stock.closed = true);
    shop.condition.notify_all(cx)?;
    drop(held);
    threads.iter().try_for_each(|thread| thread.join(cx))?;
    let (stock, unhandled) = (shop.stock.get(), cx.unhandled());
    let outcome = Outcome::new(format!("{} taken, {} failed", stock.taken, unhandled.len()))
        .with("taken", stock.taken.into())
        .with("failed", unhandled.len() as f64)
        .with("woken", stock.woken.into());
    Ok(unhandled.iter().fold(outcome, |outcome, one| outcome.line(format!("{}: {}", one.thread, one.error))))
}

fn claims(report: &Report) -> Vec<Claim> {
    let consumers = report.spec.values.count("consumers");
    let mut claims = Vec::new();
    for (variant, failed, text) in [
        (NOTIFY, 0, "With **notify** the item is taken once, and nobody fails".to_owned()),
        (NOTIFY_ALL, 0, "With **notify_all** too: who finds nothing waits again".to_owned()),
        (NO_LOOP, consumers - 1, format!("Without the loop **{}** wake up and find the item stolen", consumers - 1)),
    ] {
        let expected = format!("1 taken, {failed} failed");
        let values: Vec<&str> = runs(report, variant).map(|(_, outcome)| outcome.value.as_str()).collect();
        let right = values.iter().filter(|value| **value == expected).count();
        if let Some(last) = values.last() {
            let measured = format!("{}: {last}", of_runs(right, values.len()));
            claims.push(Claim::new(text, right == values.len(), measured));
        }
    }
    for (variant, label, wanted) in [(NOTIFY, "notify", 1), (NOTIFY_ALL, "notify_all", consumers)] {
        let woken: Vec<f64> = runs(report, variant).filter_map(|(_, outcome)| outcome.figure("woken")).collect();
        if let Some(last) = woken.last() {
            let text = format!("One item and {label}: **{wanted}** woken");
            // By closing time; a machine that is very busy may come to it later.
            let claim = Claim::new(text, woken.iter().all(|n| *n == wanted as f64), format!("{last} woken"));
            claims.push(claim.by_the_clock());
        }
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let woken = |outcome: &Outcome| outcome.figure("woken").unwrap_or(0.0);
    if let Some((run, outcome)) = runs(report, NOTIFY).last() {
        let spans = run.trace.spans();
        let waited = spans.iter().filter(|span| span.state == State::Blocked && span.arg == 0);
        out.push(format!(
            "The consumers waited **{}** in all, without the lock and without computing. notify woke **{}** of them: whoever \
             had waited longest.",
            time(waited.map(|span| span.end - span.start).sum()),
            woken(outcome),
        ));
    }
    if let Some((_, outcome)) = runs(report, NOTIFY_ALL).last() {
        out.push(format!(
            "notify_all woke **{}**. They got the lock one after the other. The first took the item, the others looked, found \
             nothing and waited again.",
            woken(outcome),
        ));
    }
    if let Some((_, outcome)) = runs(report, NO_LOOP).last() {
        out.push(format!(
            "Without the loop each believed its wake-up: **{}**. A wake-up says that something changed, not that it is still \
             so. Look again: “while not items: condition.wait()”, or wait_for.",
            if outcome.lines.is_empty() { &outcome.value } else { &outcome.lines[0] },
        ));
    }
    out.extend(speed_note(report));
    out
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere};
    use super::*;
    use crate::model::Mark;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        for (variant, value, failed) in
            [(NOTIFY, "1 taken, 0 failed", 0), (NOTIFY_ALL, "1 taken, 0 failed", 0), (NO_LOOP, "1 taken, 2 failed", 2)]
        {
            for (run, outcome) in runs(&report, variant) {
                assert_eq!(outcome.value, value, "{variant}");
                assert_eq!(run.trace.marks(Mark::Failed).count(), failed, "{variant}");
            }
        }
        let (_, outcome) = runs(&report, NO_LOOP).last().unwrap();
        assert!(outcome.lines.iter().all(|line| line.ends_with(": IndexError: pop from empty list")), "{outcome:?}");
    }

    #[test]
    fn an_item_taken_twice_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "consumers", "5").unwrap();
        for cell in &mut report.cells {
            cell.variant = if cell.variant == NO_LOOP { NOTIFY } else { NO_LOOP }.to_owned();
        }
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok && !claim.timed).count(), 2);
    }
}
