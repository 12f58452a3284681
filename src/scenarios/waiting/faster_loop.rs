//! The same switches between tasks, with the loop's turns asked of the browser in different ways.

use crate::aio::outside::{Driver, Switched, Switches};
use crate::aio::{Cx, Exception, Operation};
use crate::model::params::{count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, Model, Nanos, Outcome, Param, Plan, Report, SECOND};
use crate::scenarios::{Arrangement, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only};
use std::rc::Rc;

const TIMERS: &str = "timers";
const MESSAGES: &str = "messages";
const MICROTASKS: &str = "microtasks";
const POST_TASK: &str = "post-task";
const BATCHES: &str = "batches";

/// Drivers of a loop.
pub static SCENARIO: Scenario = Scenario {
    id: "faster-loop",
    title: "A faster loop",
    chapter: Chapter::Waiting,
    question: beside(
        "A loop in a browser asks for a turn whenever it switches tasks. Which way of asking is the quickest?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: TIMERS, label: "nested timers", bad: false },
        Variant { id: MESSAGES, label: "message channel", bad: false },
        Variant { id: MICROTASKS, label: "microtasks", bad: false },
        Variant { id: POST_TASK, label: "postTask", bad: false },
        Variant { id: BATCHES, label: "many a message", bad: false },
    ],
    presets: &[Preset { name: "2 tasks × 1,000", link: "tasks=2&switches=1000" }],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[TIMERS, MESSAGES, MICROTASKS, POST_TASK, BATCHES],
        // Microtasks let nothing else happen: the page must not be where they run.
        program: Program::Blocking(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("tasks", "Tasks", (1, 2_000), 1_000, "", "Tasks that take turns."),
    count("switches", "Switches", (1, 1_000), 100, "", "How often each task gives way."),
    wait("limit", "Limit", (200, 3_000), 2_000, "A way that needs longer is stopped then."),
];

fn driver(variant: &str) -> Driver {
    match variant {
        TIMERS => Driver::Timers,
        MICROTASKS => Driver::Microtasks,
        POST_TASK => Driver::PostTask,
        BATCHES => Driver::Batches,
        _ => Driver::Messages,
    }
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let (tasks, each, limit) = (values.count("tasks"), values.count("switches"), values.wait("limit"));
        let order = Switches { driver: driver(&plan.variant), tasks, each, limit };
        let seen: Switched = cx.ask(Operation::Switches(order)).await?;
        let made = grouped(seen.made);
        let value = match seen {
            Switched { offered: false, .. } => "not offered by this browser".to_owned(),
            Switched { made: all, .. } if all == tasks * each => format!("{made} switches"),
            Switched { took, .. } => format!("{made} switches in {}", time(took)),
        };
        Ok(Outcome::new(value)
            .with("made", seen.made as f64)
            .with("turns", seen.turns as f64)
            .with("took", seen.took as f64)
            .with("offered", f64::from(u8::from(seen.offered))))
    })
}

/// What a variant came to in its last run.
fn seen(report: &Report, variant: &str) -> Option<Switched> {
    let (_, outcome) = report.cell(Model::Asyncio, variant)?.last()?;
    let figure = |name| outcome.figure(name).map(|figure| figure as u64);
    let offered = figure("offered")? == 1;
    Some(Switched { made: figure("made")?, turns: figure("turns")?, took: figure("took")?, offered })
}

/// Switches a second; 0 when there were none.
fn rate(seen: Switched) -> u64 {
    u64::try_from(u128::from(seen.made) * u128::from(SECOND) / u128::from(seen.took.max(1))).unwrap_or(u64::MAX)
}

/// The variants that ran here, with what they came to.
fn ran(report: &Report) -> Vec<(&'static Variant, Switched)> {
    let variants = SCENARIO.variants.iter();
    variants.filter_map(|variant| Some((variant, seen(report, variant.id)?))).filter(|(_, seen)| seen.offered).collect()
}

fn asked(report: &Report) -> (u64, Nanos) {
    let values = &report.spec.values;
    (values.count("tasks") * values.count("switches"), values.wait("limit"))
}

fn claims(report: &Report) -> Vec<Claim> {
    let (total, limit) = asked(report);
    let ran = ran(report);
    let mut claims = Vec::new();
    if !ran.is_empty() {
        let ok = ran.iter().all(|(_, seen)| seen.made == total || seen.made < total && seen.took >= limit);
        let made: Vec<String> = ran.iter().map(|(_, seen)| grouped(seen.made)).collect();
        let text = format!("Each way makes **{}** switches, or goes on until the limit", grouped(total));
        claims.push(Claim::new(text, ok, made.join(", ")));
    }
    let of = |id: &str| ran.iter().find(|(variant, _)| variant.id == id).map(|(_, seen)| rate(*seen));
    let others = |id: &str| ran.iter().filter(|(v, _)| v.id != id).map(|(_, seen)| rate(*seen)).collect::<Vec<_>>();
    let per_second = |rate: u64| format!("{} a second", grouped(rate));
    // So few switches are over before the clock has moved on.
    if total < 1_000 || ran.len() < 2 {
        return claims;
    }
    if let Some(timers) = of(TIMERS) {
        let ok = others(TIMERS).iter().all(|other| *other > timers);
        claims.push(Claim::new("Nested timers make the fewest a second", ok, per_second(timers)).by_the_clock());
    }
    if let (Some(batches), Some(messages)) = (of(BATCHES), of(MESSAGES)) {
        let measured = format!("{}, {}", per_second(batches), per_second(messages));
        let text = "Many steps a message make more than one step a message";
        claims.push(Claim::new(text, batches > messages, measured).by_the_clock());
    }
    claims
}

