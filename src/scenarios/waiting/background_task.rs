//! Two tasks work in the background while the main task does something else.

use super::lateness::{CLOSE, real, speed_note, took};
use super::most_in;
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, wait};
use crate::model::units::time;
use crate::model::{Claim, LaneKind, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Program, Scenario, beside, engine_only};
use std::cell::RefCell;
use std::rc::Rc;

/// Two tasks and other work.
pub static SCENARIO: Scenario = Scenario {
    id: "background-task",
    title: "Tasks in the background",
    chapter: Chapter::Waiting,
    question: beside(
        "Two tasks are created, then the main task does other work, then it awaits both. When does each of them begin?",
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
    tasks: |_| 3,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    wait("task-a", "Task A", (0, 10_000), 2_000, "How long task A takes."),
    wait("task-b", "Task B", (0, 10_000), 3_000, "How long task B takes."),
    wait("other", "Other work", (0, 10_000), 1_000, "How long the main task does something else."),
    SPEED,
];

/// What the program prints, line by line.
type Log = Rc<RefCell<Vec<String>>>;

/// The lines that end the three waits, in the order in which the waits begin.
const ENDS: [(&str, &str); 3] = [("other", "main: other work done"), ("task-a", "A done"), ("task-b", "B done")];

const MAIN_GIVES_WAY: &str = "main: other work begins";

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let log = Log::default();
        let print = |line: &str| log.borrow_mut().push(line.to_owned());
        let task = |name, key| {
            cx.create_task_named(format!("task {name}"), work(cx.clone(), log.clone(), name, values.wait(key)))
        };
        let (a, b) = (task("A", "task-a"), task("B", "task-b"));
        print("main: two tasks created");
        print(MAIN_GIVES_WAY);
        cx.sleep(values.wait("other")).await?;
        print("main: other work done");
        let results = format!("{}, {}", a.await?, b.await?);
        print(&format!("main: {results}"));
        Ok(Outcome { lines: log.take(), ..Outcome::new(results) })
    })
}

async fn work(cx: Cx, log: Log, name: &str, takes: Nanos) -> Result<String, Exception> {
    log.borrow_mut().push(format!("{name} begins"));
    cx.sleep(takes).await?;
    log.borrow_mut().push(format!("{name} done"));
    Ok(format!("{name} completed"))
}

fn waits(values: &Values) -> [Nanos; 3] {
    ENDS.map(|(key, _)| values.wait(key))
}

fn longest(report: &Report) -> Nanos {
    waits(&report.spec.values).into_iter().max().unwrap_or(0)
}

/// The lines that end the waits, the shortest first; `None` when two are so near that a real clock may decide either way.
fn order(report: &Report) -> Option<Vec<&'static str>> {
    let values = &report.spec.values;
    let mut ends: Vec<_> = ENDS.iter().map(|(key, line)| (real(report, values.wait(key)), *line)).collect();
    ends.sort_by_key(|(wait, _)| *wait); // of equal ones the first to begin ends first
    let clear = ends.windows(2).all(|two| matches!(two, [(a, _), (b, _)] if a == b || b - a >= CLOSE));
    clear.then(|| ends.into_iter().map(|(_, line)| line).collect())
}

/// Those of `lines` that end a wait, in the order printed.
fn printed(outcome: &Outcome) -> Vec<&str> {
    outcome.lines.iter().map(String::as_str).filter(|line| ENDS.iter().any(|(_, end)| end == line)).collect()
}

/// Whether both tasks began after the main task gave way for the first time.
fn began_late(outcome: &Outcome) -> bool {
    let place = |text: &str| outcome.lines.iter().position(|line| line == text);
    let places = [place(MAIN_GIVES_WAY), place("A begins"), place("B begins")];
    places.iter().all(Option::is_some) && places.is_sorted()
}

