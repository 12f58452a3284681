//! Several tasks fail with errors of several types: each except* gets its own, and the rest goes on.

use super::caught;
use super::endings::ended;
use super::lateness::{real, speed_note, took};
use crate::aio::{Cx, Exception, Task};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, beside, engine_only};
use std::rc::Rc;

/// Checks of one fetched record.
pub static SCENARIO: Scenario = Scenario {
    id: "exception-group",
    title: "Errors in a group",
    chapter: Chapter::Waiting,
    question: beside(
        "Several tasks of a group fail at once, with errors of several types. Which handler gets which, and what is left?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "every error is handled", link: "key-errors=0" },
        Preset { name: "nobody fails", link: "value-errors=0&os-errors=0&key-errors=0" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| {
        2 + ["value-errors", "os-errors", "key-errors", "others"]
            .map(|key| plan.values.count(key) as usize)
            .iter()
            .sum::<usize>()
    },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("value-errors", "ValueErrors", (0, 20), 2, "", "Tasks that raise a ValueError."),
    count("os-errors", "OSErrors", (0, 20), 2, "", "Tasks that raise an OSError, a ConnectionError or a TimeoutError."),
    count("key-errors", "KeyErrors", (0, 20), 1, "", "Tasks that raise a KeyError, which nobody handles."),
    count("others", "Others", (1, 20), 1, "", "Tasks that work on and do not fail."),
    wait("fetch", "Fetch", (0, 10_000), 500, "How long the record takes that all tasks wait for."),
    wait("work", "Work", (0, 10_000), 1_000, "How long the others work on."),
    SPEED,
];

/// Types of errors by parameter; a type with several names stands for its subclasses.
const TYPES: [(&str, &[&str]); 3] = [
    ("value-errors", &["ValueError"]),
    ("os-errors", &["OSError", "ConnectionError", "TimeoutError"]),
    ("key-errors", &["KeyError"]),
];

/// The types that are handled.
const HANDLED: [&str; 2] = ["ValueError", "OSError"];

/// What a handler got that got no error.
const NOTHING: &str = "nothing";

/// The errors raised for a parameter, in order.
fn raised(values: &Values, key: &str) -> Vec<&'static str> {
    let types = TYPES.iter().find(|(other, _)| *other == key).map_or(&[][..], |(_, types)| *types);
    types.iter().copied().cycle().take(values.count(key) as usize).collect()
}

/// How many tasks fail.
fn failing(values: &Values) -> usize {
    TYPES.iter().map(|(key, _)| values.count(key) as usize).sum()
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let (record, work) = (fetch(cx.clone(), values.wait("fetch")), values.wait("work"));
        let record = cx.create_task_named("record", record);
        let mut tasks = Vec::new();
        let group = cx.task_group(async |group| {
            for error in TYPES.iter().flat_map(|(key, _)| raised(values, key)) {
                tasks.push(group.create_task_named(error, fails(record.clone(), error))?);
            }
            for n in 1..=values.count("others") {
                let body = works_on(cx.clone(), record.clone(), work);
                tasks.push(group.create_task_named(format!("other {n}"), body)?);
            }
            Ok(())
        });
        let mut got = HANDLED.map(|_| None);
        let handled = group.await.or_else(|raised| except_star(raised, &mut got));
        // Around it all: `except ExceptionGroup`.
        let rest = caught(handled)?;
        let mut outcome = Outcome::default();
        let mut counts = Vec::new();
        for (kind, got) in HANDLED.iter().zip(&got) {
            counts.push(format!("{kind}: {}", held(got.as_ref()).len()));
            outcome = outcome.line(listed(got.as_ref()));
        }
        counts.push(format!("propagated: {}", held(rest.as_ref()).len()));
        counts.push(format!("cancelled: {}", tasks.iter().filter(|task| task.cancelled()).count()));
        Ok(Outcome { value: counts.join(", "), ..outcome.line(listed(rest.as_ref())) })
    })
}

/// `except* ValueError`, then `except* OSError`: what each gets. What nobody takes is raised again.
fn except_star(raised: Exception, got: &mut [Option<Exception>]) -> Result<(), Exception> {
    let mut rest = Some(raised);
    for (kind, got) in HANDLED.iter().zip(got) {
        (*got, rest) = rest.map_or((None, None), |error| error.except_star(kind));
    }
    rest.map_or(Ok(()), Err)
}

async fn fetch(cx: Cx, takes: Nanos) -> Result<(), Exception> {
    cx.sleep(takes).await
}

/// Finds a mistake in the record. All that wait for it go on in the same turn of the loop, so all of them fail at once.
async fn fails(record: Task<()>, error: &'static str) -> Result<(), Exception> {
    record.await?;
    Err(Exception::new(error, "in the record"))
}

async fn works_on(cx: Cx, record: Task<()>, work: Nanos) -> Result<(), Exception> {
    record.await?;
    cx.sleep(work).await
}

fn held(group: Option<&Exception>) -> &[Exception] {
    group.map_or(&[], Exception::exceptions)
}

/// The types of what a group holds.
fn listed(group: Option<&Exception>) -> String {
    names(held(group).iter().map(|error| error.kind.as_ref()))
}

