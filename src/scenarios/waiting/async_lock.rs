//! Tasks that read, await and write one number: without a lock updates are lost, although there is only one thread.

use super::lateness::{real, speed_note, took};
use super::{most_inside, surely_in};
use crate::aio::{Cx, Exception, Lock};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, LaneIndex, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, State, Trace};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only,
};
use std::cell::Cell;
use std::rc::Rc;

const NONE: &str = "none";
const LOCK: &str = "lock";

/// A shared number and its lock.
pub static SCENARIO: Scenario = Scenario {
    id: "async-lock",
    title: "A lock on one thread",
    chapter: Chapter::Waiting,
    question: beside(
        "100 tasks on one thread each read a number, await, and write it back one greater. It starts at 0. What is it in the end?",
    ),
    params: PARAMS,
    variants: &[Variant { id: NONE, label: "no lock", bad: true }, Variant { id: LOCK, label: "lock", bad: false }],
    presets: &[Preset { name: "two tasks", link: "tasks=2" }, Preset { name: "the shortest await", link: "work=0" }],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[NONE, LOCK],
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
    count("tasks", "Tasks", (1, 500), 100, "", "Each adds 1 to the number, once."),
    wait("work", "Await", (0, 1_000), 100, "How long each waits between reading and writing."),
    SPEED,
];

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (tasks, work) = (plan.values.count("tasks"), plan.values.wait("work"));
        let number = Rc::new(Cell::new(0_u64));
        let lock = (plan.variant == LOCK).then(|| Lock::new(&cx, "lock"));
        cx.gather((0..tasks).map(|_| add_one(cx.clone(), number.clone(), lock.clone(), work))).await?;
        let lost = tasks - number.get();
        cx.mark(Mark::Lost, lost as u32);
        Ok(Outcome::new(grouped(number.get())).with("expected", tasks as f64).with("lost", lost as f64))
    })
}

async fn add_one(cx: Cx, number: Rc<Cell<u64>>, lock: Option<Lock>, work: Nanos) -> Result<(), Exception> {
    let _held = match &lock {
        Some(lock) => Some(lock.acquire().await?),
        None => None,
    };
    let read = number.get();
    cx.sleep(work).await?; // without the lock, any other task may write meanwhile
    number.set(read + 1);
    Ok(())
}

/// Whether the tasks took the lock in the order they were made.
fn in_turn(trace: &Trace) -> bool {
    let index = LaneIndex::of(trace);
    trace.marks(Mark::Acquired).map(|mark| index.get(mark.lane)).is_sorted_by(|one, next| one < next)
}

