//! Any number of fetches with delays of their own: one after another, or all at once with gather.

use super::endings::{by_delay, endings, listed};
use super::lateness::{CLOSE, real, speed_note, took};
use super::{most_in, tasks_only};
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, Values};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

const SEQUENTIAL: &str = "sequential";
const GATHER: &str = "gather";

/// N fetches.
pub static SCENARIO: Scenario = Scenario {
    id: "fan-out",
    title: "Fan out with gather",
    chapter: Chapter::Waiting,
    question: beside(
        "Three fetches take 2, 1.5 and 1 seconds. When is the last one back, and in which order do the results come?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: SEQUENTIAL, label: "one after another", bad: false },
        Variant { id: GATHER, label: "gather", bad: false },
    ],
    presets: &[
        Preset { name: "the longest comes last", link: "first=2000&second=1000&third=3000" },
        Preset { name: "1,000 short fetches", link: "tasks=1000&first=20&second=15&third=10" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[SEQUENTIAL, GATHER],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| if plan.variant == "gather" { 1 + plan.values.count("tasks") as usize } else { 1 },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("tasks", "Fetches", (1, 1_000), 3, "", "After three, the delays begin again."),
    wait("first", "First delay", (0, 10_000), 2_000, "How long the first fetch takes."),
    wait("second", "Second delay", (0, 10_000), 1_500, "How long the second fetch takes."),
    wait("third", "Third delay", (0, 10_000), 1_000, "How long the third fetch takes."),
    SPEED,
];

/// The delay of each fetch.
fn delays(values: &Values) -> Vec<Nanos> {
    let three = ["first", "second", "third"].map(|key| values.wait(key));
    three.into_iter().cycle().take(values.count("tasks") as usize).collect()
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let fetches = (1..).zip(delays(&plan.values));
        let results = if plan.variant == GATHER {
            let task = |(n, delay)| cx.create_task_named(format!("fetch {n}"), fetch(cx.clone(), n, delay));
            cx.gather_tasks(fetches.map(task).collect()).await?
        } else {
            let mut results = Vec::new();
            for (n, delay) in fetches {
                results.push(fetch(cx.clone(), n, delay).await?);
            }
            results
        };
        let order = if results.is_sorted() { "in call order" } else { "in another order" };
        Ok(Outcome::new(format!("results: {}, {order}", grouped(results.len() as u64))).line(listed(&results)))
    })
}

/// Fetch number `n`; its result is its number.
async fn fetch(cx: Cx, n: usize, delay: Nanos) -> Result<usize, Exception> {
    cx.sleep(delay).await?;
    Ok(n)
}

/// The time of a variant: the sum of the delays, or the longest.
fn expected(report: &Report, variant: &str) -> Nanos {
    let delays = delays(&report.spec.values);
    if variant == GATHER { delays.into_iter().max().unwrap_or(0) } else { delays.iter().sum() }
}

/// The order in which gather's fetches ended.
fn order(trace: &Trace) -> Vec<usize> {
    endings(trace).iter().map(|ended| ended.task).filter(|task| *task > 0).collect()
}

/// The most fetches that waited at one moment.
fn asleep(trace: &Trace) -> usize {
    most_in(trace, State::Sleeping)
}

