//! Workers are told to stop by an event, finish the job in hand, and are joined with a limit.

use super::{of_runs, runs};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Trace};
use crate::scenarios::waiting::lateness::{real, slack, speed_note};
use crate::scenarios::{Arrangement, Chapter, Program, Scenario, Threads, beside, engine_only};
use crate::threading::{Event, Script, Thread, ThreadCx, ThreadError, ThreadsRun};
use std::sync::Arc;

/// An end without a cut.
pub static SCENARIO: Scenario = Scenario {
    id: "thread-shutdown",
    title: "Threads told to stop",
    chapter: Chapter::Threads,
    question: beside(
        "Workers do one job after another. The program wants to end. How does it end them without cutting a job in two?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[],
        program: Program::Threads(Threads { count: |plan| workers(plan) + 1, waits: true, make: engine_only(program) }),
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
    count("workers", "Workers", (1, 8), 4, "", "Threads that do jobs."),
    wait("job", "Job", (10, 2_000), 400, "How long a job takes; the second worker's takes a tenth more, and so on."),
    wait("stop-after", "Stop after", (100, 5_000), 1_000, "When the stop event is set."),
    wait("limit", "Limit", (10_000, 60_000), 30_000, "How long to wait for all of them to end."),
    SPEED,
];

fn workers(plan: &Plan) -> usize {
    plan.values.count("workers") as usize
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let names = (1..=workers(plan)).map(|n| format!("worker-{n}"));
    Script::new(plan, main).threads(names).objects(["stop"]).build()
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let stop = Arc::new(Event::new(0));
    let thread = |n: usize| {
        let (stop, job) = (stop.clone(), job(plan.values.wait("job"), n));
        Thread::new(format!("worker-{n}"), move |cx| {
            for number in 0.. {
                if stop.is_set() {
                    break;
                }
                cx.lane.mark(Mark::Job, number);
                cx.sleep(job)?;
                cx.lane.mark(Mark::Finished, number);
            }
            Ok(())
        })
    };
    let threads: Vec<Thread> = (1..=workers(plan)).map(thread).collect();
    threads.iter().try_for_each(|thread| thread.start(cx))?;
    cx.sleep(plan.values.wait("stop-after"))?;
    let stopped = cx.now();
    stop.set(cx);
    // One limit for all of them together.
    let until = cx.time() + plan.values.wait("limit");
    for thread in &threads {
        thread.join_timeout(cx, until.saturating_sub(cx.time()))?;
    }
    let joined = threads.iter().filter(|thread| !thread.is_alive()).count();
    let took = cx.now().saturating_sub(stopped);
    Ok(Outcome::new(format!("{joined} joined")).with("joined", joined as f64).with("took", took as f64))
}

/// How long a job of worker `n` (from 1) takes.
fn job(first: Nanos, n: usize) -> Nanos {
    first + first / 10 * (n as u64).saturating_sub(1)
}

/// Jobs begun, and jobs done.
fn jobs(trace: &Trace) -> (usize, usize) {
    (trace.marks(Mark::Job).count(), trace.marks(Mark::Finished).count())
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let done: Vec<_> = runs(report, "").collect();
    let Some((last, outcome)) = done.last() else { return Vec::new() };
    let workers = values.count("workers");
    let expected = format!("{workers} joined");
    let right = done.iter().filter(|(_, o)| o.value == expected).count();
    let who = if workers == 1 { "The worker is".to_owned() } else { format!("All **{workers}** workers are") };
    let text = format!("{who} joined within the limit of {}", time(values.wait("limit")));
    let measured = format!("{}: {}", of_runs(right, done.len()), outcome.value);
    let whole = done.iter().all(|(run, _)| jobs(&run.trace).0 == jobs(&run.trace).1);
    let (begun, ended) = jobs(&last.trace);
    let mut claims = vec![
        Claim::new(text, right == done.len(), measured).by_the_clock(),
        Claim::new(
            "**Nothing is cut in the middle**: every job begun is done",
            whole,
            format!("{ended} of {begun} jobs"),
        ),
    ];
    let longest = real(report, job(values.wait("job"), workers as usize)) + slack(1);
    if let Some(took) = done.iter().filter_map(|(_, o)| o.figure("took")).map(|ns| ns as Nanos).max() {
        let text = format!("The end takes one job at most, not the limit: **{}**", time(longest));
        claims.push(Claim::new(text, took <= longest, time(took)).by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = runs(report, "").last() else { return Vec::new() };
    let (begun, ended) = jobs(&run.trace);
    let mut out = vec![
        format!(
            "Each worker looks at the stop event between two jobs, never inside one. So every job that was begun was done: \
             **{}** of **{}**.",
            grouped(ended as u64),
            grouped(begun as u64),
        ),
        format!(
            "**{}** after the stop everybody had been joined. The limit of {} is for a worker that hangs: join returns then, \
             and is_alive() tells that it has not ended.",
            time(outcome.figure("took").unwrap_or(0.0) as Nanos),
            time(report.spec.values.wait("limit")),
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

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn no_job_begins_after_its_worker_could_see_the_stop() {
        let report = holds(&SCENARIO, "");
        for (run, outcome) in runs(&report, "") {
            assert_eq!(outcome.value, "4 joined");
            let set = run.trace.levels(0).map(|(at, _)| at).next().unwrap();
            for lane in 1..=4 {
                let late = run.trace.marks(Mark::Job).filter(|r| r.lane == lane && r.at > set).count();
                // One may have looked just before, and marked its job just after.
                assert!(late <= 1, "worker-{lane} began {late} jobs after the stop");
            }
        }
    }

    #[test]
    fn a_job_cut_in_two_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        for run in report.cells.iter_mut().flat_map(|cell| &mut cell.runs) {
            let last = run.trace.records.iter().rposition(|r| r.what == crate::model::What::Instant(Mark::Finished));
            run.trace.records.remove(last.unwrap());
        }
        assert!(claims(&report).iter().any(|claim| !claim.ok && claim.text.contains("cut in the middle")));
    }
}
