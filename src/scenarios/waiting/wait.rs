//! asyncio.wait: until the first, the first exception, all, or for a while; then the rest is cancelled.

use super::endings::ended;
use super::lateness::{CLOSE, real, speed_note, took};
use crate::aio::{Cx, Exception, ReturnWhen};
use crate::model::params::{SPEED, count, wait};
use crate::model::rng::Rng;
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, Values};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

const FIRST: &str = "first-completed";
const EXCEPTION: &str = "first-exception";
const ALL: &str = "all";
const LIMIT: &str = "time-out";

/// Tasks of which one fails.
pub static SCENARIO: Scenario = Scenario {
    id: "wait",
    title: "Four ways to wait",
    chapter: Chapter::Waiting,
    question: beside(
        "Five tasks end one after another, and the second to end fails. When does wait return, and what becomes of the rest?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: FIRST, label: "first completed", bad: false },
        Variant { id: EXCEPTION, label: "first exception", bad: false },
        Variant { id: ALL, label: "all", bad: false },
        Variant { id: LIMIT, label: "with a time-out", bad: false },
    ],
    presets: &[Preset { name: "nobody fails", link: "failing=0" }],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[FIRST, EXCEPTION, ALL, LIMIT],
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
    count("tasks", "Tasks", (1, 20), 5, "", "The seed decides which of them is the quickest."),
    wait("step", "Step", (0, 2_000), 1_500, "The quickest takes one step, the next two, and so on."),
    count("failing", "Failing", (0, 20), 2, "", "Which one to end fails; 0 for none."),
    wait("limit", "Time-out", (0, 20_000), 5_000, "How long wait waits with a time-out."),
    SPEED,
];

/// Of each task: which one to end it is, from 1.
fn ranks(plan: &Plan) -> Vec<u64> {
    let mut ranks: Vec<u64> = (1..=plan.values.count("tasks")).collect();
    Rng::new(plan.seed, 0).shuffle(&mut ranks);
    ranks
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (step, failing) = (plan.values.wait("step"), plan.values.count("failing"));
        let work = |rank: u64| work(cx.clone(), rank * step, rank == failing);
        let tasks: Vec<_> =
            (1..).zip(ranks(&plan)).map(|(n, rank)| cx.create_task_named(format!("task {n}"), work(rank))).collect();
        let waiting = match plan.variant.as_str() {
            FIRST => cx.wait(&tasks).return_when(ReturnWhen::FirstCompleted),
            EXCEPTION => cx.wait(&tasks).return_when(ReturnWhen::FirstException),
            LIMIT => cx.wait(&tasks).timeout(plan.values.wait("limit")),
            _ => cx.wait(&tasks),
        };
        let (done, pending) = waiting.await?;
        let cancelled = tasks.iter().filter(|task| task.cancelled()).count();
        let failed = done.iter().filter(|task| matches!(task.exception(), Ok(Some(_)))).count();
        for task in &pending {
            task.cancel();
        }
        if !pending.is_empty() {
            cx.wait(&pending).await?; // a cancelled task may still have something to clean up
        }
        let left = tasks.iter().filter(|task| !task.done()).count();
        let outcome = Outcome::new(format!("done {}, pending {}", done.len(), pending.len()));
        let outcome = outcome.with("done", done.len() as f64).with("failed", failed as f64);
        Ok(outcome.with("cancelled", cancelled as f64).with("left", left as f64))
    })
}

async fn work(cx: Cx, takes: Nanos, fails: bool) -> Result<(), Exception> {
    cx.sleep(takes).await?;
    if fails { Err(Exception::new("ValueError", "it fails")) } else { Ok(()) }
}

/// When wait returns, in the simulated world.
fn expected(values: &Values, variant: &str) -> Nanos {
    let (tasks, step, failing) = (values.count("tasks"), values.wait("step"), values.count("failing"));
    match variant {
        FIRST => step,
        EXCEPTION if (1..=tasks).contains(&failing) => failing * step,
        LIMIT => values.wait("limit").min(tasks * step),
        _ => tasks * step,
    }
}

/// How many tasks are done then; `None` when a real clock may decide either way. What ends exactly at the time-out is late.
fn done(report: &Report, variant: &str) -> Option<u64> {
    let values = &report.spec.values;
    let (tasks, step) = (values.count("tasks"), values.wait("step"));
    let in_time = |before: Nanos| (1..=tasks).filter(|rank| rank * step + before < values.wait("limit")).count() as u64;
    match variant {
        ALL => Some(tasks),
        _ if real(report, step) < CLOSE => None,
        LIMIT => Some(in_time(0)).filter(|done| *done == in_time((CLOSE - 1) * values.speed())),
        _ => Some(expected(values, variant) / step),
    }
}

fn label(variant: &str) -> &'static str {
    SCENARIO.variants.iter().find(|v| v.id == variant).map_or("", |v| v.label)
}

type Runs<'a> = Vec<(&'a Run, &'a Outcome)>;

