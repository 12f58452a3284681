//! The loop's phases step by step: what is ready, timers, I/O. Beside them the browser's own order.

use super::lateness::{real, speed_note, took};
use crate::aio::{BROWSER_QUEUES, Callable, Cx, Exception, named};
use crate::kernels::Pause;
use crate::model::params::{SPEED, wait};
use crate::model::units::time;
use crate::model::{Claim, LaneKind, Model, Nanos, Outcome, Param, Plan, Report, State, Trace};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Program, Scenario, beside, engine_only};
use std::cell::RefCell;
use std::rc::Rc;

/// A small list of callbacks.
pub static SCENARIO: Scenario = Scenario {
    id: "loop-lab",
    title: "Who comes next?",
    chapter: Chapter::Waiting,
    question: beside("Callbacks, a task, a future, timers and I/O from one coroutine. In which order are they called?"),
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
    kernel: engine_only(Pause::kernel),
    tasks: |_| 3,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] =
    &[wait("step", "Step", (1, 1_000), 10, "From one timer to the next, and how long the I/O takes."), SPEED];

/// What CPython 3.13 does: the output of this lesson's Python program.
const ORDER: [&str; 17] = [
    "main gives way",
    "call_soon",
    "task begins",
    "done-callback",
    "main is back",
    "call_later 0",
    "call_soon from the task",
    "task goes on",
    "main has the task",
    "timer 1",
    "timer 2",
    "timer 3",
    "main has slept",
    "task asks for I/O",
    "call_soon beside it",
    "I/O is done",
    "main has the I/O",
];

/// Before the line of the outcome that says what the browser did.
const BROWSER: &str = "browser: ";

/// Who came when.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<String>>>);

impl Log {
    fn write(&self, text: impl Into<String>) {
        self.0.borrow_mut().push(text.into());
    }

    /// A callback of this name, which writes it.
    fn call(&self, text: &str) -> impl Callable + use<> {
        let (log, name) = (self.clone(), text.to_owned());
        named(text, move || log.write(name))
    }
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let log = Log::default();
        ready(&cx, &log).await?;
        timers(&cx, &log, plan.values.wait("step")).await?;
        io(&cx, &log, plan.values.wait("step") / plan.values.speed()).await?;
        let order = log.0.take();
        let mut outcome = Outcome::new(order.join(", "));
        outcome.lines = order;
        match cx.browser_order().await {
            Ok(names) => outcome.lines.push(format!("{BROWSER}{}", names.join(", "))),
            Err(raised) if raised.kind == "NotImplementedError" => {}
            Err(raised) => return Err(raised),
        }
        Ok(outcome)
    })
}

/// The ready queue: first in, first out.
async fn ready(cx: &Cx, log: &Log) -> Result<(), Exception> {
    cx.call_later(0, log.call("call_later 0"));
    cx.call_soon(log.call("call_soon"));
    let task = cx.create_task(worker(cx.clone(), log.clone()));
    let future = cx.create_future::<()>();
    future.when_done(log.call("done-callback"));
    future.set_result(())?;
    log.write("main gives way");
    cx.sleep(0).await?;
    log.write("main is back");
    task.await?;
    log.write("main has the task");
    Ok(())
}

async fn worker(cx: Cx, log: Log) -> Result<(), Exception> {
    log.write("task begins");
    cx.call_soon(log.call("call_soon from the task"));
    cx.sleep(0).await?;
    log.write("task goes on");
    Ok(())
}

/// Timers: by their moment, in whichever order they were set.
async fn timers(cx: &Cx, log: &Log, step: Nanos) -> Result<(), Exception> {
    let now = cx.time();
    for n in [3, 1, 2] {
        cx.call_at(now + n * step, log.call(&format!("timer {n}")));
    }
    cx.call_later(5 * step / 2, log.call("a cancelled timer")).cancel();
    cx.sleep(4 * step).await?;
    log.write("main has slept");
    Ok(())
}

/// I/O: its end comes in when nothing else is left to do.
async fn io(cx: &Cx, log: &Log, takes: Nanos) -> Result<(), Exception> {
    let task = {
        let (cx, log) = (cx.clone(), log.clone());
        cx.clone().create_task(async move {
            log.write("task asks for I/O");
            cx.run_in_executor(Pause::payload(takes)).await?;
            log.write("I/O is done");
            Ok(())
        })
    };
    cx.call_soon(log.call("call_soon beside it"));
    task.await?;
    log.write("main has the I/O");
    Ok(())
}

/// What the browser did, if it was asked.
fn browser(outcome: &Outcome) -> Option<Vec<&str>> {
    let names = outcome.lines.iter().find_map(|line| line.strip_prefix(BROWSER))?;
    Some(names.split(", ").collect())
}

/// The order of an outcome, without what the browser did.
fn order(outcome: &Outcome) -> Vec<&str> {
    outcome.lines.iter().map(String::as_str).filter(|line| !line.starts_with(BROWSER)).collect()
}

/// The place of a callback in the order, from 1.
fn place(order: &[&str], who: &str) -> usize {
    order.iter().position(|other| *other == who).map_or(0, |at| at + 1)
}