/// Each type once, with its number: `OSError, 2 × TimeoutError`.
fn names<'a>(kinds: impl Iterator<Item = &'a str>) -> String {
    let mut counts: Vec<(&str, usize)> = Vec::new();
    for kind in kinds {
        match counts.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, count)) => *count += 1,
            None => counts.push((kind, 1)),
        }
    }
    if counts.is_empty() {
        return NOTHING.to_owned();
    }
    let named = |(kind, count): (&str, usize)| if count == 1 { kind.to_owned() } else { format!("{count} × {kind}") };
    counts.into_iter().map(named).collect::<Vec<_>>().join(", ")
}

/// The way of a plan: until the errors, or until the others have ended.
fn expected(values: &Values) -> Nanos {
    values.wait("fetch") + if failing(values) > 0 { 0 } else { values.wait("work") }
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let all: Vec<_> = cell.finished().collect();
    let Some((last, outcome)) = all.last() else { return Vec::new() };
    let line = |outcome: &Outcome, place: usize| outcome.lines.get(place).cloned().unwrap_or_default();
    let mut claims = Vec::new();
    for (place, (key, _)) in TYPES.iter().enumerate() {
        let own = names(raised(values, key).into_iter());
        let count = values.count(key);
        let text = match HANDLED.get(place) {
            Some(kind) => format!("except* {kind} gets its own errors and no other: **{count}**"),
            None if count == 0 => "Nothing is left that would be raised".to_owned(),
            None => format!("What nobody handles is **raised again**, in a group: **{count}**"),
        };
        let ok = all.iter().all(|(_, outcome)| line(outcome, place) == own);
        claims.push(Claim::new(text, ok, line(outcome, place)));
    }
    let (failing, others) = (failing(values), values.count("others") as usize);
    let counts = |run: &Run| [Mark::Failed, Mark::Cancelled].map(|how| ended(&run.trace, how));
    let [failed, cancelled] = counts(last);
    let right = [failing, if failing > 0 { others } else { 0 }];
    claims.push(Claim::new(
        format!("Tasks that fail: **{failing}**. Cancelled: **{}**, and in no group", right[1]),
        all.iter().all(|(run, _)| counts(run) == right),
        format!("{failed} failed, {cancelled} cancelled"),
    ));
    let what = if failing > 0 { "It is over when they fail" } else { "It is over when all have worked" };
    claims.extend(took(report, Model::Asyncio, "", what, expected(values), 2));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let [failed, cancelled] = [Mark::Failed, Mark::Cancelled].map(|how| ended(&run.trace, how));
    let mut out = Vec::new();
    if failed == 0 {
        out.push(format!(
            "No task failed. The group was over after **{}**, and there was nothing to handle.",
            time(run.elapsed)
        ));
    } else {
        out.push(format!(
            "**{failed}** tasks failed in the same turn of the loop. The group cancelled the {cancelled} that still worked. After \
             **{}** it raised one ExceptionGroup that held every error.",
            time(run.elapsed),
        ));
        let mut lines = outcome.lines.iter();
        let mut next = || lines.next().map_or(NOTHING, String::as_str);
        let (value, os, rest) = (next(), next(), next());
        let subclasses = match os.contains("ConnectionError") {
            true => " ConnectionError and TimeoutError are kinds of OSError.",
            false => "",
        };
        out.push(format!("`except* ValueError` got **{value}**. `except* OSError` got **{os}**.{subclasses}"));
        out.push(match rest {
            NOTHING => "Nothing was left, so your code went on behind the handlers.".to_owned(),
            rest => format!("Nobody handled **{rest}**. So a group with the rest was raised again, to whoever called."),
        });
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    let label = if failing(&report.spec.values) > 0 { "fetch" } else { "fetch and work" };
    Some(Bound { label: label.to_owned(), time: real(report, expected(&report.spec.values)) })
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

    fn came_to(link: &str) -> (String, Vec<String>, Nanos) {
        let report = holds(&SCENARIO, link);
        let (run, outcome) = report.cell(Model::Asyncio, "").unwrap().last().unwrap();
        (outcome.value.clone(), outcome.lines.clone(), run.elapsed)
    }

    #[test]
    fn each_handler_gets_its_own() {
        let (value, lines, elapsed) = came_to("");
        assert_eq!(value, "ValueError: 2, OSError: 2, propagated: 1, cancelled: 1");
        assert_eq!(lines, ["2 × ValueError", "OSError, ConnectionError", "KeyError"]);
        assert_eq!(elapsed, 500 * MS);
    }

    #[test]
    fn nothing_is_raised_when_nobody_fails() {
        let (value, lines, elapsed) = came_to("value-errors=0&os-errors=0&key-errors=0&others=3");
        assert_eq!(value, "ValueError: 0, OSError: 0, propagated: 0, cancelled: 0");
        assert_eq!((lines[2].as_str(), elapsed), (NOTHING, 1_500 * MS));
    }

    #[test]
    fn an_error_in_the_wrong_hands_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        if let crate::model::RunEnd::Finished(outcome) = &mut report.cells[0].runs[0].end {
            outcome.lines.swap(0, 2);
        }
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 2);
    }
}
