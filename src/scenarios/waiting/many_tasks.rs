//! Thousands of tasks asleep at once on one loop, beside a few threads that do the same.

use super::lateness::{STEP, real, slack, speed_note, took};
use crate::aio::{Cx, Exception, Task};
use crate::model::params::{SPEED, count, wait};
use crate::model::time::millis;
use crate::model::units::{bytes, grouped, time, time_ms};
use crate::model::{Claim, Model, Nanos, Outcome, Param, Plan, Report, SECOND};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Threads, beside, engine_only, measure,
};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

mod sleepers;

/// Many waits, one loop.
pub static SCENARIO: Scenario = Scenario {
    id: "many-tasks",
    title: "Ten thousand at once",
    chapter: Chapter::Waiting,
    question: beside(
        "Ten thousand tasks each wait for one second, on one loop. How long does that take, and what does a task cost?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "100,000 tasks", link: "tasks=100000" },
        Preset { name: "1,000 tasks", link: "tasks=1000" },
    ],
    arrangements: &[
        Arrangement { models: &[Model::Asyncio], variants: &[], program: Program::Async(engine_only(run)) },
        Arrangement {
            models: &[Model::Threads, Model::FreeThreads],
            variants: &[],
            program: Program::Threads(Threads {
                count: |plan| plan.values.count("threads") as usize,
                waits: false,
                make: engine_only(sleepers::program),
            }),
        },
    ],
    models: &[Model::Asyncio, Model::Threads],
    repeats: 1,
    kernel: None,
    tasks: |plan| if plan.model == Model::Asyncio { 1 + plan.values.count("tasks") as usize } else { 1 },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("tasks", "Tasks", (1, 100_000), 10_000, "", "Tasks that all sleep at once."),
    wait("wait", "Wait", (10, 10_000), 1_000, "How long each task and each thread sleeps."),
    count("threads", "Threads", (1, 32), 16, "", "Threads that sleep, to compare with."),
    SPEED,
];

/// Figures of the outcome.
const DONE: &str = "done";
const PEAK: &str = "asleep at once";
const EARLIEST: &str = "earliest ms";
const MEDIAN: &str = "late ms, median";
const LATEST: &str = "late ms, most";
const BYTES: &str = "bytes a task";
const START: &str = "start ns a task";
const STACK: &str = "bytes a thread";

/// Fewer tasks than this share the tables' spare places so unevenly that a figure for each would say little.
const FEW: u64 = 100;

/// What the tasks note.
#[derive(Default)]
struct Notes {
    asleep: Cell<u64>,
    peak: Cell<u64>,
    /// How long each slept.
    slept: RefCell<Vec<Nanos>>,
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (tasks, wait) = (plan.values.count("tasks"), plan.values.wait("wait"));
        let notes = Rc::new(Notes::default());
        let begin = cx.now();
        let all: Vec<Task<()>> = (0..tasks).map(|_| cx.create_task(nap(cx.clone(), wait, notes.clone()))).collect();
        cx.sleep(0).await?; // every task takes its first step, and falls asleep
        let begun = cx.now() - begin;
        let taken = cx.footprint().bytes + all.capacity() * size_of::<Task<()>>();
        cx.gather_tasks(all).await?;
        let slept = notes.slept.take();
        let outcome = Outcome::new(format!("{} tasks woke up", grouped(slept.len() as u64)));
        let outcome = outcome.with(PEAK, notes.peak.get() as f64).with(BYTES, (taken as u64 / tasks.max(1)) as f64);
        let outcome = outcome.with(START, begun as f64 / tasks.max(1) as f64);
        Ok(lateness(outcome, slept, wait / plan.values.speed()))
    })
}

async fn nap(cx: Cx, wait: Nanos, notes: Rc<Notes>) -> Result<(), Exception> {
    let from = cx.now();
    notes.asleep.set(notes.asleep.get() + 1);
    notes.peak.set(notes.peak.get().max(notes.asleep.get()));
    cx.sleep(wait).await?;
    notes.asleep.set(notes.asleep.get() - 1);
    notes.slept.borrow_mut().push(cx.now() - from);
    Ok(())
}

/// Adds how many slept, and how much longer than `wait`.
fn lateness(outcome: Outcome, mut slept: Vec<Nanos>, wait: Nanos) -> Outcome {
    slept.sort_unstable();
    let late = |slept: Option<&Nanos>| slept.map_or(0.0, |slept| millis(*slept) - millis(wait));
    outcome
        .with(DONE, slept.len() as f64)
        .with(EARLIEST, late(slept.first()))
        .with(MEDIAN, late(slept.get(slept.len() / 2)))
        .with(LATEST, late(slept.last()))
}

fn figure(outcome: &Outcome, name: &str) -> f64 {
    outcome.figure(name).unwrap_or(-1.0)
}

/// Waits that a loop may be late by, for this many tasks: to create, wake and record 2,000 of them counts as one.
fn weight(tasks: u64) -> u64 {
    1 + tasks / 2_000
}