fn claims(report: &Report) -> Vec<Claim> {
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let all: Vec<_> = cell.finished().collect();
    let Some((_, last)) = all.last() else { return Vec::new() };
    let begun = last.lines.get(..4).unwrap_or_default().join(" · ");
    let mut claims = vec![Claim::new(
        "create_task starts nothing: A and B begin **when the main task first waits**",
        all.iter().all(|(_, outcome)| began_late(outcome)),
        begun,
    )];
    if let Some(order) = order(report) {
        let ok = all.iter().all(|(_, outcome)| printed(outcome) == order);
        claims.push(Claim::new(format!("The waits end as **{}**", order.join(" · ")), ok, printed(last).join(" · ")));
    }
    if waits(&report.spec.values).iter().all(|wait| real(report, *wait) >= CLOSE) {
        let least = all.iter().map(|(run, _)| most_in(&run.trace, State::Sleeping)).min().unwrap_or(0);
        claims.push(Claim::new(
            "The main task and both others wait **at the same moment**",
            least == ENDS.len(),
            format!("{least} at once"),
        ));
    }
    claims.extend(took(report, Model::Asyncio, "", "It takes as long as the longest of the three", longest(report), 2));
    claims
}

/// How long the main task slept, and how long it waited for the others.
fn main_task(trace: &Trace) -> (Nanos, Nanos) {
    let main = trace.lanes.iter().find(|lane| lane.kind == LaneKind::Task).map(|lane| lane.id);
    let spans = trace.spans();
    let total = |state| {
        let spans = spans.iter().filter(|span| Some(span.lane) == main && span.state == state);
        spans.map(|span| span.end - span.start).sum()
    };
    (total(State::Sleeping), total(State::Waiting))
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let mut out = Vec::new();
    if began_late(outcome) {
        out.push(
            "create_task put A and B into the loop's queue. Some guides say a task starts at once; that is so for eager tasks only, and here it did not. The first line \
             of A ran only **after** the main task had reached its first `await`."
                .to_owned(),
        );
    }
    let (slept, waited) = main_task(&run.trace);
    let rest = if waited == 0 {
        "Both results were there by then, so its two awaits went straight on.".to_owned()
    } else {
        format!("Then it waited **{}** more for the tasks.", time(waited))
    };
    out.push(format!("The other work took the main task **{}**. {rest}", time(slept)));
    let sum = real(report, waits(&report.spec.values).iter().sum());
    let overlap = match sum > run.elapsed {
        true => format!(" The three waits add up to {}: they overlapped.", time(sum)),
        false => String::new(),
    };
    out.push(format!("It was all over after **{}**.{overlap}", time(run.elapsed)));
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "longest wait".to_owned(), time: real(report, longest(report)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{ends_when_stopped, holds, holds_everywhere};
    use super::*;
    use crate::model::SECOND;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn it_ends_when_it_is_stopped() {
        ends_when_stopped(&SCENARIO);
    }

    #[test]
    fn the_lines_of_the_defaults_are_cpythons() {
        let report = holds(&SCENARIO, "");
        let (run, outcome) = report.cell(Model::Asyncio, "").unwrap().last().unwrap();
        let lines = [
            "main: two tasks created",
            "main: other work begins",
            "A begins",
            "B begins",
            "main: other work done",
            "A done",
            "B done",
            "main: A completed, B completed",
        ];
        assert_eq!(outcome.lines, lines);
        assert_eq!((run.elapsed, main_task(&run.trace)), (3 * SECOND, (SECOND, 2 * SECOND)));
        assert_eq!(claims(&report).len(), 4);
    }

    #[test]
    fn waits_that_are_equal_end_as_they_began() {
        let lines = |link| holds(&SCENARIO, link).cells[0].last().unwrap().1.lines.clone();
        assert_eq!(lines("task-a=0&task-b=0&other=0")[2..], lines("task-a=500&task-b=500&other=500")[2..]);
        assert_eq!(lines("task-a=500&task-b=500&other=500")[4..7], ENDS.map(|(_, line)| line.to_owned()));
    }

    #[test]
    fn other_lines_are_found_out() {
        let mut report = holds(&SCENARIO, "");
        if let crate::model::RunEnd::Finished(outcome) = &mut report.cells[0].runs[0].end {
            outcome.lines.swap(1, 2);
            outcome.lines.swap(4, 5);
        }
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 2);
    }
}
