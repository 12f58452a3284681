//! Threads wait for one event; a worker's pause is a wait for another, so that it ends at once when it is told to.

use super::{of_runs, runs};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, MS, Model, Nanos, Outcome, Param, Plan, Report, Run, State, Trace};
use crate::scenarios::waiting::lateness::{STEP, real, speed_note};
use crate::scenarios::{Arrangement, Chapter, Program, Scenario, Threads, beside, engine_only};
use crate::threading::{Event, Script, Shared, Thread, ThreadCx, ThreadError, ThreadsRun};
use std::sync::Arc;

/// One sets, all go on.
pub static SCENARIO: Scenario = Scenario {
    id: "event",
    title: "All go on at once",
    chapter: Chapter::Threads,
    question: beside(
        "Threads wait for an event. A worker pauses between its turns. How soon do they notice that it has happened?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[],
        program: Program::Threads(Threads { count: |plan| waiters(plan) + 2, waits: true, make: engine_only(program) }),
    }],
    models: &[Model::Threads, Model::FreeThreads],
    repeats: 3,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("waiters", "Waiters", (1, 8), 3, "", "Threads that wait for the event."),
    wait("delay", "Delay", (100, 10_000), 2_000, "Until it is set."),
    wait(
        "period",
        "Period",
        (200, 5_000),
        1_000,
        "The worker's pause between turns. It is told to stop half a pause after the event.",
    ),
    SPEED,
];

/// Within this time of the event everybody is to go on.
const SOON: Nanos = 50 * MS;

/// How late a turn may be on a busy machine.
const LATE: Nanos = 25 * MS;

/// The stop event's number in the trace.
const STOP: u32 = 1;

fn waiters(plan: &Plan) -> usize {
    plan.values.count("waiters") as usize
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let names = (1..=waiters(plan)).map(|n| format!("waiter-{n}")).chain(["worker".to_owned()]);
    Script::new(plan, main).threads(names).objects(["ready", "stop"]).build()
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let (delay, period) = (plan.values.wait("delay"), plan.values.wait("period"));
    let events = Arc::new([Event::new(0), Event::new(STOP)]);
    // When each went on, and the worker's turns and end.
    let (woken, worked) = (Shared::new(Vec::new()), Shared::new((0_u32, 0)));
    let waiter = |n| {
        let (events, woken) = (events.clone(), woken.clone());
        Thread::new(format!("waiter-{n}"), move |cx| {
            events[0].wait(cx)?;
            woken.with(|woken| woken.push(cx.now()));
            Ok(())
        })
    };
    let mut threads: Vec<Thread> = (1..=waiters(plan)).map(waiter).collect();
    let (its, told) = (events.clone(), worked.clone());
    threads.push(Thread::new("worker", move |cx| {
        while !its[1].wait_timeout(cx, period)? {
            told.with(|(turns, _)| *turns += 1);
        }
        told.with(|(_, ended)| *ended = cx.now());
        Ok(())
    }));
    threads.iter().try_for_each(|thread| thread.start(cx))?;
    cx.sleep(delay)?;
    let set = cx.now();
    events[0].set(cx);
    cx.sleep(period / 2)?;
    let stopped = cx.now();
    events[1].set(cx);
    threads.iter().try_for_each(|thread| thread.join(cx))?;
    let (woken, (turns, ended)) = (woken.get(), worked.get());
    let early = woken.iter().filter(|at| **at + STEP < set).count();
    let last = woken.iter().max().map_or(0, |last| last.saturating_sub(set));
    Ok(Outcome::new(format!("{} went on", woken.len()))
        .with("early", early as f64)
        .with("last", last as f64)
        .with("turns", turns.into())
        .with("stopped", ended.saturating_sub(stopped) as f64))
}

/// The greatest of a figure (ns) over all runs.
fn most(report: &Report, figure: &str) -> Option<Nanos> {
    runs(report, "").filter_map(|(_, outcome)| outcome.figure(figure)).map(|ns| ns as Nanos).max()
}

/// What was left of the worker's pause when it was told to stop. Pauses that end late shift all that follow, so this is seen,
/// not worked out.
fn left(report: &Report, trace: &Trace) -> Option<Nanos> {
    let told = trace.levels(STOP).map(|(at, _)| at).next()?;
    let worker = trace.lanes.last()?.id;
    let pauses = trace.spans().into_iter().filter(|span| span.lane == worker && span.state == State::Blocked);
    let began = pauses.map(|span| span.start).filter(|start| *start <= told).max()?;
    Some((began + real(report, report.spec.values.wait("period"))).saturating_sub(told))
}

