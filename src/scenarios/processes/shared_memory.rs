//! A Value and an Array that several processes change: with their lock, and without.

use super::costs::Costs;
use crate::aio::Exception;
use crate::model::params::count;
use crate::model::units::time;
use crate::model::{Cell, Claim, Lane, Model, Nanos, Outcome, Param, Plan, Report, Span, State, Trace, US};
use crate::multiprocessing::{
    Args, LocalFuture, Process, ProcessCx, SharedArray, SharedGuard, SharedValue, Target, Value,
};
use crate::scenarios::{
    Arrangement, Chapter, Code, Preset, Processes, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

/// Memory that processes share.
pub static SCENARIO: Scenario = Scenario {
    id: "shared-memory",
    title: "Shared memory",
    chapter: Chapter::Processes,
    question: beside(
        "Several processes add 1 to one Value and double each number of one Array. Does it come out right?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: "lock", label: "with the lock", bad: false },
        Variant { id: "none", label: "without", bad: true },
    ],
    presets: &[Preset { name: "1,000 additions", link: "additions=1000&work=0" }],
    arrangements: &[Arrangement {
        models: &[Model::Processes],
        variants: &["lock", "none"],
        program: Program::Processes(Processes {
            shared: true,
            count: |plan| 1 + plan.values.count("processes") as usize,
            code: engine_only(Code { main: run, targets: &[Target { name: "change", run: change }] }),
        }),
    }],
    models: &[Model::Processes],
    repeats: 3,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("processes", "Processes", (1, 8), 5, "", "Processes that change both."),
    count("additions", "Additions", (1, 1_000), 1, "", "How often each adds 1 to the Value."),
    count("work", "Work", (0, 2_000), 1_000, "µs", "Computing between reading a number and writing it."),
];

/// What the array begins with.
const NUMBERS: [i32; 5] = [1, 2, 3, 4, 5];

fn run(cx: ProcessCx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let value = SharedValue::new(&cx, "Value's lock", 0)?;
        let array = SharedArray::new(&cx, "Array's lock", &NUMBERS)?;
        let mut children = Vec::new();
        for _ in 0..plan.values.count("processes") {
            let (ours, theirs) = cx.pipe()?;
            let child = Process::new(&cx, "change").give(theirs).share(&value).share(&array).start()?;
            children.push((child, ours));
        }
        for (_, end) in &children {
            end.recv().await?; // it is there
        }
        let began = cx.now();
        for (_, end) in &children {
            end.send(&Value::from("go"))?;
        }
        for (child, _) in &children {
            child.join().await;
        }
        let took = cx.now() - began;
        let (value, numbers) = (value.get(), array.numbers()?);
        let shown = Value::list(numbers.iter().map(|n| Value::from(i64::from(*n))));
        let added = (plan.values.count("processes") * plan.values.count("additions")) as f64;
        let array_right = numbers == doubled(plan.values.count("processes"));
        Ok(Outcome::new(format!("{value} {shown}"))
            .with("value", f64::from(value))
            .with("expected", added)
            .with("lost", added - f64::from(value))
            .with("array right", f64::from(u8::from(array_right)))
            .with("took", took as f64))
    })
}

fn change(cx: ProcessCx, mut args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let (end, value, array) = (args.end()?, args.number()?, args.array()?);
        let (locked, work) = (args.plan.variant == "lock", args.plan.values.count("work") * US);
        end.send(&Value::from("here"))?;
        end.recv().await?;
        for _ in 0..args.plan.values.count("additions") {
            let guard = taken(&value, locked).await;
            let number = value.get();
            cx.work(work).await;
            value.set(number + 1);
            drop(guard);
        }
        for index in 0..NUMBERS.len() as u32 {
            let guard = taken(&array, locked).await;
            let number = array.get(index)?;
            cx.work(work).await;
            array.set(index, 2 * number)?;
            drop(guard);
        }
        Ok(Value::None)
    })
}

/// The lock, where the variant takes it.
async fn taken(array: &SharedArray, locked: bool) -> Option<SharedGuard> {
    if locked { Some(array.lock().await) } else { None }
}

fn doubled(times: u64) -> Vec<i32> {
    NUMBERS.iter().map(|n| n << times.min(20)).collect()
}

fn expected(report: &Report) -> (u64, String) {
    let count = |key| report.spec.values.count(key);
    let array = Value::list(doubled(count("processes")).into_iter().map(|n| Value::from(i64::from(n))));
    (count("processes") * count("additions"), array.to_string())
}