fn claims(report: &Report) -> Vec<Claim> {
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let all: Vec<&Outcome> = cell.finished().map(|(_, outcome)| outcome).collect();
    let Some(last) = all.last() else { return Vec::new() };
    let every = |test: &dyn Fn(&[&str]) -> bool| all.iter().all(|outcome| test(&order(outcome)));
    let seen = order(last);
    let right = seen.iter().zip(ORDER).filter(|(seen, wanted)| *seen == wanted).count();
    let text = format!("The order of all **{}** is that of CPython 3.13", ORDER.len());
    let mut claims = vec![Claim::new(text, every(&|o| o == ORDER), format!("{right} of {} in place", ORDER.len()))];
    let first =
        |order: &[&str]| place(order, "call_soon") > 0 && place(order, "call_soon") < place(order, "main is back");
    claims.push(Claim::new(
        "**call_soon** comes before main is back from sleep(0), which was called later",
        every(&first),
        format!("places {} and {}", place(&seen, "call_soon"), place(&seen, "main is back")),
    ));
    let behind = |order: &[&str]| place(order, "call_later 0") > place(order, "main is back");
    claims.push(Claim::new(
        "**call_later(0)**, set first of all, comes behind everything that is ready",
        every(&behind),
        format!("place {}", place(&seen, "call_later 0")),
    ));
    let three = |order: &[&str]| {
        let of = |n: u32| place(order, &format!("timer {n}"));
        of(1) > 0 && of(1) < of(2) && of(2) < of(3) && place(order, "a cancelled timer") == 0
    };
    let came: Vec<&str> = seen.iter().filter(|who| who.contains("timer")).copied().collect();
    let text = "Timers set as 3, 1, 2 come as **1, 2, 3**; the cancelled one never";
    claims.push(Claim::new(text, every(&three), came.join(", ")));
    if let Some(names) = browser(last) {
        let micro = |name: &&str| matches!(*name, "promise" | "queueMicrotask");
        let ok = names.len() == BROWSER_QUEUES.len() && names.iter().take(2).all(micro);
        let text = "The browser's own loop runs both **microtasks first**, though they were asked for last";
        claims.push(Claim::new(text, ok, names.join(", ")));
    }
    claims.extend(took(report, Model::Asyncio, "", "Only timers and I/O take time", waits(report), 6));
    claims
}

/// Four steps of timers, one of I/O.
fn waits(report: &Report) -> Nanos {
    5 * report.spec.values.wait("step")
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let seen = order(outcome);
    if seen != ORDER {
        return vec![format!("The order was not asyncio's: **{}**.", seen.join(", "))];
    }
    let lanes = run.trace.lanes.iter().filter(|lane| lane.kind == LaneKind::Loop).cloned().collect();
    let slept = Trace { lanes, ..run.trace.clone() }.total(State::Sleeping);
    let mut out = vec![
        format!(
            "The loop has one queue of what is ready, first in, first out: a callback, a task's next step, a future's callback. \
             Nobody runs before main gives way, and main itself lines up behind the others: **call_soon** was number {}, main \
             was back as number **{}**.",
            place(&seen, "call_soon"),
            place(&seen, "main is back"),
        ),
        format!(
            "Once an iteration the loop looks at I/O and at the timers, and puts what is due behind what is ready. So even \
             call_later(0) came only as number **{}**. What a callback adds waits for the next iteration.",
            place(&seen, "call_later 0"),
        ),
        format!(
            "With nothing ready the loop sleeps until the next timer or the end of some I/O: **{}** of {} in this run.",
            time(slept),
            time(run.elapsed),
        ),
    ];
    out.push(match browser(outcome) {
        Some(names) => format!(
            "This browser's own loop is another one. Asked for a timer, a message and two microtasks, it gave **{}**. It empties \
             the queue of microtasks before it goes on to any task. asyncio has no such second queue.",
            names.join(", "),
        ),
        None => "The browser's own order, microtasks before tasks, was **not measured** here.".to_owned(),
    });
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "timers and I/O".to_owned(), time: real(report, waits(report)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{ends_when_stopped, holds, holds_anywhere, holds_everywhere};
    use super::*;
    use crate::model::{MS, RunEnd};

    #[test]
    fn claims_hold_everywhere_and_a_stop_ends_it() {
        holds_everywhere(&SCENARIO);
        holds_anywhere(&SCENARIO);
        ends_when_stopped(&SCENARIO);
    }

    #[test]
    fn nothing_is_said_of_a_browser_that_is_not_there() {
        let report = holds(&SCENARIO, "");
        let (run, outcome) = report.cells[0].last().unwrap();
        assert_eq!((order(outcome).as_slice(), run.elapsed), (&ORDER[..], 50 * MS));
        assert_eq!(browser(outcome), None);
        assert!(claims(&report).iter().all(|claim| !claim.text.contains("browser")));
        assert!(explain(&report).iter().any(|text| text.contains("not measured")));
    }

    #[test]
    fn what_a_browser_did_is_judged() {
        let mut report = holds(&SCENARIO, "");
        let judged = |report: &mut Report, names: &str| {
            let RunEnd::Finished(outcome) = &mut report.cells[0].runs[0].end else { return None };
            outcome.lines.truncate(ORDER.len());
            outcome.lines.push(format!("{BROWSER}{names}"));
            claims(report).into_iter().find(|claim| claim.text.contains("microtasks")).map(|claim| claim.ok)
        };
        assert_eq!(judged(&mut report, "promise, queueMicrotask, MessageChannel, setTimeout"), Some(true));
        assert_eq!(judged(&mut report, "setTimeout, promise, queueMicrotask, MessageChannel"), Some(false));
        assert_eq!(judged(&mut report, "promise, queueMicrotask"), Some(false));
    }

    #[test]
    fn another_order_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        let RunEnd::Finished(outcome) = &mut report.cells[0].runs[0].end else { unreachable!() };
        outcome.lines.swap(4, 5);
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok).count(), 2);
    }
}