/// The fewest and the most turns until the stop: none is early, and each may be late.
fn turns(report: &Report) -> (u64, u64) {
    let values = &report.spec.values;
    let period = real(report, values.wait("period")).max(1);
    let until = real(report, values.wait("delay") + values.wait("period") / 2);
    ((until / (period + LATE)).saturating_sub(1), until / period + 1)
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let done: Vec<(&Run, &Outcome)> = runs(report, "").collect();
    let Some((_, outcome)) = done.last() else { return Vec::new() };
    let expected = format!("{} went on", values.count("waiters"));
    let right = done.iter().filter(|(_, o)| o.value == expected && o.figure("early") == Some(0.0)).count();
    let measured = format!("{}: {}", of_runs(right, done.len()), outcome.value);
    let mut claims =
        vec![Claim::new("**All** waiters go on, and none before the event is set", right == done.len(), measured)];
    if let Some(last) = most(report, "last") {
        let text = format!("The last of them goes on within **{}**", time(SOON));
        claims.push(Claim::new(text, last <= SOON, format!("after {}", time(last))).by_the_clock());
    }
    let left = done.iter().filter_map(|(run, _)| left(report, &run.trace)).min();
    // A pause that is nearly over ends soon by itself.
    if let (Some(left), Some(stopped)) = (left.filter(|left| *left > 2 * SOON), most(report, "stopped")) {
        let text = format!("The worker ends **at once**: {} or more of its pause were left", time(left));
        claims.push(Claim::new(text, stopped <= SOON, format!("after {}", time(stopped))).by_the_clock());
    }
    let (least, most) = turns(report);
    let made = |o: &Outcome| o.figure("turns").unwrap_or(0.0) as u64;
    let ok = done.iter().all(|(_, o)| (least..=most).contains(&made(o)));
    let text = format!("Until then it makes a turn each period: **{} to {}** of them", grouped(least), grouped(most));
    claims.push(Claim::new(text, ok, format!("{} turns", grouped(made(outcome)))).by_the_clock());
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = runs(report, "").last() else { return Vec::new() };
    let figure = |name| outcome.figure(name).unwrap_or(0.0) as Nanos;
    let mut out = vec![
        format!(
            "The event was set once, and **{}**. The last one did **{}** later. Until then the threads slept: **{}** in all, \
             with nothing to look at again and again.",
            outcome.value,
            time(figure("last")),
            time(run.trace.total(State::Blocked)),
        ),
        format!(
            "The worker does not sleep between its turns: it waits for the stop event, for one period at most. After \
             **{}** turns it was told to stop{}, and ended **{}** later. time.sleep would have gone on to the end of the pause.",
            grouped(figure("turns")),
            match left(report, &run.trace) {
                Some(left) if left > SOON => format!(" with **{}** of its pause left", time(left)),
                _ => " near the end of a pause".to_owned(),
            },
            time(figure("stopped")),
        ),
    ];
    out.extend(speed_note(report));
    out
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere};
    use super::*;
    use crate::model::Mark;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_worker_pauses_on_its_event_and_is_woken_by_it() {
        let report = holds(&SCENARIO, "");
        for (run, outcome) in runs(&report, "") {
            assert_eq!(outcome.value, "3 went on");
            // Each turn is a wait that ended with its limit; the last wait ended with the event.
            assert_eq!(run.trace.marks(Mark::TimedOut).count() as f64, outcome.figure("turns").unwrap());
            assert_eq!(run.trace.levels(1).map(|(_, level)| level).collect::<Vec<_>>(), [1]);
        }
    }

    #[test]
    fn what_is_left_of_the_pause_is_what_was_left() {
        let at_once = |report: &Report| claims(report).into_iter().find(|claim| claim.text.contains("at once"));
        // The first pause of 600 ms, and the stop after 400 at least; the pause may begin late.
        let report = holds(&SCENARIO, "delay=100&period=600&speed=1");
        for (run, _) in runs(&report, "") {
            let late =
                run.trace.spans().iter().find(|span| span.lane == 1 && span.state == State::Blocked).unwrap().start;
            assert!(left(&report, &run.trace).unwrap() <= 200 * MS + late);
        }
        assert!(!at_once(&report).is_some_and(|claim| claim.text.contains("300 ms")));
        // 10 of 100 ms, which end soon by themselves.
        assert_eq!(at_once(&holds(&SCENARIO, "delay=1400&period=1000")), None);
    }

    #[test]
    fn late_turns_are_fewer() {
        assert_eq!(turns(&holds(&SCENARIO, "")), (1, 3));
        assert_eq!(turns(&holds(&SCENARIO, "delay=10000&period=200")), (21, 51));
    }

    #[test]
    fn a_waiter_that_stays_behind_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "waiters", "4").unwrap();
        assert!(claims(&report).iter().any(|claim| !claim.ok && !claim.timed));
    }
}