/// The most tasks that computed at one moment.
fn running(run: &Run) -> usize {
    surely_in(&run.trace, State::Running)
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let tasks = values.count("tasks");
    let mut claims = Vec::new();
    let runs =
        |variant| report.cell(Model::Asyncio, variant).map(|c| c.finished().collect::<Vec<_>>()).unwrap_or_default();
    let lost = |outcome: &Outcome| outcome.figure("lost").map_or(0, |lost| lost as u64);
    let bare = runs(NONE);
    if let Some((last, outcome)) = bare.last() {
        claims.push(Claim::new(
            format!("Lost without a lock, where all read 0: **{}** of {}", grouped(tasks - 1), grouped(tasks)),
            bare.iter().all(|(_, outcome)| outcome.value == "1"),
            format!("{} lost, the number is {}", grouped(lost(outcome)), outcome.value),
        ));
        claims.push(Claim::new(
            "And yet **never two tasks** run at the same moment",
            bare.iter().all(|(run, _)| running(run) <= 1),
            format!("at most {} at once", running(last).max(1)),
        ));
    }
    claims.extend(took(report, Model::Asyncio, NONE, "Without a lock, all wait together", values.wait("work"), 1));
    let locked = runs(LOCK);
    if let Some((last, outcome)) = locked.last() {
        claims.push(Claim::new(
            format!("With the lock the number is **{}**", grouped(tasks)),
            locked.iter().all(|(_, outcome)| outcome.value == grouped(tasks)),
            format!("{}, {} lost", outcome.value, lost(outcome)),
        ));
        claims.push(Claim::new(
            "One task at a time holds the lock, **in the order they came**",
            locked.iter().all(|(run, _)| most_inside(&run.trace, 0) == 1 && in_turn(&run.trace)),
            format!(
                "at most {} at once, {}",
                most_inside(&last.trace, 0),
                if in_turn(&last.trace) { "in turn" } else { "not in turn" }
            ),
        ));
    }
    let what = "With the lock, one waits after another";
    claims.extend(took(report, Model::Asyncio, LOCK, what, tasks * values.wait("work"), tasks));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let last = |variant| report.cell(Model::Asyncio, variant).and_then(|c| c.last());
    let tasks = grouped(report.spec.values.count("tasks"));
    let mut out = Vec::new();
    if let Some((run, outcome)) = last(NONE) {
        out.push(format!(
            "Without a lock the number was **{}** after {tasks} updates. Every task read it before any had written, because \
             each await lets the others go on. It took **{}**. One thread is no protection: an await is where the others come in.",
            outcome.value,
            time(run.elapsed)
        ));
    }
    if let Some((run, outcome)) = last(LOCK) {
        out.push(format!(
            "With the lock it was **{}**, after **{}**. The tasks were blocked for {} together: what must not be \
             interrupted runs in turn, and that costs the overlap.",
            outcome.value,
            time(run.elapsed),
            time(run.trace.total(State::Blocked))
        ));
    }
    if !out.is_empty() {
        out.push("If nothing is awaited between reading and writing, no lock is needed.".to_owned());
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, variant: &str) -> Option<Bound> {
    let values = &report.spec.values;
    let (label, ways) = if variant == LOCK { ("one after another", values.count("tasks")) } else { ("one await", 1) };
    Some(Bound { label: label.to_owned(), time: real(report, ways * values.wait("work")) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_anywhere, holds_everywhere};
    use super::*;
    use crate::model::{MS, Record, SECOND, What};

    #[test]
    fn claims_hold_at_every_end_and_in_between() {
        holds_everywhere(&SCENARIO);
        holds_anywhere(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        let of = |variant| report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
        assert_eq!((of(NONE).1.value.as_str(), of(NONE).0.elapsed), ("1", 100 * MS));
        assert_eq!((of(LOCK).1.value.as_str(), of(LOCK).0.elapsed), ("100", 10 * SECOND));
        let waited: Nanos = (0..100).map(|before| before * 100 * MS).sum();
        assert_eq!(of(LOCK).0.trace.total(State::Blocked), waited);
        assert_eq!(of(NONE).1.figure("lost"), Some(99.0));
    }

    #[test]
    fn on_a_coarse_clock_a_task_does_not_seem_to_run_beside_its_waker() {
        let mut report = holds(&SCENARIO, "tasks=2");
        let trace = &mut report.cells[0].runs[0].trace;
        let [main, task] = [1, 2].map(|place| trace.lanes[place].id);
        let enter = |lane, state, at| Record { at, lane, what: What::Enter(state), arg: 0 };
        // main makes the task and stops, all at 1; so the task's one record comes before main's.
        trace.records = vec![
            enter(main, State::Running, 0),
            enter(task, State::Running, 1),
            enter(main, State::Waiting, 1),
            enter(task, State::Sleeping, 2),
        ];
        assert_eq!(running(&report.cells[0].runs[0]), 1);
        report.cells[0].runs[0].trace.records[2].at = 2;
        assert_eq!(running(&report.cells[0].runs[0]), 2);
    }

    #[test]
    fn a_lock_that_does_not_lock_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        let (first, second) = report.cells.split_at_mut(1);
        std::mem::swap(&mut first[0].runs, &mut second[0].runs);
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 5);
    }
}
