//! One of several tasks fails: what becomes of the others under gather, with exceptions returned, and in a TaskGroup.

mod verdict;

use super::caught;
use super::lateness::real;
use crate::aio::{Cx, Exception, Task};
use crate::model::params::{SPEED, count, wait};
use crate::model::time::millis;
use crate::model::{Model, Nanos, Outcome, Param, Plan, Report, Values};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only,
};
use rust_decimal::Decimal;
use std::rc::Rc;

const GATHER: &str = "gather";
const RETURNED: &str = "returned";
const GROUP: &str = "task-group";

/// Dues of several people, one of whom cannot be.
pub static SCENARIO: Scenario = Scenario {
    id: "first-failure",
    title: "One of them fails",
    chapter: Chapter::Waiting,
    question: beside(
        "Three tasks run, and the second raises a ValueError. Are the other two cancelled, or do they run on?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: GATHER, label: "gather", bad: false },
        Variant { id: RETURNED, label: "gather, exceptions returned", bad: false },
        Variant { id: GROUP, label: "TaskGroup", bad: false },
    ],
    presets: &[Preset { name: "it fails last", link: "fail-after=1500" }],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[GATHER, RETURNED, GROUP],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| 1 + plan.values.count("tasks") as usize,
    claims: engine_only(verdict::claims),
    explain: engine_only(verdict::explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("tasks", "Tasks", (2, 50), 3, "", "Each works out 2.5 % of somebody's wealth."),
    count(
        "failing",
        "The one that fails",
        (1, 50),
        2,
        "",
        "Its wealth is −5000. Beyond the last task, the last one fails.",
    ),
    wait("work", "Work", (0, 10_000), 1_000, "How long the others take."),
    wait("fail-after", "Fails after", (0, 10_000), 300, "When the failing one raises its exception."),
    SPEED,
];

/// What the main task learnt when the exception, or all results, arrived.
struct News {
    /// What arrived, as one would say it.
    what: String,
    /// When.
    at: Nanos,
    /// How many tasks had not ended then.
    running: usize,
}

impl News {
    fn now(cx: &Cx, tasks: &[Task<Decimal>], what: String) -> Self {
        Self { what, at: cx.now(), running: tasks.iter().filter(|task| !task.done()).count() }
    }
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let bodies = (1..=values.count("tasks")).map(|n| dues(cx.clone(), wealth(values, n), takes(values, n)));
        let named = bodies.zip(1..).map(|(body, n)| (format!("dues {n}"), body));
        let (mut tasks, mut place) = (Vec::new(), 0);
        let news = if plan.variant == GROUP {
            let ended = cx.task_group(async |group| {
                for (name, body) in named {
                    tasks.push(group.create_task_named(name, body)?);
                }
                Ok(())
            });
            let what = caught(ended.await)?.map_or_else(String::new, |error| format!("raised {}", kinds(&error)));
            News::now(&cx, &tasks, what)
        } else {
            tasks.extend(named.map(|(name, body)| cx.create_task_named(name, body)));
            let what = if plan.variant == GATHER {
                let gathered = cx.gather_tasks(tasks.clone()).await;
                caught(gathered)?.map_or_else(String::new, |error| format!("raised {}", error.kind))
            } else {
                let results = cx.gather_tasks_settled(tasks.clone()).await?;
                place = results.iter().position(Result::is_err).map_or(0, |index| index + 1);
                let errors: Vec<_> = results.into_iter().filter_map(Result::err).map(|error| error.kind).collect();
                format!("returned {}", errors.join(", "))
            };
            let news = News::now(&cx, &tasks, what);
            cx.wait(&tasks).await?; // whoever leaves now leaves the others behind
            news
        };
        Ok(outcome(&news, &tasks).with("place", place as f64))
    })
}

/// Works out what is due of somebody's wealth.
async fn dues(cx: Cx, wealth: Decimal, takes: Nanos) -> Result<Decimal, Exception> {
    cx.sleep(takes).await?;
    if wealth < Decimal::ZERO {
        return Err(Exception::new("ValueError", format!("a wealth of {wealth}")));
    }
    Ok((wealth * Decimal::new(25, 3)).round_dp(2))
}

