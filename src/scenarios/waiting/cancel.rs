//! A task is asked to end: one cleans up and passes the cancellation on, the other swallows it and goes on.

use super::lateness::{STEP, real, slack, speed_note};
use crate::aio::{Cx, Exception};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, Values};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only,
};
use std::cell::Cell;
use std::rc::Rc;

const PASSED_ON: &str = "passed-on";
const SWALLOWED: &str = "swallowed";
const VARIANTS: [&str; 2] = [SWALLOWED, PASSED_ON];

/// A task of many steps, cancelled in between.
pub static SCENARIO: Scenario = Scenario {
    id: "cancel",
    title: "Cancelled, and cleaned up",
    chapter: Chapter::Waiting,
    question: beside(
        "After a second you cancel a task that still has two seconds of work. How long until it has ended, if it swallows the CancelledError?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: SWALLOWED, label: "swallowed", bad: true },
        Variant { id: PASSED_ON, label: "passed on", bad: false },
    ],
    presets: &[
        Preset { name: "during the clean-up", link: "cancel-after=3500&clean-up=1000" },
        Preset { name: "too late", link: "cancel-after=4000" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &VARIANTS,
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |_| 2,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("steps", "Steps", (1, 100), 10, "", "The task awaits once in each step."),
    wait("step", "One step", (0, 2_000), 300, "How long each step takes."),
    wait("clean-up", "Clean-up", (0, 5_000), 300, "How long the task cleans up before it ends."),
    wait("cancel-after", "Cancel after", (0, 20_000), 1_000, "When the task is asked to end."),
    SPEED,
];

/// How far the task is.
#[derive(Default)]
struct Progress {
    /// Whole steps.
    steps: Cell<u64>,
    /// Whether it cleans up now.
    cleaning: Cell<bool>,
    /// Whether it came to the end of its clean-up.
    clean: Cell<bool>,
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let progress = Rc::new(Progress::default());
        let swallow = plan.variant == SWALLOWED;
        let task = cx.create_task_named("worker", work(cx.clone(), plan.clone(), progress.clone(), swallow));
        cx.sleep(plan.values.wait("cancel-after")).await?;
        let (before, cleaning) = (progress.steps.get(), progress.cleaning.get());
        let asked = cx.now();
        let heard = task.cancel();
        cx.wait([&task]).await?; // raises nothing of the task's: a cancellation heard here is ours
        let ended = if task.cancelled() { "cancelled" } else { task.result().map(|()| "finished")? };
        let flag = |yes: bool| f64::from(u8::from(yes));
        Ok(Outcome::new(ended)
            .with("heard", flag(heard))
            .with("cleaning", flag(heard && cleaning))
            .with("clean", flag(progress.clean.get()))
            .with("before", before as f64)
            .with("after", (progress.steps.get() - before) as f64)
            .with("waited", (cx.now() - asked) as f64))
    })
}

/// Its steps, and then, however they ended, its clean-up.
async fn work(cx: Cx, plan: Rc<Plan>, progress: Rc<Progress>, swallow: bool) -> Result<(), Exception> {
    let steps = take_steps(&cx, &plan.values, &progress, swallow).await;
    progress.cleaning.set(true);
    cx.sleep(plan.values.wait("clean-up")).await?;
    progress.clean.set(true);
    steps
}

async fn take_steps(cx: &Cx, values: &Values, progress: &Progress, swallow: bool) -> Result<(), Exception> {
    for _ in 0..values.count("steps") {
        match cx.sleep(values.wait("step")).await {
            Ok(()) => progress.steps.set(progress.steps.get() + 1),
            Err(e) if e.is_cancelled() && swallow => {} // as if nothing had been asked
            Err(e) => return Err(e),
        }
    }
    Ok(())
}

/// What one run came to.
#[derive(Clone, Copy)]
struct Seen<'a> {
    ended: &'a str,
    /// Whether there was still a task to cancel.
    heard: bool,
    /// Whether it was cleaning up already when it was asked.
    cleaning: bool,
    clean: bool,
    before: u64,
    after: u64,
    /// From the request to its end, as it really passed.
    waited: Nanos,
}

impl<'a> Seen<'a> {
    fn of(outcome: &'a Outcome) -> Option<Self> {
        let number = |name| outcome.figure(name).map(|figure| figure as u64);
        Some(Self {
            ended: &outcome.value,
            heard: number("heard")? == 1,
            cleaning: number("cleaning")? == 1,
            clean: number("clean")? == 1,
            before: number("before")?,
            after: number("after")?,
            waited: number("waited")?,
        })
    }

    /// Steps that follow if the one that was cancelled is all that is lost.
    fn left(&self, values: &Values) -> u64 {
        values.count("steps").saturating_sub(self.before + 1)
    }

