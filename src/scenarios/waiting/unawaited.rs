//! Called, but never awaited: three ways to start something and not wait for it, beside two that do.

use super::lateness::{CLOSE, real, speed_note, took};
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Model, Nanos, Outcome, Param, Plan, Report};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only,
};
use std::cell::Cell;
use std::rc::Rc;

const FORGOTTEN: &str = "forgotten";
const NESTED: &str = "nested";
const UNTRACKED: &str = "untracked";
const AWAITED: &str = "awaited";
const GROUP: &str = "group";
const VARIANTS: [&str; 5] = [FORGOTTEN, NESTED, UNTRACKED, AWAITED, GROUP];

/// Records to save, and five ways to start that.
pub static SCENARIO: Scenario = Scenario {
    id: "unawaited",
    title: "Called, but never awaited",
    chapter: Chapter::Waiting,
    question: beside(
        "Three records are to be saved before the program ends. How many are, if the saves are started and not awaited?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: FORGOTTEN, label: "await forgotten", bad: true },
        Variant { id: NESTED, label: "a loop in the loop", bad: true },
        Variant { id: UNTRACKED, label: "a task nobody keeps", bad: true },
        Variant { id: AWAITED, label: "awaited", bad: false },
        Variant { id: GROUP, label: "TaskGroup", bad: false },
    ],
    presets: &[Preset { name: "saved by luck", link: "other=500" }],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &VARIANTS,
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| match plan.variant.as_str() {
        UNTRACKED | GROUP => 1 + plan.values.count("records") as usize,
        _ => 1,
    },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("records", "Records", (1, 50), 3, "", "Each is to be saved once."),
    wait("save", "Saving", (10, 5_000), 300, "How long a record takes to save."),
    wait("other", "Other work", (0, 5_000), 200, "What the program does besides, before it ends."),
    SPEED,
];

/// Figures of the outcome.
const BEGUN: &str = "begun";
const SAVED: &str = "saved";
const WARNED: &str = "warned";
const REFUSED: &str = "refused";

/// What came of the records.
#[derive(Clone, Default)]
struct Store {
    begun: Rc<Cell<u64>>,
    saved: Rc<Cell<u64>>,
}

async fn save(cx: Cx, wait: Nanos, store: Store) -> Result<(), Exception> {
    store.begun.set(store.begun.get() + 1);
    cx.sleep(wait).await?;
    store.saved.set(store.saved.get() + 1);
    Ok(())
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (records, wait, other) =
            (plan.values.count("records"), plan.values.wait("save"), plan.values.wait("other"));
        let store = Store::default();
        let call = || cx.coroutine("save", save(cx.clone(), wait, store.clone()));
        let mut refused = Vec::new();
        if plan.variant == GROUP {
            let group = cx.task_group(async |group| {
                for n in 1..=records {
                    group.create_task_named(format!("save {n}"), call())?;
                }
                cx.sleep(other).await
            });
            group.await?;
        } else {
            for n in 1..=records {
                match plan.variant.as_str() {
                    FORGOTTEN => drop(call()),
                    NESTED => refused.extend(cx.run(call()).err()),
                    UNTRACKED => drop(cx.create_task_named(format!("save {n}"), call())),
                    _ => call().await?,
                }
            }
            cx.sleep(other).await?;
        }
        let warnings: Vec<String> = cx.reports().iter().map(|report| format!("RuntimeWarning: {report}")).collect();
        let (begun, saved) = (store.begun.get(), store.saved.get());
        let outcome = Outcome::new(format!("{saved} of {records} saved"))
            .with(BEGUN, begun as f64)
            .with(SAVED, saved as f64)
            .with(WARNED, warnings.len() as f64)
            .with(REFUSED, refused.len() as f64);
        let lines = refused.iter().map(ToString::to_string).chain(warnings);
        Ok(Outcome { lines: lines.collect(), ..outcome })
    })
}

fn figure(outcome: &Outcome, name: &str) -> u64 {
    outcome.figure(name).map_or(u64::MAX, |figure| figure as u64)
}

/// How many records are saved when nobody waits for the tasks; `None` where they end so near the program's end that a real
/// clock may decide either way.
fn by_luck(report: &Report) -> Option<u64> {
    let values = &report.spec.values;
    let (save, other) = (real(report, values.wait("save")), real(report, values.wait("other")));
    (save.abs_diff(other) >= CLOSE).then(|| if other > save { values.count("records") } else { 0 })
}

/// What must come of a variant: records begun and saved, warnings, refusals; `None` where the clock decides.
fn expected(report: &Report, variant: &str) -> Option<[u64; 4]> {
    let records = report.spec.values.count("records");
    Some(match variant {
        FORGOTTEN => [0, 0, records, 0],
        NESTED => [0, 0, records, records],
        UNTRACKED => [records, by_luck(report)?, 0, 0],
        _ => [records, records, 0, 0],
    })
}

