//! A slow operation under a limit: `wait_for` around one await, or a `timeout` block around several lines.

use super::lateness::{CLOSE, real, speed_note, took};
use super::tasks_only;
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, wait};
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Values};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only,
};
use std::cell::Cell;
use std::rc::Rc;

const WAIT_FOR: &str = "wait-for";
const BLOCK: &str = "block";
const VARIANTS: [&str; 2] = [WAIT_FOR, BLOCK];

/// One operation and its limit.
pub static SCENARIO: Scenario = Scenario {
    id: "timeout",
    title: "A time limit",
    chapter: Chapter::Waiting,
    question: beside(
        "An operation takes five seconds, but you give it two. What do you see, and what does the operation see?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: WAIT_FOR, label: "wait_for", bad: false },
        Variant { id: BLOCK, label: "timeout block", bad: false },
    ],
    presets: &[
        Preset { name: "ten seconds of work", link: "work=10000" },
        Preset { name: "in time", link: "work=1000" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &VARIANTS,
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    wait("work", "Operation", (0, 20_000), 5_000, "How long the operation needs."),
    wait("limit", "Limit", (10, 20_000), 2_000, "How long it may take."),
    SPEED,
];

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let limit = plan.values.wait("limit");
        let cancelled = Rc::new(Cell::new(0_u32));
        let operation = operate(cx.clone(), plan.values.wait("work"), cancelled.clone());
        let answer = if plan.variant == WAIT_FOR {
            cx.wait_for(limit, operation).await
        } else {
            cx.timeout(limit, operation).await
        };
        let value = match answer {
            Ok(answer) => answer.to_owned(),
            Err(e) if e.is_timeout() => e.to_string(),
            Err(e) => return Err(e),
        };
        Ok(Outcome::new(value).with("cancelled", f64::from(cancelled.get())))
    })
}

/// Needs its time. When the limit is up it is cancelled at this very await, and passes that on.
async fn operate(cx: Cx, work: Nanos, cancelled: Rc<Cell<u32>>) -> Result<&'static str, Exception> {
    let waited = cx.sleep(work).await;
    if waited.as_ref().is_err_and(Exception::is_cancelled) {
        cancelled.set(cancelled.get() + 1);
    }
    waited.map(|()| "answer")
}

/// Whether it is too slow; one that needs the whole limit is, as in asyncio.
fn too_slow(values: &Values) -> bool {
    values.wait("work") >= values.wait("limit")
}

/// Whether it ends so shortly before the limit that a real clock may decide either way.
fn close_call(report: &Report) -> bool {
    let (work, limit) = (report.spec.values.wait("work"), report.spec.values.wait("limit"));
    work < limit && real(report, limit - work) < CLOSE
}