fn claims(report: &Report) -> Vec<Claim> {
    let delays = delays(&report.spec.values);
    let tasks = delays.len();
    let right = format!("results: {}, in call order", grouped(tasks as u64));
    let mut claims = Vec::new();
    let seen: Vec<&str> =
        report.cells.iter().flat_map(|c| c.finished()).map(|(_, outcome)| outcome.value.as_str()).collect();
    if let Some(last) = seen.iter().find(|v| **v != right).or(seen.last()) {
        let ok = seen.iter().all(|v| *v == right);
        claims.push(Claim::new("Both ways give the results **in the order of the call**", ok, *last));
    }
    let one_by_one = expected(report, SEQUENTIAL);
    let what = "One after another takes the sum of the delays";
    claims.extend(took(report, Model::Asyncio, SEQUENTIAL, what, one_by_one, tasks as u64));
    claims.extend(took(report, Model::Asyncio, GATHER, "gather takes the longest delay", expected(report, GATHER), 1));
    let Some(cell) = report.cell(Model::Asyncio, GATHER) else { return claims };
    let traces: Vec<&Trace> = cell.finished().map(|(run, _)| &run.trace).collect();
    let Some(last) = traces.last() else { return claims };
    if delays.iter().all(|delay| real(report, *delay) >= CLOSE) {
        let least = traces.iter().map(|trace| asleep(trace)).min().unwrap_or(0);
        claims.push(Claim::new(
            format!("With gather all **{}** wait at the same moment", grouped(tasks as u64)),
            least == tasks,
            format!("{} at once", grouped(least as u64)),
        ));
    }
    let sorted: Vec<_> = traces.iter().filter_map(|trace| by_delay(report, &delays, &order(trace))).collect();
    if !sorted.is_empty() {
        let ok = sorted.iter().all(|sorted| *sorted);
        // A page that stands still while it starts them makes it another order.
        let claim = Claim::new("With gather the **shortest** fetch ends first", ok, listed(&order(last)));
        claims.push(claim.by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let last = |variant| report.cell(Model::Asyncio, variant).and_then(|c| c.last());
    let mut out = Vec::new();
    if let Some((run, _)) = last(SEQUENTIAL) {
        out.push(format!(
            "One after another, a single task waited for **{}** in all. Each fetch began when the one before it was back.",
            time(tasks_only(&run.trace).total(State::Sleeping))
        ));
    }
    if let Some((run, outcome)) = last(GATHER) {
        out.push(format!(
            "gather made a task of each fetch. Together they waited for **{}**, up to **{}** at the same moment. So it was over \
             after **{}**.",
            time(tasks_only(&run.trace).total(State::Sleeping)),
            grouped(asleep(&run.trace) as u64),
            time(run.elapsed)
        ));
        out.push(format!(
            "The fetches ended in the order {}. gather gave the results in the order of the call: {}. So you know which is which.",
            listed(&order(&run.trace)),
            outcome.lines.join(" ")
        ));
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, variant: &str) -> Option<Bound> {
    let label = if variant == GATHER { "longest delay" } else { "sum of the delays" };
    Some(Bound { label: label.to_owned(), time: real(report, expected(report, variant)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{ends_when_stopped, holds, holds_everywhere};
    use super::*;
    use crate::model::{MS, SECOND};

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn it_ends_when_it_is_stopped() {
        ends_when_stopped(&SCENARIO);
    }

    fn took_and_order(link: &str) -> (Nanos, Nanos, Vec<usize>) {
        let report = holds(&SCENARIO, link);
        let of = |variant| report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
        (of(SEQUENTIAL).0.elapsed, of(GATHER).0.elapsed, order(&of(GATHER).0.trace))
    }

    #[test]
    fn the_figures() {
        assert_eq!(took_and_order(""), (4_500 * MS, 2 * SECOND, vec![3, 2, 1]));
        assert_eq!(took_and_order("first=2000&second=1000&third=3000"), (6 * SECOND, 3 * SECOND, vec![2, 1, 3]));
        let (sum, longest, order) = took_and_order("tasks=1000&first=20&second=15&third=10");
        assert_eq!((sum, longest, order.len()), (334 * 20 * MS + 333 * 25 * MS, 20 * MS, 1_000));
    }

    #[test]
    fn another_order_is_found_out() {
        let mut report = holds(&SCENARIO, "first=500");
        report.spec.values.set(PARAMS, "first", "9000").unwrap();
        let claims = claims(&report);
        assert!(claims.iter().any(|claim| !claim.ok && claim.text.contains("shortest")));
    }
}