fn statement(report: &Report, variant: &str) -> String {
    let records = report.spec.values.count("records");
    match variant {
        FORGOTTEN => "Without await **nothing runs**: no save begins, and each is reported as never awaited".to_owned(),
        NESTED => "asyncio.run inside a running loop is **refused** every time, and saves nothing".to_owned(),
        UNTRACKED => match by_luck(report) {
            Some(0) => "Tasks nobody waits for are **cut off** when the program ends: none is saved".to_owned(),
            _ => "Tasks nobody waits for are all saved, **by luck**: the program went on for long enough".to_owned(),
        },
        AWAITED => format!("Awaited, all **{records}** records are saved, and nothing is reported"),
        _ => format!("The TaskGroup waits: all **{records}** records are saved, and nothing is reported"),
    }
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let mut claims = Vec::new();
    for variant in VARIANTS {
        let Some(cell) = report.cell(Model::Asyncio, variant) else { continue };
        let all: Vec<&Outcome> = cell.finished().map(|(_, outcome)| outcome).collect();
        let (Some(last), Some(expected)) = (all.last(), expected(report, variant)) else { continue };
        let seen = |outcome: &Outcome| [BEGUN, SAVED, WARNED, REFUSED].map(|name| figure(outcome, name));
        let [begun, _, warned, refused] = seen(last);
        let measured = format!("{begun} begun, {}; {warned} warnings, {refused} refusals", last.value);
        let ok = all.iter().all(|outcome| seen(outcome) == expected);
        claims.push(Claim::new(statement(report, variant), ok, measured));
    }
    let (save, other) = (values.wait("save"), values.wait("other"));
    let records = values.count("records");
    let text = "One await after another takes every save, and the other work";
    claims.extend(took(report, Model::Asyncio, AWAITED, text, records * save + other, records + 1));
    let text = "In the group the saves and the other work take the longest of them";
    claims.extend(took(report, Model::Asyncio, GROUP, text, save.max(other), 2));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let last = |variant| report.cell(Model::Asyncio, variant).and_then(|cell| cell.last());
    if let Some((_, outcome)) = last(FORGOTTEN) {
        let said = outcome.lines.first().map(|line| format!(" Python says “{line}”.")).unwrap_or_default();
        out.push(format!(
            "Calling an async def makes a coroutine and runs nothing of it. Nobody awaited it: **{}**.{said}",
            outcome.value
        ));
    }
    if let Some((_, outcome)) = last(NESTED) {
        let said = outcome.lines.first().map(String::as_str).unwrap_or_default();
        out.push(format!(
            "asyncio.run makes a loop and runs one coroutine in it to the end, and a thread runs one loop at a time: “{said}”. Inside a \
             coroutine you await instead. **{}**.",
            outcome.value
        ));
    }
    if let Some((run, outcome)) = last(UNTRACKED) {
        out.push(format!(
            "create_task only asks the loop to begin. The program ended after **{}** and asked nobody: what still ran was \
             cancelled, without a word. **{}**.",
            time(run.elapsed),
            outcome.value
        ));
    }
    for (variant, how) in [(AWAITED, "One await after another"), (GROUP, "All at once in a group that waits for them")]
    {
        if let Some((run, outcome)) = last(variant) {
            out.push(format!("{how}: **{}** after **{}**.", outcome.value, time(run.elapsed)));
        }
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, variant: &str) -> Option<Bound> {
    let values = &report.spec.values;
    let (save, other) = (values.wait("save"), values.wait("other"));
    let (label, wait) = match variant {
        AWAITED => ("every save and the other work", values.count("records") * save + other),
        GROUP => ("the longest of them", save.max(other)),
        _ => return None,
    };
    Some(Bound { label: label.to_owned(), time: real(report, wait) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{ends_when_stopped, holds, holds_anywhere, holds_everywhere};
    use super::*;

    #[test]
    fn claims_hold_everywhere() {
        holds_everywhere(&SCENARIO);
        holds_anywhere(&SCENARIO);
        ends_when_stopped(&SCENARIO);
    }

    #[test]
    fn what_is_said_is_what_python_says() {
        let report = holds(&SCENARIO, "");
        let of = |variant| report.cell(Model::Asyncio, variant).unwrap().last().unwrap().1;
        let values = VARIANTS.map(|variant| of(variant).value.as_str());
        let (none, all) = ("0 of 3 saved", "3 of 3 saved");
        assert_eq!(values, [none, none, none, all, all]);
        assert_eq!(of(FORGOTTEN).lines, ["RuntimeWarning: coroutine 'save' was never awaited"; 3]);
        assert_eq!(of(NESTED).lines[0], "RuntimeError: asyncio.run() cannot be called from a running event loop");
        let lucky = holds(&SCENARIO, "other=500");
        assert_eq!(lucky.cell(Model::Asyncio, UNTRACKED).unwrap().last().unwrap().1.value, all);
    }

    #[test]
    fn variants_that_changed_places_are_found_out() {
        let mut report = holds(&SCENARIO, "");
        let (bad, good) = report.cells.split_at_mut(3);
        std::mem::swap(&mut bad[0].runs, &mut good[0].runs);
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 3, "both, and the time of one");
    }
}