/// How many runs of a cell came out right, of how many.
fn right(cell: &Cell, value: u64) -> (usize, usize) {
    let is_right = |o: &Outcome| o.figure("value") == Some(value as f64) && o.figure("array right") == Some(1.0);
    let all = cell.finished().filter(|(_, o)| o.figure("value").is_some());
    all.fold((0, 0), |(right, all), (_, o)| (right + usize::from(is_right(o)), all + 1))
}

/// Whether two children must have been at the same number: they computed side by side for longer than the Array takes, so the later
/// one began with the Value before the earlier one was done with it.
fn met(trace: &Trace, work: Nanos) -> bool {
    let spans = trace.spans();
    let of = |lane: &Lane| {
        let own = spans.iter().filter(|s| s.lane == lane.id && s.state == State::Running);
        own.max_by_key(|s| s.end - s.start).copied()
    };
    let children: Vec<Span> = trace.lanes.iter().filter(|lane| lane.id != 0).filter_map(of).collect();
    let beside = |a: &Span, b: &Span| a.end.min(b.end).saturating_sub(a.start.max(b.start));
    let enough = NUMBERS.len() as Nanos * work + work / 2; // half a step, for clocks that differ
    children.iter().enumerate().any(|(i, a)| children[i + 1..].iter().any(|b| beside(a, b) > enough))
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    let (value, array) = expected(report);
    let cell = |variant| report.cell(Model::Processes, variant);
    let last = |variant| cell(variant).and_then(Cell::last).map(|(_, o)| o.value.clone()).unwrap_or_default();
    if let Some((right, all)) = cell("lock").map(|c| right(c, value)).filter(|(_, all)| *all > 0) {
        let text = format!("With the lock: Value **{value}**, Array **{array}**, every time");
        claims.push(Claim::new(text, right == all, format!("{} in {right} of {all}", last("lock"))));
    }
    let count = |key| report.spec.values.count(key);
    // With little between reading and writing it takes luck to see a loss; so it does where nobody met, as on one core.
    let sure = |c: &&Cell| count("work") >= 500 && c.finished().any(|(run, _)| met(&run.trace, count("work") * US));
    if let Some((right, all)) = cell("none").filter(sure).map(|c| right(c, value)).filter(|(_, all)| *all > 0) {
        let text = "Without it changes are **lost**: two read the same number, and both write";
        let measured = format!("{} instead of {value} {array}", last("none"));
        claims.push(Claim::new(text, right < all, measured).by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let (value, array) = expected(report);
    if let Some((run, outcome)) = report.cell(Model::Processes, "lock").and_then(Cell::last) {
        let took = outcome.figure("took").unwrap_or_default() as u64;
        out.push(format!(
            "With the lock one process at a time reads, computes and writes; the others waited **{}** in all. That took **{}**.",
            time(run.trace.total(State::Blocked)),
            time(took),
        ));
    }
    if let Some(cell) = report.cell(Model::Processes, "none") {
        let all: Vec<String> = cell.finished().map(|(_, o)| format!("**{}**", o.value)).collect();
        if !all.is_empty() {
            out.push(format!("Without it came out {}, where {value} {array} is right.", all.join("; ")));
        }
    }
    if let Some((run, _)) = report.cells.iter().find_map(Cell::last) {
        out.push(format!(
            "“value.value += 1” is a read and a write, although a Value has a lock: only “with value.get_lock()” makes them one. {}",
            Costs::of(&run.trace).words()
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::scenarios::processes::testing::{holds_everywhere, report, values};

    #[test]
    fn claims_hold() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn nothing_lost_is_believed_only_of_processes_that_never_met() {
        let lost = |report: &Report| claims(report).into_iter().find(|claim| claim.text.contains("lost"));
        let mut report = report(&SCENARIO, &[("processes", "2"), ("work", "500")]);
        assert!(lost(&report).is_some_and(|claim| claim.ok && claim.timed));
        // Both beside each other, and nothing lost: then something else is wrong.
        let right = report.cells[0].runs[0].end.clone();
        report.cells[1].runs[0].end = right;
        assert!(lost(&report).is_some_and(|claim| !claim.ok));
        // One after the other: nobody is in anybody's way.
        report.cells[1].runs = report.cells[0].runs.clone();
        assert_eq!(lost(&report), None);
    }

    #[test]
    fn five_processes_double_and_add_or_lose_nearly_all() {
        let report = report(&SCENARIO, &[]);
        assert_eq!(values(&report), ["5 [32, 64, 96, 128, 160]", "1 [2, 4, 6, 8, 10]"]);
        let (run, _) = report.cells[0].last().unwrap();
        assert!(run.trace.total(State::Blocked) > 10_000_000);
    }
}
