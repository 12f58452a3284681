//! Results as they come, or in the order of the call: the same tasks, and different waits for each result.

use super::endings::{by_delay, listed};
use super::lateness::{STEP, real, slack, speed_note, took};
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, count, wait};
use crate::model::rng::Rng;
use crate::model::time::millis;
use crate::model::units::{grouped, time, time_ms};
use crate::model::{Claim, MS, Model, Nanos, Outcome, Param, Plan, Report, Run, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Program, Scenario, Variant, beside, engine_only};
use std::cell::RefCell;
use std::rc::Rc;

const COMPLETED: &str = "as-completed";
const IN_ORDER: &str = "in-order";

/// Tasks with random delays.
pub static SCENARIO: Scenario = Scenario {
    id: "as-completed",
    title: "Results as they come",
    chapter: Chapter::Waiting,
    question: beside(
        "Five tasks take 0.5 to 3 seconds each. How long do you wait for a result if you take them as they come, or in order?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: COMPLETED, label: "as_completed", bad: false },
        Variant { id: IN_ORDER, label: "in call order", bad: false },
    ],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[COMPLETED, IN_ORDER],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| 1 + plan.values.count("tasks") as usize,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("tasks", "Tasks", (1, 100), 5, "", "Each takes a time of its own; the seed decides which."),
    wait("from", "From", (0, 10_000), 500, "The shortest time a task may take."),
    wait("to", "To", (0, 10_000), 3_000, "The longest time a task may take."),
    SPEED,
];

/// The delay of each task: the same in every run with this seed.
fn delays(values: &Values, seed: u64) -> Vec<Nanos> {
    let (from, to) = (values.wait("from") / MS, values.wait("to") / MS);
    let (least, most) = (from.min(to), from.max(to));
    let mut rng = Rng::new(seed, 0);
    let mut delay = || (least + u64::from(rng.below((most - least) as u32 + 1))) * MS;
    (0..values.count("tasks")).map(|_| delay()).collect()
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let ended = Rc::new(RefCell::new(Vec::new()));
        let body = |n, delay| work(cx.clone(), n, delay, ended.clone());
        let delays = delays(&plan.values, plan.seed);
        let tasks = (1..).zip(delays).map(|(n, delay)| cx.create_task_named(format!("task {n}"), body(n, delay)));
        let tasks: Vec<_> = tasks.collect();
        let (mut results, mut times) = (Vec::new(), Vec::new());
        if plan.variant == COMPLETED {
            for next in cx.as_completed_tasks(tasks) {
                results.push(next.await?);
                times.push(millis(cx.now()));
            }
        } else {
            for task in tasks {
                results.push(task.await?);
                times.push(millis(cx.now()));
            }
        }
        let order = match plan.variant.as_str() {
            COMPLETED if results == *ended.borrow() => "as they ended",
            IN_ORDER if results.is_sorted() => "in call order",
            _ => "in another order",
        };
        let outcome = Outcome::new(format!("results: {}, {order}", grouped(results.len() as u64)));
        let (first, sum) = (times.first().copied().unwrap_or(0.0), times.iter().sum::<f64>());
        let lines = results.iter().map(usize::to_string).collect();
        Ok(Outcome { lines, ..outcome }.with("first", first).with("mean", sum / times.len().max(1) as f64))
    })
}

/// Task number `n`: its result is its number. It notes when it ends, so that the order can be told.
async fn work(cx: Cx, n: usize, delay: Nanos, ended: Rc<RefCell<Vec<usize>>>) -> Result<usize, Exception> {
    cx.sleep(delay).await?;
    ended.borrow_mut().push(n);
    Ok(n)
}

/// When each result is in your hands, in the simulated world.
fn arrivals(report: &Report, variant: &str) -> Vec<Nanos> {
    let mut delays = delays(&report.spec.values, report.spec.seed);
    if variant == COMPLETED {
        delays.sort_unstable();
        return delays;
    }
    // A result that is there has to wait for those before it.
    let longest = delays.into_iter().scan(0, |longest, delay| {
        *longest = delay.max(*longest);
        Some(*longest)
    });
    longest.collect()
}

fn mean(times: &[Nanos]) -> Nanos {
    times.iter().sum::<Nanos>() / times.len().max(1) as u64
}

fn longest(report: &Report) -> Nanos {
    delays(&report.spec.values, report.spec.seed).into_iter().max().unwrap_or(0)
}

fn runs<'a>(report: &'a Report, variant: &str) -> Vec<(&'a Run, &'a Outcome)> {
    report.cell(Model::Asyncio, variant).map(|cell| cell.finished().collect()).unwrap_or_default()
}

/// The order in which the main task got the results.
fn order(outcome: &Outcome) -> Vec<usize> {
    outcome.lines.iter().filter_map(|line| line.parse().ok()).collect()
}

/// The claim that a figure of every run is `wait`, late by no more than one wait may be.
fn figure(report: &Report, variant: &str, name: &str, what: &str, wait: Nanos) -> Option<Claim> {
    let (wait, late) = (real(report, wait), slack(1));
    let seen: Vec<f64> = runs(report, variant).iter().filter_map(|(_, outcome)| outcome.figure(name)).collect();
    let ok = seen.iter().all(|at| *at >= millis(wait.saturating_sub(STEP)) && *at <= millis(wait + late));
    let text = format!("{what}: **{}** (at most {} late)", time(wait), time(late));
    Some(Claim::new(text, ok, time_ms(*seen.last()?)).by_the_clock())
}

