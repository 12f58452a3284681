//! `async with`: what was acquired is released, whatever happens in between.

use super::lateness::{STEP, real, slack, speed_note, took};
use crate::aio::{AsyncContext, Cx, Exception};
use crate::model::params::{SPEED, wait};
use crate::model::time::millis;
use crate::model::units::{time, time_ms};
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Program, Scenario, Variant, beside, engine_only};
use std::cell::{Cell, RefCell};
use std::rc::Rc;

const NORMAL: &str = "normal";
const EXCEPTION: &str = "exception";
const TIMER: &str = "timer";

/// A connection that is always given back.
pub static SCENARIO: Scenario = Scenario {
    id: "async-with",
    title: "Always given back",
    chapter: Chapter::Waiting,
    question: beside(
        "A block acquires a connection, uses it and releases it. What if an exception is raised in the middle?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: NORMAL, label: "all goes well", bad: false },
        Variant { id: EXCEPTION, label: "exception inside", bad: false },
        Variant { id: TIMER, label: "timer around it", bad: false },
    ],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[NORMAL, EXCEPTION, TIMER],
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
    wait("acquire", "Acquire", (0, 10_000), 100, "How long it takes to get the connection."),
    wait("use", "Use", (0, 10_000), 50, "How long the block uses it."),
    wait("release", "Release", (0, 10_000), 100, "How long it takes to give it back."),
    SPEED,
];

/// A figure of the outcome: what the timer showed.
const SHOWN: &str = "timer ms";

/// What happened, in order.
type Steps = Rc<RefCell<Vec<String>>>;

/// `class Connection` with `__aenter__` and `__aexit__`.
struct Connection {
    cx: Cx,
    plan: Rc<Plan>,
    steps: Steps,
}

impl AsyncContext for Connection {
    type Value = ();

    async fn enter(&self) -> Result<(), Exception> {
        self.cx.sleep(self.plan.values.wait("acquire")).await?;
        self.cx.mark(Mark::Level, 1);
        self.steps.borrow_mut().push("acquired".to_owned());
        Ok(())
    }

    async fn exit(&self, raised: Option<&Exception>) -> Result<bool, Exception> {
        if let Some(raised) = raised {
            self.steps.borrow_mut().push(format!("{} inside", raised.kind));
        }
        self.cx.sleep(self.plan.values.wait("release")).await?;
        self.cx.mark(Mark::Level, 0);
        self.steps.borrow_mut().push("released".to_owned());
        Ok(false) // the exception goes on
    }
}

/// `class Timer`: it waits for nothing, and shows how long the block took.
struct Timer<'a> {
    cx: &'a Cx,
    shown: &'a Cell<Nanos>,
}

impl AsyncContext for Timer<'_> {
    type Value = ();

    async fn enter(&self) -> Result<(), Exception> {
        self.shown.set(self.cx.now());
        Ok(())
    }

    async fn exit(&self, _raised: Option<&Exception>) -> Result<bool, Exception> {
        self.shown.set(self.cx.now() - self.shown.get());
        Ok(false)
    }
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (steps, shown) = (Steps::default(), Cell::new(0));
        let connection = Connection { cx: cx.clone(), plan: plan.clone(), steps: steps.clone() };
        let block = async |()| {
            cx.sleep(plan.values.wait("use")).await?;
            if plan.variant == EXCEPTION {
                return Err(Exception::new("ValueError", "not a number"));
            }
            steps.borrow_mut().push("used".to_owned());
            Ok(())
        };
        let ended = if plan.variant == TIMER {
            let timer = Timer { cx: &cx, shown: &shown };
            let ended = cx.with(timer, async |()| cx.with(connection, block).await).await;
            steps.borrow_mut().push("timer stopped".to_owned());
            ended.map(|_| ())
        } else {
            cx.with(connection, block).await.map(|_| ())
        };
        match ended {
            Err(raised) if raised.kind == "ValueError" => {
                steps.borrow_mut().push(format!("{} outside", raised.kind));
            }
            ended => ended?,
        }
        let steps = steps.take();
        let mut outcome = Outcome::new(steps.join(", "));
        outcome.lines = steps;
        Ok(if plan.variant == TIMER { outcome.with(SHOWN, millis(shown.get())) } else { outcome })
    })
}