/// The number of the task that fails.
fn failing(values: &Values) -> u64 {
    values.count("failing").min(values.count("tasks"))
}

fn wealth(values: &Values, n: u64) -> Decimal {
    if n == failing(values) { Decimal::from(-5_000) } else { Decimal::from(n * 100_000) }
}

fn takes(values: &Values, n: u64) -> Nanos {
    values.wait(if n == failing(values) { "fail-after" } else { "work" })
}

/// The type of an exception, and of a group also of what it holds.
fn kinds(error: &Exception) -> String {
    let inside: Vec<&str> = error.exceptions().iter().map(|inside| inside.kind.as_ref()).collect();
    if inside.is_empty() { error.kind.to_string() } else { format!("{}({})", error.kind, inside.join(", ")) }
}

fn outcome(news: &News, tasks: &[Task<Decimal>]) -> Outcome {
    let finished = tasks.iter().filter(|task| task.result().is_ok()).count();
    let cancelled = tasks.iter().filter(|task| task.cancelled()).count();
    let lines = tasks.iter().map(|task| match task.result() {
        Ok(dues) => format!("{}: {dues}", task.get_name()),
        Err(error) => format!("{}: {error}", task.get_name()),
    });
    let outcome = Outcome::new(format!("{}: {finished} finished, {cancelled} cancelled", news.what));
    Outcome { lines: lines.collect(), ..outcome }.with("heard", millis(news.at)).with("running", news.running as f64)
}

fn bound(report: &Report, _model: Model, variant: &str) -> Option<Bound> {
    let (work, fails) = (report.spec.values.wait("work"), report.spec.values.wait("fail-after"));
    let (label, wait) = if variant == GROUP { ("first failure", fails) } else { ("longest task", work.max(fails)) };
    Some(Bound { label: label.to_owned(), time: real(report, wait) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{ends_when_stopped, holds, holds_everywhere};
    use super::verdict::{claims, figure, runs};
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

    fn came_to(link: &str, variant: &str) -> (String, Nanos, f64, f64) {
        let report = holds(&SCENARIO, link);
        let (run, outcome) = runs(&report, variant).pop().unwrap();
        (outcome.value.clone(), run.elapsed, figure(outcome, "heard"), figure(outcome, "running"))
    }

    #[test]
    fn the_three_ways_are_cpythons() {
        let of = |variant| came_to("", variant);
        assert_eq!(of(GATHER), ("raised ValueError: 2 finished, 0 cancelled".into(), 1_000 * MS, 300.0, 2.0));
        assert_eq!(of(RETURNED), ("returned ValueError: 2 finished, 0 cancelled".into(), 1_000 * MS, 1_000.0, 0.0));
        let group = "raised ExceptionGroup(ValueError): 0 finished, 2 cancelled";
        assert_eq!(of(GROUP), (group.into(), 300 * MS, 300.0, 0.0));
    }

    #[test]
    fn who_fails_last_disturbs_nobody() {
        let (value, elapsed, ..) = came_to("fail-after=1500", GROUP);
        assert_eq!(value, "raised ExceptionGroup(ValueError): 2 finished, 0 cancelled");
        assert_eq!(elapsed, 1_500 * MS);
        // Who ends in the same iteration has ended before the group hears of the failure.
        assert_eq!(came_to("fail-after=1000&failing=1", GROUP).0, value);
    }

    #[test]
    fn the_last_one_fails_when_there_are_fewer() {
        let report = holds(&SCENARIO, "tasks=4&failing=50");
        let lines = &runs(&report, RETURNED).pop().unwrap().1.lines;
        assert_eq!(lines[0], "dues 1: 2500.00");
        assert_eq!(lines[3], "dues 4: ValueError: a wealth of -5000");
    }

    #[test]
    fn a_group_that_cancels_nobody_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        let gather = report.cell(Model::Asyncio, GATHER).unwrap().runs.clone();
        report.cells.iter_mut().find(|cell| cell.variant == GROUP).unwrap().runs = gather;
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 3);
    }
}