/// The variants that ran, with the runs that ended well.
fn ran(report: &Report) -> impl Iterator<Item = (&'static str, Runs<'_>)> {
    let runs = |variant| report.cell(Model::Asyncio, variant).map(|cell| cell.finished().collect()).unwrap_or_default();
    let all = [FIRST, EXCEPTION, ALL, LIMIT].into_iter().map(move |variant| (variant, runs(variant)));
    all.filter(|(_, runs): &(_, Runs)| !runs.is_empty())
}

fn figure(outcome: &Outcome, name: &str) -> f64 {
    outcome.figure(name).unwrap_or(-1.0)
}

fn claims(report: &Report) -> Vec<Claim> {
    let tasks = report.spec.values.count("tasks");
    let mut claims = Vec::new();
    for (variant, runs) in ran(report) {
        let Some((_, last)) = runs.last() else { continue };
        if let Some(done) = done(report, variant) {
            let right = format!("done {done}, pending {}", tasks - done);
            claims.push(Claim::new(
                format!("{}: **{done}** done, **{}** pending", capital(label(variant)), tasks - done),
                runs.iter().all(|(_, outcome)| outcome.value == right),
                last.value.clone(),
            ));
        }
        let what = format!("{}, the time until wait returns", capital(label(variant)));
        let wait = expected(&report.spec.values, variant);
        claims.extend(took(report, Model::Asyncio, variant, &what, wait, 1));
    }
    let all: Runs = ran(report).flat_map(|(_, runs)| runs).collect();
    if all.is_empty() {
        return claims;
    }
    let most = |name: &str| all.iter().map(|(_, outcome)| figure(outcome, name)).fold(-1.0, f64::max);
    let zero = |name: &str| all.iter().all(|(_, outcome)| figure(outcome, name) == 0.0);
    claims.push(Claim::new(
        "wait raises nothing and cancels **nobody**, also when the time is up",
        zero("cancelled"),
        format!("{} cancelled when it returned", most("cancelled").max(0.0)),
    ));
    let over = |run: &Run| {
        let [finished, failed, cancelled] =
            [Mark::Finished, Mark::Failed, Mark::Cancelled].map(|how| ended(&run.trace, how));
        (finished + failed, cancelled)
    };
    let right = |run: &Run, outcome: &Outcome| {
        let done = figure(outcome, "done").max(0.0) as usize;
        over(run) == (done, tasks as usize - done.min(tasks as usize))
    };
    claims.push(Claim::new(
        "The pending ones are cancelled by you: then **no task** is left behind",
        zero("left") && all.iter().all(|(run, outcome)| right(run, outcome)),
        format!("{} left, {} cancelled", most("left").max(0.0), all.iter().map(|(run, _)| over(run).1).sum::<usize>()),
    ));
    claims
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for (variant, mut runs) in ran(report) {
        let Some((run, outcome)) = runs.pop() else { continue };
        let failed = match figure(outcome, "failed") {
            failed if failed > 0.0 => " One of those done had failed; wait did not raise its exception.",
            _ => "",
        };
        out.push(format!(
            "{}: wait was back after **{}** with **{}**.{failed}",
            capital(label(variant)),
            time(run.elapsed),
            outcome.value
        ));
    }
    let cancelled: usize =
        ran(report).flat_map(|(_, runs)| runs).map(|(run, _)| ended(&run.trace, Mark::Cancelled)).sum();
    if cancelled > 0 {
        out.push(format!(
            "wait cancelled nobody, not even after the time-out. Your code cancelled the pending tasks, **{cancelled}** in all \
             the runs, and waited until they had ended."
        ));
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, variant: &str) -> Option<Bound> {
    Some(Bound { label: label(variant).to_owned(), time: real(report, expected(&report.spec.values, variant)) })
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

    fn came_to(link: &str) -> Vec<(String, Nanos)> {
        let report = holds(&SCENARIO, link);
        let last = ran(&report).map(|(_, mut runs)| runs.pop().unwrap());
        last.map(|(run, outcome)| (outcome.value.clone(), run.elapsed / MS)).collect()
    }

    #[test]
    fn the_sizes_are_cpythons() {
        let of = |done: u64, at| (format!("done {done}, pending {}", 5 - done), at);
        assert_eq!(came_to(""), [of(1, 1_500), of(2, 3_000), of(5, 7_500), of(3, 5_000)]);
        assert_eq!(came_to("failing=0")[1], of(5, 7_500));
        assert_eq!(came_to("limit=4500")[3], of(2, 4_500), "what ends exactly at the time-out is late");
        assert_eq!(came_to("limit=20000")[3], of(5, 7_500));
        assert_eq!(came_to("limit=0")[3], of(0, 0));
    }

    #[test]
    fn a_time_out_that_is_near_decides_nothing() {
        let report = holds(&SCENARIO, "limit=4501");
        assert_eq!((done(&report, LIMIT), done(&report, FIRST)), (None, Some(1)));
        assert_eq!(done(&holds(&SCENARIO, "limit=4700"), LIMIT), Some(3));
        assert_eq!(done(&holds(&SCENARIO, "limit=4700&speed=10"), LIMIT), None);
    }

    #[test]
    fn a_task_left_behind_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        for record in &mut report.cells[0].runs[0].trace.records {
            if record.what == crate::model::What::Instant(Mark::Cancelled) {
                record.what = crate::model::What::Instant(Mark::Level);
            }
        }
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 1);
    }
}