fn claims(report: &Report) -> Vec<Claim> {
    let tasks = grouped(report.spec.values.count("tasks"));
    let mut claims = Vec::new();
    for (variant, what, right) in [
        (COMPLETED, "as_completed gives each result **as its task ends**", "as they ended"),
        (IN_ORDER, "In call order they come **1, 2, 3** and so on, whoever ends first", "in call order"),
    ] {
        let all = runs(report, variant);
        let Some((_, last)) = all.last() else { continue };
        let right = format!("results: {tasks}, {right}");
        let ok = all.iter().all(|(_, outcome)| outcome.value == right);
        claims.push(Claim::new(what, ok, listed(&order(last))));
        if variant == COMPLETED {
            let delays = delays(&report.spec.values, report.spec.seed);
            let sorted: Vec<_> =
                all.iter().filter_map(|(_, outcome)| by_delay(report, &delays, &order(outcome))).collect();
            if !sorted.is_empty() {
                let ok = sorted.iter().all(|sorted| *sorted);
                let claim = Claim::new("That is the order of their **delays**", ok, listed(&order(last)));
                claims.push(claim.by_the_clock());
            }
        }
    }
    for (variant, first, each) in [
        (COMPLETED, "as_completed, the first result", "as_completed, a result on average"),
        (IN_ORDER, "In call order, the first result", "In call order, a result on average"),
    ] {
        let arrivals = arrivals(report, variant);
        claims.extend(figure(report, variant, "first", first, arrivals.first().copied().unwrap_or(0)));
        claims.extend(figure(report, variant, "mean", each, mean(&arrivals)));
    }
    for (variant, what) in [(COMPLETED, "as_completed, all results"), (IN_ORDER, "In call order, all results")] {
        claims.extend(took(report, Model::Asyncio, variant, what, longest(report), 1));
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let last = |variant| runs(report, variant).pop();
    let ms = |outcome: &Outcome, name| time_ms(outcome.figure(name).unwrap_or(0.0));
    let mut out = Vec::new();
    if let Some((run, outcome)) = last(COMPLETED) {
        out.push(format!(
            "as_completed gave you the results in the order {}. The first was there after **{}**, and one on average after \
             **{}**. All were there after {}.",
            listed(&order(outcome)),
            ms(outcome, "first"),
            ms(outcome, "mean"),
            time(run.elapsed),
        ));
    }
    if let Some((run, outcome)) = last(IN_ORDER) {
        out.push(format!(
            "In call order you waited for task 1 first: **{}**. A result that was there had to wait for those before it, so one \
             came on average after **{}**. All were there after {}.",
            ms(outcome, "first"),
            ms(outcome, "mean"),
            time(run.elapsed),
        ));
    }
    if out.len() == 2 {
        out.push("The tasks took the same time both times. Only your wait for each result was another.".to_owned());
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "longest task".to_owned(), time: real(report, longest(report)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::endings::endings;
    use super::super::testing::{ends_when_stopped, holds, holds_everywhere};
    use super::*;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn it_ends_when_it_is_stopped() {
        ends_when_stopped(&SCENARIO);
    }

    #[test]
    fn results_come_as_the_tasks_end() {
        let report = holds(&SCENARIO, "tasks=100");
        let (run, outcome) = runs(&report, COMPLETED).pop().unwrap();
        let ends: Vec<_> = endings(&run.trace).iter().map(|ended| ended.task).filter(|task| *task > 0).collect();
        assert_eq!(order(outcome), ends);
        assert!(!ends.is_sorted());
        assert!(order(runs(&report, IN_ORDER).pop().unwrap().1).is_sorted());
    }

    #[test]
    fn the_figures_follow_from_the_delays() {
        let report = holds(&SCENARIO, "");
        let delays = delays(&report.spec.values, report.spec.seed);
        assert!(delays.iter().all(|delay| (500 * MS..=3_000 * MS).contains(delay)));
        let of = |variant: &str, name| runs(&report, variant).pop().unwrap().1.figure(name).unwrap();
        assert_eq!(of(COMPLETED, "first"), millis(*delays.iter().min().unwrap()));
        assert_eq!(of(IN_ORDER, "first"), millis(delays[0]));
        assert!(of(COMPLETED, "mean") < of(IN_ORDER, "mean"), "the default seed shows a difference");
        assert_eq!(runs(&report, IN_ORDER)[0].0.elapsed, longest(&report));
    }

    #[test]
    fn the_ends_of_the_range_may_be_exchanged() {
        let report = holds(&SCENARIO, "from=3000&to=500");
        assert_eq!(arrivals(&report, COMPLETED), arrivals(&holds(&SCENARIO, ""), COMPLETED));
    }

    #[test]
    fn another_order_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        if let crate::model::RunEnd::Finished(outcome) = &mut report.cells[0].runs[0].end {
            outcome.lines.reverse();
        }
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 1);
    }
}
