//! Dues for five people in a TaskGroup: when the block is over, so are its tasks.

use super::lateness::{CLOSE, real, speed_note, took};
use super::{most_in, tasks_only};
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, amount, wait};
use crate::model::units::time;
use crate::model::{Claim, Model, Outcome, Param, Plan, Report, State, Trace, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Program, Scenario, beside, engine_only};
use rust_decimal::Decimal;
use std::rc::Rc;

/// Five tasks in a group.
pub static SCENARIO: Scenario = Scenario {
    id: "task-group",
    title: "A group of tasks",
    chapter: Chapter::Waiting,
    question: beside(
        "A TaskGroup works out the dues of five people, each in a task of its own. Can a task outlive the block?",
    ),
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
    tasks: |_| 6,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const MOST: u32 = 1_000_000_000;

const PARAMS: &[Param] = &[
    wait("work", "Work", (0, 10_000), 100, "How long each task takes."),
    amount("threshold", "Threshold", (0, MOST, 5_000), 0, "", "Who has less owes nothing."),
    amount("rate", "Rate", (0, 1_000, 25), 1, "%", "The part of the wealth that is due."),
    amount("wealth-1", "Wealth 1", (0, MOST, 100_000), 0, "", "What the first person has."),
    amount("wealth-2", "Wealth 2", (0, MOST, 3_000), 0, "", "What the second person has."),
    amount("wealth-3", "Wealth 3", (0, MOST, 250_000), 0, "", "What the third person has."),
    amount("wealth-4", "Wealth 4", (0, MOST, 75_000), 0, "", "What the fourth person has."),
    amount("wealth-5", "Wealth 5", (0, MOST, 4_500), 0, "", "What the fifth person has."),
    SPEED,
];

const WEALTH: [&str; 5] = ["wealth-1", "wealth-2", "wealth-3", "wealth-4", "wealth-5"];

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let mut tasks = Vec::new();
        let group = cx.task_group(async |group| {
            for (n, key) in (1..).zip(WEALTH) {
                tasks.push(group.create_task_named(format!("person {n}"), person(cx.clone(), plan.clone(), key))?);
            }
            Ok(())
        });
        group.await?;
        let ended = tasks.iter().filter(|task| task.done()).count();
        let dues = tasks.iter().map(|task| task.result()).collect::<Result<Vec<_>, _>>()?;
        let free = dues.iter().filter(|due| due.is_none()).count();
        let outcome = Outcome::new(shown(&dues)).line(format!("{} owe, {free} do not", dues.len() - free));
        Ok(outcome.with("ended", ended as f64).with("free", free as f64))
    })
}

/// What one person owes: nothing below the threshold.
async fn person(cx: Cx, plan: Rc<Plan>, key: &str) -> Result<Option<Decimal>, Exception> {
    cx.sleep(plan.values.wait("work")).await?;
    Ok(due(&plan.values, key))
}

fn due(values: &Values, key: &str) -> Option<Decimal> {
    let wealth = values.amount(key);
    let mut due = (wealth * values.amount("rate") / Decimal::ONE_HUNDRED).round_dp(2);
    due.rescale(2);
    (wealth >= values.amount("threshold")).then_some(due)
}

/// Dues in the order of the people.
fn shown(dues: &[Option<Decimal>]) -> String {
    let zero = Decimal::new(0, 2);
    dues.iter().map(|due| due.unwrap_or(zero).to_string()).collect::<Vec<_>>().join(", ")
}

/// The most people at work at one moment.
fn at_once(trace: &Trace) -> usize {
    most_in(trace, State::Sleeping)
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let all: Vec<_> = cell.finished().collect();
    let Some((_, last)) = all.last() else { return Vec::new() };
    let dues = WEALTH.map(|key| due(values, key));
    let right = shown(&dues);
    let free = dues.iter().filter(|due| due.is_none()).count();
    let figure = |name: &str| last.figure(name).unwrap_or(0.0);
    let is = |name: &str, value: usize| all.iter().all(|(_, outcome)| outcome.figure(name) == Some(value as f64));
    let mut claims = vec![
        Claim::new(
            format!("The dues are **{right}**"),
            all.iter().all(|(_, outcome)| outcome.value == right),
            last.value.clone(),
        ),
        Claim::new(
            format!("**{free}** of {} are below the threshold and owe nothing", WEALTH.len()),
            is("free", free),
            format!("{} owe nothing", figure("free")),
        ),
        Claim::new(
            "When the block is over, **all** its tasks have ended",
            is("ended", WEALTH.len()),
            format!("{} of {} ended", figure("ended"), WEALTH.len()),
        ),
    ];
    let work = values.wait("work");
    if real(report, work) >= CLOSE {
        let least = all.iter().map(|(run, _)| at_once(&run.trace)).min().unwrap_or(0);
        claims.push(Claim::new(
            "The group's tasks wait **at the same moment**",
            least == WEALTH.len(),
            format!("{least} at once"),
        ));
    }
    claims.extend(took(report, Model::Asyncio, "", "Five tasks take as long as one", work, 1));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let waited = tasks_only(&run.trace).total(State::Waiting);
    let mut out = vec![format!(
        "The block made {} tasks and came to its end. There the main task waited for them, **{}** long. Then **{}** of them had \
         ended, and you could read each result. No task can be forgotten in this way.",
        WEALTH.len(),
        time(waited),
        outcome.figure("ended").unwrap_or(0.0),
    )];
    out.push(format!(
        "Up to **{}** tasks waited at the same moment, so five dues took **{}**: {}. **{}** people owe nothing.",
        at_once(&run.trace),
        time(run.elapsed),
        outcome.value,
        outcome.figure("free").unwrap_or(0.0),
    ));
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "one task".to_owned(), time: real(report, report.spec.values.wait("work")) })
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
        assert_eq!(outcome.value, "2500.00, 0.00, 6250.00, 1875.00, 0.00");
        assert_eq!(outcome.lines, ["3 owe, 2 do not"]);
        assert_eq!((run.elapsed, at_once(&run.trace)), (100 * MS, 5));
        assert_eq!(tasks_only(&run.trace).total(State::Waiting), 100 * MS);
    }

    #[test]
    fn who_has_the_threshold_owes() {
        let report = holds(&SCENARIO, "wealth-2=5000&wealth-5=4999");
        assert_eq!(report.cells[0].last().unwrap().1.value, "2500.00, 125.00, 6250.00, 1875.00, 0.00");
    }

    #[test]
    fn other_dues_are_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "threshold", "80000").unwrap();
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 2);
    }
}
