//! A cache that a task refreshes in the background: it answers at once, survives a refresh that fails, and stops cleanly.

use super::lateness::{real, speed_note, took};
use crate::aio::{Cx, Exception, Task};
use crate::model::params::{amount, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Kind, Mark, Model, Nanos, Outcome, Param, Plan, Report, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, beside, engine_only};
use rust_decimal::Decimal;
use std::rc::Rc;

mod service;
use service::{Prices, Service};

/// Prices that are always at hand.
pub static SCENARIO: Scenario = Scenario {
    id: "price-service",
    title: "A service in the background",
    chapter: Chapter::Waiting,
    question: beside(
        "A task refreshes prices every five minutes, and you ask now and then. What do you get when a refresh has failed?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "nothing fails", link: "fails=0" },
        Preset { name: "the last refresh fails", link: "fails=4" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| 2 + 3 * (1 + plan.values.count("refreshes") as usize),
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    amount("gold", "Gold price", (1, 100_000, 6_050), 2, "per gram", "What the first refresh gets for gold."),
    amount("silver", "Silver price", (1, 100_000, 76), 2, "per gram", "What every refresh gets for silver."),
    amount("rate", "Exchange rate", (1, 10_000, 100), 2, "", "Both answers are multiplied by it."),
    amount("rise", "Rise", (0, 1_000, 10), 2, "per gram", "How much gold gains from refresh to refresh."),
    wait("period", "Period", (120_000, 600_000), 300_000, "How long the updater sleeps between refreshes."),
    wait("fetch", "Fetch", (0, 2_000), 1_000, "How long each fetch takes."),
    count("refreshes", "Refreshes", (1, 10), 4, "", "How many follow the first one before the stop."),
    count("fails", "Which fails", (0, 10), 2, "", "The number of the refresh that fails; 0 for none."),
    Param {
        key: "speed",
        label: "Speed",
        kind: Kind::OneOf { options: &[1, 10, 60, 300], default: 300, unit: "×", names: &[] },
        help: beside("Divides every simulated wait."),
    },
];

/// What the answers are for, in grams of gold and of silver.
const GRAMS: [i64; 2] = [85, 595];

/// Figures of the outcome.
const CANCELLED: &str = "updater cancelled";
const AFTER_STOP: &str = "refreshes after the stop";

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let service = Service::start(&cx, plan.clone()).await?;
        let mut outcome = Outcome::new(shown(service.answer()));
        cx.sleep(values.wait("period") / 2).await?;
        for _ in 0..values.count("refreshes") {
            cx.sleep(values.wait("period")).await?;
            let (tried, answer) = (service.tried(), service.answer());
            outcome.lines.push(format!("after refresh {tried}: {}", shown(answer)));
        }
        let tried = service.tried();
        let updater: Task<()> = service.stop().await?;
        cx.sleep(values.wait("period") * 2).await?; // nothing more comes
        let after = service.tried() - tried;
        Ok(outcome.with(CANCELLED, f64::from(u8::from(updater.cancelled()))).with(AFTER_STOP, after as f64))
    })
}

/// What the prices make of [`GRAMS`], in whole cents.
fn answer(values: &Values, prices: Prices) -> [Decimal; 2] {
    [(prices.gold, GRAMS[0]), (prices.silver, GRAMS[1])].map(|(price, grams)| {
        let mut money = (price * Decimal::from(grams) * values.amount("rate")).round_dp(2);
        money.rescale(2);
        money
    })
}

fn shown([gold, silver]: [Decimal; 2]) -> String {
    format!("{gold} and {silver}")
}

/// What refresh `n` gets; the first, at the start, is number 0.
fn prices(values: &Values, n: u64) -> Prices {
    Prices { gold: values.amount("gold") + Decimal::from(n) * values.amount("rise"), silver: values.amount("silver") }
}

/// The answer once `tried` refreshes have come after the first: that of the last one that went well.
fn right(values: &Values, tried: u64) -> String {
    let good = if tried > 0 && tried == values.count("fails") { tried - 1 } else { tried };
    shown(answer(values, prices(values, good)))
}

/// The lines of an outcome, with what each must be for the refreshes it saw.
fn answers<'a>(values: &'a Values, outcome: &'a Outcome) -> impl Iterator<Item = (u64, &'a str, String)> {
    outcome.lines.iter().filter_map(|line| {
        let (tried, answer) = line.strip_prefix("after refresh ")?.split_once(": ")?;
        let tried = tried.parse().ok()?;
        Some((tried, answer, right(values, tried)))
    })
}