    /// Whether it ended as a task of this variant must when it is asked at that point.
    fn ended_right(&self, variant: &str) -> bool {
        match (self.heard, self.cleaning, variant) {
            (false, ..) => self.ended == "finished" && self.clean,
            (true, true, _) => self.ended == "cancelled" && !self.clean,
            (true, false, SWALLOWED) => self.ended == "finished" && self.clean,
            (true, false, _) => self.ended == "cancelled" && self.clean,
        }
    }

    /// Whether it took as many steps after the request as it must.
    fn steps_right(&self, variant: &str, values: &Values) -> bool {
        let more = if self.heard && !self.cleaning && variant == SWALLOWED { self.left(values) } else { 0 };
        self.after == more
    }

    /// How long its end must take after the request; one that cleans up already ends at once.
    fn wait(&self, variant: &str, values: &Values) -> Nanos {
        match (self.heard, self.cleaning, variant) {
            (true, false, SWALLOWED) => self.left(values) * values.wait("step") + values.wait("clean-up"),
            (true, false, _) => values.wait("clean-up"),
            _ => 0,
        }
    }
}

fn label(variant: &str) -> &'static str {
    if variant == SWALLOWED { "Swallowed" } else { "Passed on" }
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let mut claims = Vec::new();
    for variant in VARIANTS {
        let Some(cell) = report.cell(Model::Asyncio, variant) else { continue };
        let runs: Vec<(&Run, Seen)> = cell.finished().filter_map(|(run, o)| Some((run, Seen::of(o)?))).collect();
        let Some((_, last)) = runs.last() else { continue };
        let all = |test: &dyn Fn(&Seen) -> bool| runs.iter().all(|(_, seen)| test(seen));
        let name = label(variant);
        let text = match (last.heard, last.cleaning, variant) {
            (false, ..) => format!("{name}: the request came **too late**, and cancel() said so"),
            (true, true, _) => {
                format!("{name}: asked during its clean-up, it ended as cancelled with the clean-up **cut short**")
            }
            (true, false, SWALLOWED) => format!("{name}: the task **did not end as cancelled**, it finished"),
            (true, false, _) => format!("{name}: the task ended **as cancelled, after its clean-up**"),
        };
        let clean = if last.clean { "clean" } else { "not clean" };
        claims.push(Claim::new(text, all(&|s| s.ended_right(variant)), format!("{}, {clean}", last.ended)));
        let more = if last.heard && !last.cleaning && variant == SWALLOWED { last.left(values) } else { 0 };
        claims.push(Claim::new(
            format!("{name}: **{more}** more steps after the request"),
            all(&|s| s.steps_right(variant, values)),
            format!("{} before, {} after", last.before, last.after),
        ));
        let (wait, late) = (|s: &Seen| real(report, s.wait(variant, values)), slack(more + 1));
        let fits = |s: &Seen| s.waited + STEP >= wait(s) && s.waited <= wait(s) + late;
        let text = format!("{name}: the canceller waited **{}** (at most {} late)", time(wait(last)), time(late));
        claims.push(Claim::new(text, all(&fits), time(last.waited)).by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for variant in VARIANTS {
        let Some((run, outcome)) = report.cell(Model::Asyncio, variant).and_then(|c| c.last()) else { continue };
        let Some(seen) = Seen::of(outcome) else { continue };
        let asked = match run.trace.marks(Mark::CancelRequested).next() {
            Some(mark) => format!("{}: after **{}** the task was asked to end.", label(variant), time(mark.at)),
            None => format!("{}: the task had ended before anybody asked it to.", label(variant)),
        };
        out.push(match (seen.heard, seen.cleaning, variant) {
            (false, ..) => format!("{asked} Then cancel() does nothing and returns False."),
            (true, true, _) => format!(
                "{asked} It was cleaning up already, and a clean-up that awaits can be cancelled too: it was cut short. \
                 asyncio.shield lets the clean-up itself run on, but your await of it still ends: keep that task, and await it \
                 again."
            ),
            (true, false, SWALLOWED) => format!(
                "{asked} A CancelledError came out of its await, and the task caught it and went on: **{}** more steps, \
                 then its clean-up. You waited **{}** for it, and it does not even count as cancelled.",
                seen.after,
                time(seen.waited)
            ),
            (true, false, _) => format!(
                "{asked} A CancelledError came out of its await. It cleaned up, and passed the error on. **{}** later it \
                 had ended, as cancelled.",
                time(seen.waited)
            ),
        });
    }
    if !out.is_empty() {
        out.push("cancel() only asks: the task ends when its own code lets the CancelledError through.".to_owned());
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    let values = &report.spec.values;
    let asked = values.wait("cancel-after");
    (asked < values.count("steps") * values.wait("step")).then(|| Bound {
        label: "request and clean-up".to_owned(),
        time: real(report, asked + values.wait("clean-up")),
    })
}

#[cfg(test)]
mod tests;
