//! One awaited price: the task stands still, and the loop is free.

use super::lateness::{CLOSE, real, speed_note, took};
use super::tasks_only;
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, amount, wait};
use crate::model::units::{percent, time};
use crate::model::{Claim, LaneKind, Model, Nanos, Outcome, Param, Plan, Report, Span, State, Trace, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Program, Scenario, beside, engine_only};
use rust_decimal::Decimal;
use std::rc::Rc;

/// One fetch, awaited.
pub static SCENARIO: Scenario = Scenario {
    id: "first-await",
    title: "The first await",
    chapter: Chapter::Waiting,
    question: beside("One price is fetched and awaited. What does the event loop do in the meantime?"),
    params: PARAMS,
    variants: &[],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    wait("latency", "Latency", (0, 10_000), 100, "How long the price takes to arrive."),
    amount("price", "Price", (1, 1_000_000, 6_000), 2, "per gram", "What the fetch gives back."),
    amount("grams", "Gold", (1, 10_000, 85), 0, "g", "The threshold is what so much gold is worth."),
    SPEED,
];

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let price = fetch(cx, values.wait("latency"), values.amount("price")).await?;
        let threshold = threshold(values, price);
        Ok(Outcome::new(threshold.to_string()).line(format!("threshold: {threshold}")))
    })
}

async fn fetch(cx: Cx, latency: Nanos, price: Decimal) -> Result<Decimal, Exception> {
    cx.sleep(latency).await?; // stands for a request and its answer
    Ok(price)
}

fn threshold(values: &Values, price: Decimal) -> Decimal {
    let mut money = (price * values.amount("grams")).round_dp(2);
    money.rescale(2);
    money
}

/// How long the task waited, and for how long of that the loop had nothing to do.
fn waited(trace: &Trace) -> (Nanos, Nanos) {
    let spans = trace.spans();
    let asleep = |kind: LaneKind| -> Vec<&Span> {
        let ids: Vec<u32> = trace.lanes.iter().filter(|lane| lane.kind == kind).map(|lane| lane.id).collect();
        spans.iter().filter(|span| span.state == State::Sleeping && ids.contains(&span.lane)).collect()
    };
    let (task, idle) = (asleep(LaneKind::Task), asleep(LaneKind::Loop));
    let both = |a: &Span, b: &Span| a.end.min(b.end).saturating_sub(a.start.max(b.start));
    (
        task.iter().map(|span| span.end - span.start).sum(),
        task.iter().flat_map(|a| idle.iter().map(|b| both(a, b))).sum(),
    )
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let all: Vec<_> = cell.finished().collect();
    let Some((last, outcome)) = all.last() else { return Vec::new() };
    let right = threshold(values, values.amount("price")).to_string();
    let tasks = |trace: &Trace| tasks_only(trace).lanes.len();
    let mut claims = vec![
        Claim::new(
            format!("The threshold is **{right}**"),
            all.iter().all(|(_, outcome)| outcome.value == right),
            outcome.value.clone(),
        ),
        Claim::new(
            "Awaiting a coroutine makes **no new task**: the main task itself waits",
            all.iter().all(|(run, _)| tasks(&run.trace) == 1),
            format!("{} task", tasks(&last.trace)),
        ),
    ];
    claims.extend(took(report, Model::Asyncio, "", "It takes as long as the price", values.wait("latency"), 1));
    if real(report, values.wait("latency")) >= CLOSE {
        let free = |trace: &Trace| {
            let (waited, idle) = waited(trace);
            idle * 10 >= waited * 9 && waited > 0
        };
        let (waited, idle) = waited(&last.trace);
        let claim = Claim::new(
            "While the task waits, the loop is **idle** for at least 90 % of the time",
            all.iter().all(|(run, _)| free(&run.trace)),
            format!("{} of {}", time(idle), time(waited)),
        );
        claims.push(claim.by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let (waited, idle) = waited(&run.trace);
    let mut out = vec![match waited {
        0 => "The price was there at once. Your task did not have to wait.".to_owned(),
        _ => format!(
            "Your task asked for the price and stopped at `await`. It waited for **{}**. The loop was free for **{}** of that, {}. \
             It had no other task to run.",
            time(waited),
            time(idle),
            percent(idle as f64 / waited as f64),
        ),
    }];
    out.push(format!(
        "Then your task went on behind the `await` with the price in its hand. The threshold came to **{}** after **{}**.",
        outcome.value,
        time(run.elapsed)
    ));
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "the wait".to_owned(), time: real(report, report.spec.values.wait("latency")) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{ends_when_stopped, holds, holds_everywhere};
    use super::*;
    use crate::model::MS;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn it_ends_when_it_is_stopped() {
        ends_when_stopped(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        let (run, outcome) = report.cell(Model::Asyncio, "").unwrap().last().unwrap();
        assert_eq!((outcome.value.as_str(), run.elapsed), ("5100.00", 100 * MS));
        assert_eq!(waited(&run.trace), (100 * MS, 100 * MS));
        assert_eq!(claims(&report).len(), 4);
    }

    #[test]
    fn a_loop_that_is_busy_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        let trace = &mut report.cells[0].runs[0].trace;
        let of_loop = trace.lanes.iter().find(|lane| lane.kind == LaneKind::Loop).unwrap().id;
        trace.records.retain(|record| record.lane != of_loop);
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 1);
    }
}
