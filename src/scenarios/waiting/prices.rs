//! Three fetches: one after another, or all at once with gather.

use super::lateness::{CLOSE, real, speed_note, took};
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, amount, wait};
use crate::model::units::{time, times};
use crate::model::{Claim, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Program, Scenario, Variant, beside, engine_only};
use rust_decimal::Decimal;
use std::rc::Rc;

const SEQUENTIAL: &str = "sequential";
const GATHER: &str = "gather";

/// Two thresholds from three fetched figures.
pub static SCENARIO: Scenario = Scenario {
    id: "prices",
    title: "Fetching prices",
    chapter: Chapter::Waiting,
    question: beside(
        "Two prices and an exchange rate are fetched. How long does it take one after another, and how long all at once?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: SEQUENTIAL, label: "one after another", bad: false },
        Variant { id: GATHER, label: "gather", bad: false },
    ],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[SEQUENTIAL, GATHER],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 3,
    kernel: None,
    tasks: |plan| if plan.variant == "gather" { 4 } else { 1 },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    amount("gold", "Gold price", (1, 1_000_000, 6_000), 2, "per gram", "What the gold fetch gives back."),
    amount("silver", "Silver price", (1, 1_000_000, 75), 2, "per gram", "What the silver fetch gives back."),
    amount(
        "rate",
        "Exchange rate",
        (1, 100_000, 100),
        2,
        "",
        "What the rate fetch gives back; both results are multiplied by it.",
    ),
    amount("gold-grams", "Gold", (1, 10_000, 85), 0, "g", "Grams of gold that the first result is worth."),
    amount("silver-grams", "Silver", (1, 10_000, 595), 0, "g", "Grams of silver that the second result is worth."),
    wait("gold-wait", "Gold fetch", (0, 10_000), 200, "How long the gold price takes to arrive."),
    wait("silver-wait", "Silver fetch", (0, 10_000), 200, "How long the silver price takes to arrive."),
    wait("rate-wait", "Rate fetch", (0, 10_000), 100, "How long the exchange rate takes to arrive."),
    SPEED,
];

const WAITS: [&str; 3] = ["gold-wait", "silver-wait", "rate-wait"];

async fn fetch(cx: Cx, wait: Nanos, figure: Decimal) -> Result<Decimal, Exception> {
    cx.sleep(wait).await?;
    Ok(figure)
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let fetch_as = |name: &str| fetch(cx.clone(), values.wait(&format!("{name}-wait")), values.amount(name));
        let (gold, silver, rate) = if plan.variant == GATHER {
            let tasks = ["gold", "silver", "rate"].map(|name| cx.create_task_named(name, fetch_as(name)));
            let all = cx.gather_tasks(tasks.into()).await?;
            match all[..] {
                [gold, silver, rate] => (gold, silver, rate),
                _ => return Err(Exception::new("ValueError", "not enough values to unpack (expected 3)")),
            }
        } else {
            (fetch_as("gold").await?, fetch_as("silver").await?, fetch_as("rate").await?)
        };
        let [gold, silver] = thresholds(values, gold, silver, rate);
        Ok(Outcome::new(format!("{gold} and {silver}")).line(format!("gold: {gold}")).line(format!("silver: {silver}")))
    })
}

fn thresholds(values: &Values, gold: Decimal, silver: Decimal, rate: Decimal) -> [Decimal; 2] {
    [(gold, "gold-grams"), (silver, "silver-grams")].map(|(price, grams)| {
        let mut money = (price * values.amount(grams) * rate).round_dp(2);
        money.rescale(2);
        money
    })
}

/// The time of a variant: the sum of the waits, or the longest.
fn expected(report: &Report, variant: &str) -> Nanos {
    let waits = WAITS.map(|key| report.spec.values.wait(key));
    if variant == GATHER { waits.into_iter().max().unwrap_or(0) } else { waits.iter().sum() }
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let [gold, silver] = thresholds(values, values.amount("gold"), values.amount("silver"), values.amount("rate"));
    let right = format!("{gold} and {silver}");
    let mut claims = Vec::new();
    let seen: Vec<&str> =
        report.cells.iter().flat_map(|c| c.finished()).map(|(_, outcome)| outcome.value.as_str()).collect();
    if let Some(last) = seen.iter().find(|v| **v != right).or(seen.last()) {
        let ok = seen.iter().all(|v| *v == right);
        claims.push(Claim::new(format!("Gold and silver come to **{right}** in every run"), ok, *last));
    }
    claims.extend(took(
        report,
        Model::Asyncio,
        SEQUENTIAL,
        "One after another takes the sum of the waits",
        expected(report, SEQUENTIAL),
        3,
    ));
    claims.extend(took(report, Model::Asyncio, GATHER, "gather takes the longest wait", expected(report, GATHER), 1));
    let shortest = WAITS.map(|key| real(report, values.wait(key))).into_iter().min().unwrap_or(0);
    if let Some(cell) = report.cell(Model::Asyncio, GATHER)
        && shortest >= CLOSE
        && let Some(least) = cell.finished().map(|(run, _)| asleep(&run.trace)).min()
    {
        claims.push(Claim::new(
            "With gather all **3** fetches wait at the same moment",
            least == 3,
            format!("{least} at once"),
        ));
    }
    claims
}

/// The most tasks that waited for an answer at one moment.
fn asleep(trace: &Trace) -> usize {
    super::most_in(trace, State::Sleeping)
}

fn explain(report: &Report) -> Vec<String> {
    let last = |variant| report.cell(Model::Asyncio, variant).and_then(|c| c.last()).map(|(run, _)| run);
    let mut out = Vec::new();
    if let Some(run) = last(SEQUENTIAL) {
        let waited = super::tasks_only(&run.trace).total(State::Sleeping);
        out.push(format!(
            "One after another, a single task waited for **{}** of {}. Each fetch began only when the one before it had \
             answered. The loop had nothing else to do in the meantime.",
            time(waited),
            time(run.elapsed)
        ));
    }
    if let Some(run) = last(GATHER) {
        let waited = super::tasks_only(&run.trace).total(State::Sleeping);
        out.push(format!(
            "gather made a task of each fetch. The tasks waited for **{}** together, but up to **{}** of them at the same \
             moment, so it was over after **{}**. The slowest fetch decides.",
            time(waited),
            asleep(&run.trace),
            time(run.elapsed)
        ));
    }
    if let (Some(one), Some(all)) = (last(SEQUENTIAL), last(GATHER))
        && all.elapsed > 0
    {
        out.push(format!(
            "Nothing was computed faster: only the waiting overlapped. In the last run that made gather **{}** as fast. You \
             still get the results in the order you asked for them.",
            times(one.elapsed as f64 / all.elapsed as f64)
        ));
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, variant: &str) -> Option<Bound> {
    let label = if variant == GATHER { "longest wait" } else { "sum of the waits" };
    Some(Bound { label: label.to_owned(), time: real(report, expected(report, variant)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::lateness::slack;
    use super::super::testing::{holds, holds_everywhere};
    use super::*;
    use crate::model::MS;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        let of = |variant| report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
        assert_eq!(of(GATHER).1.value, "5100.00 and 446.25");
        assert_eq!(of(GATHER).0.elapsed, 200 * MS);
        assert_eq!(of(SEQUENTIAL).0.elapsed, 500 * MS);
        assert!(slack(1) < 300 * MS, "the tolerance still tells 200 from 500 ms");
    }
}
