//! A slow source under a limit, then another, then a price that is always at hand.

use super::lateness::{CLOSE, real, speed_note, took};
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, amount, wait};
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, beside, engine_only};
use std::cell::Cell;
use std::rc::Rc;

/// Two sources and a default.
pub static SCENARIO: Scenario = Scenario {
    id: "fallback",
    title: "A limit and a fallback",
    chapter: Chapter::Waiting,
    question: beside(
        "The first source is slow, and so is the second. How long do you wait before you settle for a price you already have?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "the second is quick", link: "fallback=500" },
        Preset { name: "the first is quick", link: "primary=1000" },
    ],
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
    wait("primary", "Primary source", (0, 10_000), 2_500, "How long the first source takes to answer."),
    wait("fallback", "Fallback source", (0, 10_000), 2_500, "How long the second source takes to answer."),
    wait("limit", "Limit", (10, 10_000), 1_500, "How long each source may take."),
    amount("primary-price", "Primary price", (1, 1_000_000, 6_075), 2, "per gram", "What the first source answers."),
    amount("fallback-price", "Fallback price", (1, 1_000_000, 6_050), 2, "per gram", "What the second source answers."),
    amount(
        "default-price",
        "Default price",
        (1, 1_000_000, 6_000),
        2,
        "per gram",
        "Used when neither answers in time.",
    ),
    SPEED,
];

/// The two sources, in the order they are asked.
const SOURCES: [&str; 2] = ["primary", "fallback"];

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let cancelled = Rc::new(Cell::new(0_u32));
        let mut outcome = Outcome::default();
        let mut price = None;
        for name in SOURCES {
            let wait = values.wait(name);
            let source = ask(cx.clone(), wait, cancelled.clone());
            match cx.wait_for(values.wait("limit"), source).await {
                Ok(()) => {
                    outcome = outcome.line(format!("{name}: answered"));
                    price = Some((name, values.amount(&format!("{name}-price"))));
                    break;
                }
                Err(e) if e.is_timeout() => outcome = outcome.line(format!("{name}: TimeoutError")),
                Err(e) => return Err(e),
            }
        }
        let (source, price) = price.unwrap_or(("default", values.amount("default-price")));
        outcome.value = price.to_string();
        let outcome = outcome.line(format!("{price} from {source}"));
        Ok(outcome.with("cancelled", f64::from(cancelled.get())))
    })
}

/// Asks a source. When its time is up it is cancelled at this very await; it says so and passes the cancellation on.
async fn ask(cx: Cx, wait: Nanos, cancelled: Rc<Cell<u32>>) -> Result<(), Exception> {
    let answer = cx.sleep(wait).await;
    if answer.as_ref().is_err_and(Exception::is_cancelled) {
        cancelled.set(cancelled.get() + 1);
    }
    answer
}

/// How many sources are too slow, from the plan; a source that needs the whole limit is too late, as in asyncio.
fn too_slow(values: &Values) -> usize {
    SOURCES.iter().take_while(|name| values.wait(name) >= values.wait("limit")).count()
}

fn expected(values: &Values) -> Nanos {
    let asked = (too_slow(values) + 1).min(SOURCES.len());
    SOURCES.iter().take(asked).map(|name| values.wait(name).min(values.wait("limit"))).sum()
}

/// Whether a source needs so nearly the limit that a real clock may decide either way.
fn close_call(report: &Report) -> bool {
    let values = &report.spec.values;
    SOURCES.iter().any(|name| {
        let (wait, limit) = (values.wait(name), values.wait("limit"));
        wait < limit && real(report, limit - wait) < CLOSE
    })
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let mut claims = Vec::new();
    let slow = too_slow(values);
    let key = ["primary-price", "fallback-price", "default-price"].into_iter().nth(slow).unwrap_or("default-price");
    let price = values.amount(key).to_string();
    let all: Vec<_> = cell.finished().collect();
    let Some((last, outcome)) = all.last() else { return claims };
    if !close_call(report) {
        let ok = all.iter().all(|(_, outcome)| outcome.value == price);
        claims.push(Claim::new(format!("The price is **{price}**"), ok, outcome.value.clone()));
        let times = last.trace.marks(Mark::TimedOut).count();
        let ok = all.iter().all(|(run, _)| run.trace.marks(Mark::TimedOut).count() == slow);
        claims.push(Claim::new(
            format!("The limit of {} passes **{slow}** times", time(real(report, values.wait("limit")))),
            ok,
            format!("{times} times"),
        ));
    }
    let seen = |o: &Outcome| o.figure("cancelled").unwrap_or(-1.0) as i64;
    let ok = all.iter().all(|(run, outcome)| run.trace.marks(Mark::TimedOut).count() as i64 == seen(outcome));
    claims.push(Claim::new(
        "Every source that was too slow **saw its own cancellation**",
        ok,
        format!("{} cancelled", seen(outcome)),
    ));
    if !close_call(report) {
        let asked = (slow + 1).min(SOURCES.len()) as u64;
        claims.extend(took(report, Model::Asyncio, "", "It is over after", expected(values), asked));
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let limit = time(real(report, report.spec.values.wait("limit")));
    let late: Vec<String> = run.trace.marks(Mark::TimedOut).map(|mark| format!("**{}**", time(mark.at))).collect();
    let mut out = vec![match late.as_slice() {
        [] => format!("The first source answered within its limit of {limit}. The other one was never asked."),
        [first] => format!(
            "The limit of {limit} passed once, at {first}. The loop cancelled the first source at the place where it was \
             waiting. Your code saw a TimeoutError and asked the second source, which was in time."
        ),
        all => format!(
            "The limit of {limit} passed at {}. Each time the loop cancelled the source at the place where it was waiting, and \
             your code saw a TimeoutError. After the second one it took the price it had.",
            all.join(" and ")
        ),
    }];
    out.push(format!(
        "The price was **{}** after **{}**. Without limits you would have waited for the first source: {}.",
        outcome.value,
        time(run.elapsed),
        time(real(report, report.spec.values.wait("primary")))
    ));
    if close_call(report) {
        out.push("One source needs very nearly the whole limit. When the loop is a little late, both are due at once, and then the limit wins. So the result may change from run to run.".to_owned());
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "limits and waits".to_owned(), time: real(report, expected(&report.spec.values)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere};
    use super::*;
    use crate::model::{MS, SECOND};

    fn came_to(link: &str) -> (String, Nanos) {
        let report = holds(&SCENARIO, link);
        let (run, outcome) = report.cell(Model::Asyncio, "").unwrap().last().unwrap();
        (outcome.value.clone(), run.elapsed)
    }

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_figures() {
        assert_eq!(came_to(""), ("60.00".to_owned(), 3 * SECOND));
        assert_eq!(came_to("fallback=500"), ("60.50".to_owned(), 2 * SECOND));
        assert_eq!(came_to("primary=1000"), ("60.75".to_owned(), SECOND));
        assert_eq!(came_to("speed=10"), ("60.00".to_owned(), 300 * MS));
        assert_eq!(came_to("primary=1500").1, 3 * SECOND, "exactly the limit is too late");
    }
}