/// What each variant must come to.
fn expected(variant: &str) -> &'static str {
    match variant {
        EXCEPTION => "acquired, ValueError inside, released, ValueError outside",
        TIMER => "acquired, used, released, timer stopped",
        _ => "acquired, used, released",
    }
}

fn all_waits(report: &Report) -> Nanos {
    ["acquire", "use", "release"].iter().map(|key| report.spec.values.wait(key)).sum()
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    for variant in SCENARIO.variants {
        let Some(cell) = report.cell(Model::Asyncio, variant.id) else { continue };
        let all: Vec<&Outcome> = cell.finished().map(|(_, outcome)| outcome).collect();
        let Some(last) = all.last() else { continue };
        let ok = all.iter().all(|outcome| outcome.value == expected(variant.id));
        let text = match variant.id {
            EXCEPTION => "An exception inside: the connection is **released first**, then the exception goes on",
            TIMER => "The timer stops **after** the release",
            _ => "All goes well: the connection is **released**",
        };
        claims.push(Claim::new(text, ok, last.value.clone()));
        let what = match variant.id {
            EXCEPTION => "The release is waited for, exception or not",
            TIMER => "The timer adds no time of its own",
            _ => "Acquire, use and release take",
        };
        claims.extend(took(report, Model::Asyncio, variant.id, what, all_waits(report), 3));
        if variant.id == TIMER {
            let (wait, late) = (real(report, all_waits(report)), slack(3));
            let shown = last.figure(SHOWN).unwrap_or(-1.0);
            let ok = shown >= millis(wait.saturating_sub(STEP)) && shown <= millis(wait + late);
            let text = format!("The timer shows all three, **{}** (at most {} more)", time(wait), time(late));
            claims.push(Claim::new(text, ok, time_ms(shown)).by_the_clock());
        }
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let last = |variant: &str| report.cell(Model::Asyncio, variant).and_then(|c| c.last());
    let mut out = Vec::new();
    if let Some((run, outcome)) = last(NORMAL) {
        out.push(format!(
            "It went: **{}**. Entering and leaving may wait; the loop is free meanwhile. In all it took **{}**.",
            outcome.value,
            time(run.elapsed),
        ));
    }
    if let Some((run, outcome)) = last(EXCEPTION) {
        out.push(format!(
            "With an exception it went: **{}**. The exit saw the exception, gave the connection back, and only then let the \
             exception go on. You waited for the release all the same: **{}** in all.",
            outcome.value,
            time(run.elapsed),
        ));
    }
    if let Some((_, outcome)) = last(TIMER) {
        out.push(format!(
            "A context need not hold anything. The timer read the clock when it was entered and when it was left, and showed \
             **{}**: the block with its acquire and its release.",
            time_ms(outcome.figure(SHOWN).unwrap_or(0.0)),
        ));
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "sum of the waits".to_owned(), time: real(report, all_waits(report)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{ends_when_stopped, holds, holds_anywhere, holds_everywhere};
    use super::*;
    use crate::model::MS;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn claims_hold_in_between_and_a_stop_ends_it() {
        holds_anywhere(&SCENARIO);
        ends_when_stopped(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        for variant in SCENARIO.variants {
            let (run, outcome) = report.cell(Model::Asyncio, variant.id).unwrap().last().unwrap();
            assert_eq!((run.elapsed, outcome.value.as_str()), (250 * MS, expected(variant.id)));
            let levels: Vec<u32> = run.trace.marks(Mark::Level).map(|record| record.arg).collect();
            assert_eq!(levels, [1, 0], "{}: held, then given back", variant.id);
        }
        assert_eq!(report.cells[2].last().unwrap().1.figure(SHOWN), Some(250.0));
    }

    #[test]
    fn a_release_that_is_missing_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        let normal = report.cells[0].runs.clone();
        report.cells[1].runs = normal;
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 1);
    }
}