fn total(values: &Values) -> Nanos {
    let (period, fetch) = (values.wait("period"), values.wait("fetch"));
    fetch + period / 2 + (values.count("refreshes") + 2) * period
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let all: Vec<_> = cell.finished().collect();
    let Some((run, last)) = all.last() else { return Vec::new() };
    let refreshes = values.count("refreshes");
    let every = |test: &dyn Fn(&Outcome) -> bool| all.iter().all(|(_, outcome)| test(outcome));
    let first = right(values, 0);
    let text = format!("Right after the start the answer is **{first}**");
    let mut claims = vec![Claim::new(text, every(&|o| o.value == first), last.value.clone())];
    let holds = |o: &Outcome| {
        let seen: Vec<_> = answers(values, o).collect();
        seen.len() as u64 == refreshes && seen.iter().all(|(_, answer, right)| answer == right)
    };
    let newest = answers(values, last).last().map_or("none", |(_, answer, _)| answer);
    let text = "**Every** answer is that of the last refresh that went well";
    claims.push(Claim::new(text, every(&holds), format!("the newest: {newest}")));
    let failed = run.trace.marks(Mark::Failed).count();
    let fails = values.count("fails");
    if (1..=refreshes).contains(&fails) {
        let kept = right(values, fails - 1);
        let seen =
            answers(values, last).find(|(tried, ..)| *tried == fails).map_or("no answer", |(_, answer, _)| answer);
        let text = format!("Refresh {fails} fails, and the answer stays **{kept}**");
        claims.push(Claim::new(text, seen == kept && failed == 1, seen).by_the_clock());
    } else {
        claims.push(Claim::new("**No** refresh fails", failed == 0, format!("{failed} failed")));
    }
    let ok = every(&|o| o.figure(CANCELLED) == Some(1.0) && o.figure(AFTER_STOP) == Some(0.0));
    let text = "The stop **cancels the updater**, and nothing is refreshed after it";
    let measured = if ok { "cancelled; none in two periods" } else { "it went on" };
    claims.push(Claim::new(text, ok, measured));
    claims.extend(took(report, Model::Asyncio, "", "All of it takes", total(values), refreshes + 4));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let mut out = vec![format!(
        "The service fetched the prices once before it said that it was there. From then on you never waited: the answer came \
         from memory, at first **{}**. An updater task slept for {} ({} here) and fetched again.",
        outcome.value,
        time(values.wait("period")),
        time(real(report, values.wait("period"))),
    )];
    let failed = run.trace.marks(Mark::Failed).count();
    let seen: Vec<String> =
        answers(values, outcome).map(|(tried, answer, _)| format!("{tried}: **{answer}**")).collect();
    let mut text = format!("The answers after each refresh were {}.", seen.join("; "));
    if failed > 0 {
        text += " One fetch raised ConnectionError. The updater caught it and left the old prices in place, so you got those, \
                 and the next refresh put things right.";
        if values.count("fails") >= values.count("refreshes") {
            text = text.replace(", and the next refresh put things right", "");
        }
    }
    out.push(text);
    out.push(format!(
        "To stop, the service cancelled the updater and awaited it. It was cancelled where it slept, and ended. Refreshes in \
         the two periods after that: **{}**.",
        outcome.figure(AFTER_STOP).unwrap_or(0.0),
    ));
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "sum of the waits".to_owned(), time: real(report, total(&report.spec.values)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{ends_when_stopped, holds, holds_anywhere, holds_everywhere};
    use super::*;
    use crate::model::MS;

    fn of(link: &str) -> (Outcome, Nanos) {
        let report = holds(&SCENARIO, link);
        let (run, outcome) = report.cells[0].last().unwrap();
        (outcome.clone(), run.elapsed)
    }

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn claims_hold_in_between_and_a_stop_ends_it() {
        holds_anywhere(&SCENARIO);
        ends_when_stopped(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let (outcome, elapsed) = of("");
        assert_eq!(outcome.value, "5142.50 and 452.20");
        let lines = ["1: 5151.00", "2: 5151.00", "3: 5168.00", "4: 5176.50"];
        assert_eq!(outcome.lines, lines.map(|line| format!("after refresh {line} and 452.20")));
        assert_eq!(elapsed / MS, 6_503);
    }

    #[test]
    fn without_a_failure_every_refresh_counts() {
        let lines = of("fails=0").0.lines;
        assert!(lines.iter().any(|line| line == "after refresh 2: 5159.50 and 452.20"), "{lines:?}");
    }

    #[test]
    fn a_wrong_answer_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "fails", "3").unwrap();
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 2);
    }
}
