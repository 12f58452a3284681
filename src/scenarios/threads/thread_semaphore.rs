//! A semaphore lets K of N threads in at once.

use std::sync::Arc;

use super::{last_runs, runs};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, State, Trace};
use crate::scenarios::waiting::lateness::{CLOSE, real, speed_note, took};
use crate::scenarios::{Arrangement, Bound, Chapter, Program, Scenario, Threads, beside, engine_only};
use crate::threading::{Script, Semaphore, Shared, Thread, ThreadCx, ThreadError, ThreadsRun};

/// Threads behind a semaphore.
pub static SCENARIO: Scenario = Scenario {
    id: "thread-semaphore",
    title: "K threads at once",
    chapter: Chapter::Threads,
    question: beside("Ten threads of two seconds each, three let in at a time. How long will it take?"),
    params: PARAMS,
    variants: &[],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[],
        program: Program::Threads(Threads { count: threads, waits: true, make: engine_only(program) }),
    }],
    models: &[Model::Threads],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("threads", "Threads", (1, 30), 10, "", "Threads that all start at once."),
    count("limit", "Limit", (1, 30), 3, "", "How many the semaphore lets in at a time."),
    wait("work", "Work", (10, 10_000), 2_000, "How long each stays inside."),
    SPEED,
];

fn threads(plan: &Plan) -> usize {
    1 + plan.values.count("threads") as usize
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    Script::new(plan, main).threads((1..threads(plan)).map(|n| format!("Thread-{n}"))).objects(["gate"]).build()
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let work = plan.values.wait("work");
    let gate = Arc::new(Semaphore::new(0, plan.values.count("limit") as u32));
    let done = Shared::new(0_u32);
    let thread = |n| {
        let (gate, done) = (gate.clone(), done.clone());
        Thread::new(format!("Thread-{n}"), move |cx| {
            let _inside = gate.acquire(cx)?;
            cx.sleep(work)?;
            done.with(|done| *done += 1);
            Ok(())
        })
    };
    let threads: Vec<Thread> = (1..threads(plan)).map(thread).collect();
    threads.iter().try_for_each(|thread| thread.start(cx))?;
    threads.iter().try_for_each(|thread| thread.join(cx))?;
    Ok(Outcome::new(format!("{} threads done", done.get())).with("done", done.get().into()))
}

/// The most threads inside at one moment: a permit's taking and giving back are recorded where nobody else can be.
fn peak(trace: &Trace) -> u32 {
    trace.levels(0).map(|(_, inside)| inside).max().unwrap_or(0)
}

/// Threads, limit, work and ⌈threads ÷ limit⌉.
fn asked(report: &Report) -> (u64, u64, Nanos, u64) {
    let values = &report.spec.values;
    let (threads, limit) = (values.count("threads"), values.count("limit").max(1));
    (threads, limit, values.wait("work"), threads.div_ceil(limit))
}

fn claims(report: &Report) -> Vec<Claim> {
    let (threads, limit, work, rounds) = asked(report);
    let runs: Vec<(&Run, &Outcome)> = runs(report, "").collect();
    let Some((last, _)) = runs.last() else { return Vec::new() };
    let most = limit.min(threads) as u32;
    let peaks: Vec<u32> = runs.iter().map(|(run, _)| peak(&run.trace)).collect();
    let measured = format!("{} at once", peak(&last.trace));
    let inside = |trace: &Trace, mark| trace.marks(mark).count() as u64;
    let passed = runs.iter().all(|(run, outcome)| {
        outcome.figure("done") == Some(threads as f64)
            && [Mark::Acquired, Mark::Released].iter().all(|mark| inside(&run.trace, *mark) == threads)
    });
    let mut claims = vec![
        Claim::new(
            format!("Never more than **{most}** inside"),
            peaks.iter().all(|peak| (1..=most).contains(peak)),
            measured.clone(),
        ),
        Claim::new(
            format!("All **{threads}** go in and come out"),
            passed,
            format!("{} in, {} out", inside(&last.trace, Mark::Acquired), inside(&last.trace, Mark::Released)),
        ),
    ];
    // Where they stay for less, the first may have left before the last has begun.
    if real(report, work) > CLOSE {
        let all = peaks.iter().all(|peak| *peak == most);
        claims.push(Claim::new(format!("**{most}** at once"), all, measured).by_the_clock());
    }
    for (model, ..) in last_runs(report, "") {
        let what = format!("**{rounds}** {} with {}", if rounds == 1 { "round" } else { "rounds" }, model.label());
        claims.extend(took(report, model, "", &what, rounds * work, rounds));
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let (threads, _, work, rounds) = asked(report);
    let mut out = Vec::new();
    for (model, run, _) in last_runs(report, "") {
        let blocked = run.trace.spans().iter().filter(|span| span.state == State::Blocked).count();
        out.push(format!(
            "With {}, at most **{}** of {threads} were inside. **{blocked}** waited at the gate, {} in all. It took **{}**.",
            model.label(),
            peak(&run.trace),
            time(run.trace.total(State::Blocked)),
            time(run.elapsed),
        ));
    }
    if !out.is_empty() {
        let work = time(real(report, work));
        out.push(match rounds {
            1 => format!("That is **one** round of {work}: the gate keeps nobody waiting."),
            _ => format!("That is **{rounds}** rounds of {work}. Without the gate it would be one."),
        });
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    let (_, _, work, rounds) = asked(report);
    let label = if rounds == 1 { "1 round".to_owned() } else { format!("{rounds} rounds") };
    Some(Bound { label, time: real(report, rounds * work) })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere, report};
    use super::*;
    use crate::model::MS;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn four_rounds_are_never_shorter() {
        let report = holds(&SCENARIO, "");
        for (_, run, outcome) in last_runs(&report, "") {
            assert!(run.elapsed >= 800 * MS && outcome.value == "10 threads done");
            assert_eq!(run.trace.objects, ["gate"]);
        }
    }

    #[test]
    fn how_many_are_inside_at_once_is_said_only_where_they_stay_long_enough() {
        let said = |link| {
            let report = report(&SCENARIO, link);
            let claimed = claims(&report).iter().any(|claim| claim.text == "**30** at once");
            (claimed, explain(&report).iter().any(|words| words.contains("**one** round of")))
        };
        assert_eq!(said("threads=30&limit=30&work=10"), (false, true));
        assert_eq!(said("threads=30&limit=30&work=1500"), (true, true));
    }

    #[test]
    fn a_gate_that_lets_too_many_in_is_found_out() {
        let mut report = holds(&SCENARIO, "threads=6&work=5000");
        report.spec.values.set(PARAMS, "limit", "1").unwrap();
        assert!(claims(&report).iter().any(|c| !c.ok && !c.timed));
    }
}