/// A variant in words.
fn words(variant: &Variant, seen: Switched, total: u64) -> String {
    let turn = time(seen.took / seen.turns.max(1));
    let mut text = format!("{}: **{}** switches a second", capital(variant.label), grouped(rate(seen)));
    text += &match variant.id {
        BATCHES => format!(", **{}** in each turn.", grouped(seen.made / seen.turns.max(1))),
        _ => format!(", **{turn}** for each turn."),
    };
    if seen.made < total {
        text += &format!(
            " After {} the limit ended it, with {} of {}.",
            time(seen.took),
            grouped(seen.made),
            grouped(total)
        );
    }
    text += match variant.id {
        TIMERS => " A browser lets a timer that was armed by a timer wait for at least some milliseconds.",
        MICROTASKS => " Nothing else happened meanwhile: on a page, no click and no picture. So this ran in a worker.",
        BATCHES => " This is how the loop of this page works: it goes on for some milliseconds before it asks again.",
        _ => "",
    };
    text
}

fn capital(label: &str) -> String {
    let mut letters = label.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn explain(report: &Report) -> Vec<String> {
    let (total, _) = asked(report);
    let ran = ran(report);
    let mut out: Vec<String> = ran.iter().map(|(variant, seen)| words(variant, *seen, total)).collect();
    if seen(report, POST_TASK).is_some_and(|seen| !seen.offered) {
        out.push("Your browser has no **scheduler.postTask**, so there was nothing to measure.".to_owned());
    }
    let rates = || ran.iter().filter(|(_, seen)| seen.made > 0);
    let slowest = rates().min_by_key(|(_, seen)| rate(*seen));
    let quickest = rates().max_by_key(|(_, seen)| rate(*seen));
    if let (Some((slow, a)), Some((quick, b))) = (slowest, quickest)
        && slow.id != quick.id
    {
        out.push(format!(
            "The tasks did the same each time. Between {} and {} lies a factor of **{}**: how a loop gets its turns decides \
             how quick it is.",
            slow.label,
            quick.label,
            grouped(rate(*b) / rate(*a).max(1))
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere, spec};
    use super::*;
    use crate::aio::virtual_time;
    use crate::model::{MS, RunEnd, US, wire};

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        for variant in SCENARIO.variants {
            let (_, outcome) = report.cell(Model::Asyncio, variant.id).unwrap().last().unwrap();
            assert_eq!(outcome.value, "100,000 switches", "{}", variant.id);
        }
    }

    /// The report of the defaults, with another answer for one variant.
    fn with(variant: &str, seen: Switched) -> Report {
        let plan = Rc::new(spec(&SCENARIO, "").plan(Model::Asyncio, variant, 0));
        let work: virtual_time::Work = Box::new(move |_| (Ok(wire::encode(&seen).unwrap()), MS));
        let ran = virtual_time::run(1, work, |cx| run(cx, plan));
        let mut report = holds(&SCENARIO, "");
        let cell = report.cells.iter_mut().find(|cell| cell.variant == variant).unwrap();
        cell.runs[0].end = RunEnd::Finished(ran.result.unwrap());
        report
    }

    #[test]
    fn the_limit_and_a_missing_driver_are_told() {
        let capped = with(TIMERS, Switched { made: 480, turns: 480, took: 2_001 * MS, offered: true });
        assert!(claims(&capped).iter().all(|claim| claim.ok));
        assert_eq!(capped.cells[0].last().unwrap().1.value, "480 switches in 2.00 s");
        let words = explain(&capped).join("\n");
        assert!(
            words.contains("**239** switches a second, **4.17 ms** for each turn. After 2.00 s the limit"),
            "{words}"
        );
        let missing = with(POST_TASK, Switched { made: 0, turns: 0, took: 0, offered: false });
        assert!(claims(&missing).iter().all(|claim| claim.ok));
        assert!(explain(&missing).join("").contains("no **scheduler.postTask**"));
    }

    #[test]
    fn switches_that_are_missing_are_found_out() {
        let report = with(MESSAGES, Switched { made: 99_999, turns: 99_999, took: 900 * US, offered: true });
        assert!(!claims(&report)[0].ok);
    }
}