fn label(variant: &str) -> &'static str {
    if variant == WAIT_FOR { "wait_for" } else { "the block" }
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let slow = too_slow(values);
    let expected = if slow { "TimeoutError" } else { "answer" };
    let mut claims = Vec::new();
    for variant in VARIANTS {
        let Some(cell) = report.cell(Model::Asyncio, variant) else { continue };
        let runs: Vec<_> = cell.finished().collect();
        let Some((last, outcome)) = runs.last() else { continue };
        if !close_call(report) {
            let ok = runs.iter().all(|(_, outcome)| outcome.value == expected);
            let text = match slow {
                true => format!("Around {}, your code sees a **TimeoutError**", label(variant)),
                false => format!("With {}, the **answer** comes in time", label(variant)),
            };
            let claim = Claim::new(text, ok, outcome.value.clone());
            // Where the loop comes so late that both times are over, asyncio's limit wins, too.
            claims.push(if slow { claim } else { claim.by_the_clock() });
            let what = format!("With {}, it is over after", label(variant));
            let wait = values.wait("work").min(values.wait("limit"));
            claims.extend(took(report, Model::Asyncio, variant, &what, wait, 1));
        }
        let cancelled = |outcome: &Outcome| outcome.figure("cancelled").map(|n| n as usize);
        let limits = last.trace.marks(Mark::TimedOut).count();
        let text = match limits {
            0 => format!("With {}, the operation was **not** cancelled", label(variant)),
            _ => format!("With {}, the operation **saw its own CancelledError**", label(variant)),
        };
        let ok = runs.iter().all(|(run, outcome)| cancelled(outcome) == Some(run.trace.marks(Mark::TimedOut).count()));
        let measured = format!("{} seen, {limits} limits passed", cancelled(outcome).unwrap_or(0));
        claims.push(Claim::new(text, ok, measured));
        let tasks = tasks_only(&last.trace).lanes.len();
        claims.push(Claim::new(
            format!("For {}, **no extra task** was made", label(variant)),
            runs.iter().all(|(run, _)| tasks_only(&run.trace).lanes.len() == 1),
            format!("{tasks} in all"),
        ));
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let (work, limit) = (time(real(report, values.wait("work"))), time(real(report, values.wait("limit"))));
    let mut out = Vec::new();
    for variant in VARIANTS {
        let Some((run, outcome)) = report.cell(Model::Asyncio, variant).and_then(|c| c.last()) else { continue };
        let whole = label(variant);
        out.push(match run.trace.marks(Mark::TimedOut).next() {
            Some(mark) => format!(
                "With {whole}, the limit was up after **{}**. The loop cancelled the operation at the await where it stood. \
                 Inside, that was a **CancelledError**. Outside, you saw **{}** after **{}**.",
                time(mark.at),
                outcome.value,
                time(run.elapsed)
            ),
            None => format!(
                "With {whole}, the operation ended after **{}**, within its limit of {limit}. Nothing was cancelled.",
                time(run.elapsed)
            ),
        });
    }
    if out.len() == VARIANTS.len() {
        out.push(
            "Both ways ran the operation inside the task that waited for it. Since Python 3.12 wait_for is such a block \
             itself. Use wait_for around one await, and a block where several share one limit."
                .to_owned(),
        );
    }
    if too_slow(values) && !close_call(report) && !out.is_empty() {
        out.push(format!("Without the limit you would have waited **{work}**."));
    }
    if close_call(report) {
        out.push("The operation needs very nearly the whole limit. Then a loop that is a little late decides, and the result may change from run to run.".to_owned());
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    let values = &report.spec.values;
    let label = if too_slow(values) { "the limit" } else { "the operation" };
    Some(Bound { label: label.to_owned(), time: real(report, values.wait("work").min(values.wait("limit"))) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_anywhere, holds_everywhere};
    use super::*;
    use crate::model::SECOND;

    #[test]
    fn claims_hold_at_every_end_and_in_between() {
        holds_everywhere(&SCENARIO);
        holds_anywhere(&SCENARIO);
    }

    #[test]
    fn the_figures() {
        let cases = [
            ("", "TimeoutError", 2 * SECOND, 1.0),
            ("work=10000", "TimeoutError", 2 * SECOND, 1.0),
            ("work=1000", "answer", SECOND, 0.0),
            ("work=2000", "TimeoutError", 2 * SECOND, 1.0),
            ("work=1999", "answer", 1_999 * SECOND / 1_000, 0.0),
            ("work=0", "answer", 0, 0.0),
        ];
        for (link, value, elapsed, cancelled) in cases {
            let report = holds(&SCENARIO, link);
            for variant in VARIANTS {
                let (run, outcome) = report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
                assert_eq!((outcome.value.as_str(), run.elapsed), (value, elapsed), "{link} {variant}");
                assert_eq!(outcome.figure("cancelled"), Some(cancelled), "{link} {variant}");
            }
        }
    }

    #[test]
    fn an_operation_that_did_not_hear_of_its_limit_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        for run in report.cells.iter_mut().flat_map(|cell| &mut cell.runs) {
            let silent = run.outcome().unwrap().value.clone();
            run.end = crate::model::RunEnd::Finished(Outcome::new(silent).with("cancelled", 0.0));
        }
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 2);
    }
}