/// The sleepers of a model: how many, and what they are called.
fn sleepers(report: &Report, model: Model) -> (u64, &'static str) {
    let values = &report.spec.values;
    if model == Model::Asyncio { (values.count("tasks"), "tasks") } else { (values.count("threads"), "threads") }
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    for model in [Model::Asyncio, Model::Threads, Model::FreeThreads] {
        let Some(cell) = report.cell(model, "") else { continue };
        let (n, what) = sleepers(report, model);
        let all: Vec<&Outcome> = cell.finished().map(|(_, outcome)| outcome).collect();
        let Some(last) = all.last() else { continue };
        let every = |name: &str, test: &dyn Fn(f64) -> bool| all.iter().all(|outcome| test(figure(outcome, name)));
        let name = if model == Model::Asyncio { what } else { measure::name(model) };
        let done = figure(last, DONE).max(0.0) as u64;
        let text = format!("Each of the {name} ends, **{}** in all", grouped(n));
        claims.push(Claim::new(text, every(DONE, &|done| done == n as f64), grouped(done)));
        if model == Model::Asyncio {
            let text = format!("**{}** asleep at the same moment, on one thread", grouped(n));
            let peak = grouped(figure(last, PEAK).max(0.0) as u64);
            claims.push(Claim::new(text, every(PEAK, &|peak| peak == n as f64), peak));
            if n >= FEW {
                let text =
                    "A task asleep takes less than **1 KiB** (its coroutine and its places in the loop's tables)";
                let ok = every(BYTES, &|bytes| bytes > 0.0 && bytes < 1_024.0);
                claims.push(Claim::new(text, ok, bytes(figure(last, BYTES).max(0.0) as u64)));
            }
        }
        let late = slack(weight(n));
        let ok = every(EARLIEST, &|ms| ms >= -millis(STEP)) && figure(last, MEDIAN) <= millis(late);
        let text = format!("None of the {what} wakes early; half are at most {} late", time(late));
        let measured = format!("{} (the last one {})", lag(figure(last, MEDIAN)), lag(figure(last, LATEST)));
        claims.push(Claim::new(text, ok, measured).by_the_clock());
        let (wait, text) = (report.spec.values.wait("wait"), format!("Together the {name} take **one** wait"));
        claims.extend(took(report, model, "", &text, wait, weight(n)));
    }
    claims
}

/// A lateness; a clock that steps may make it look negative.
fn lag(ms: f64) -> String {
    format!("{} late", time_ms(ms))
}

/// A long time, as people say it.
fn long(t: Nanos) -> String {
    let seconds = t / SECOND;
    match seconds {
        0..=119 => time(t),
        120..=7_199 => format!("{} minutes", (seconds + 30) / 60),
        7_200..=172_799 => format!("{:.1} hours", seconds as f64 / 3_600.0),
        _ => format!("{:.1} days", seconds as f64 / 86_400.0),
    }
}

fn explain(report: &Report) -> Vec<String> {
    let (tasks, wait) = (report.spec.values.count("tasks"), real(report, report.spec.values.wait("wait")));
    let last = |model| report.cell(model, "").and_then(|c| c.last());
    let mut out = Vec::new();
    if let Some((run, outcome)) = last(Model::Asyncio) {
        out.push(format!(
            "Asleep at the same moment on one thread: **{}** of the tasks. It was over after **{}**; one after another it would have \
             been {}.",
            grouped(figure(outcome, PEAK).max(0.0) as u64),
            time(run.elapsed),
            long(tasks * wait),
        ));
        out.push(format!(
            "A task that sleeps is a coroutine in memory and one entry among the loop's timers: **{}** each, counted, not \
             estimated. Nothing runs for it until its timer is due.",
            bytes(figure(outcome, BYTES).max(0.0) as u64),
        ));
        out.push(format!(
            "All timers come due at nearly the same moment, and the loop wakes one task after another. Half of the tasks were \
             **{}** or less, the last one **{}**.",
            lag(figure(outcome, MEDIAN)),
            lag(figure(outcome, LATEST)),
        ));
    }
    for model in [Model::Threads, Model::FreeThreads] {
        let (Some((run, outcome)), threads) = (last(model), report.spec.values.count("threads").max(1)) else {
            continue;
        };
        let rounds = tasks.div_ceil(threads);
        let mut text = format!(
            "All {} slept together, **{}** in all, and were done after **{}**.",
            measure::name(model),
            grouped(figure(outcome, DONE).max(0.0) as u64),
            time(run.elapsed),
        );
        if let Some(stack) = outcome.figure(STACK) {
            text += &format!(" Each has a stack of its own: they lie **{}** apart.", bytes(stack as u64));
        }
        if rounds > 1 {
            text += &format!(
                " A thread sleeps for one wait at a time. With {threads} of them, {} waits would need **{}** rounds: about \
                 **{}** (extrapolated from this run).",
                grouped(tasks),
                grouped(rounds),
                long(rounds * run.elapsed),
            );
        }
        out.push(text);
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "one wait".to_owned(), time: real(report, report.spec.values.wait("wait")) })
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
        ends_when_stopped(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        let (run, outcome) = report.cell(Model::Asyncio, "").unwrap().last().unwrap();
        assert_eq!((outcome.value.as_str(), run.elapsed), ("10,000 tasks woke up", SECOND));
        assert_eq!((outcome.figure(PEAK), outcome.figure(LATEST)), (Some(10_000.0), Some(0.0)));
    }

    #[test]
    fn tasks_that_are_missing_are_found_out() {
        let mut report = holds(&SCENARIO, "tasks=200&wait=10");
        report.spec.values.set(PARAMS, "tasks", "201").unwrap();
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 2, "one is missing, and was never asleep");
    }

    #[test]
    fn long_times_are_said_in_words() {
        assert_eq!(long(10_000 * SECOND), "2.8 hours");
        assert_eq!(long(625 * SECOND), "10 minutes");
        assert_eq!(long(150 * MS), "150 ms");
    }
}
