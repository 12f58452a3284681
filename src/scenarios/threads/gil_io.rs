//! Work that only waits, under every model: whoever waits does not need the GIL.

use crate::kernels::Pause;
use crate::model::params::{SPEED, count, wait};
use crate::model::stats::summary;
use crate::model::units::{time, time_ms, times};
use crate::model::{Claim, Failure, Model, Nanos, Outcome, Param, Plan, Report, State};
use crate::scenarios::measure::waits::{asleep, at_once, makespan, never_more};
use crate::scenarios::measure::{gil_excludes, longest, name, same_result};
use crate::scenarios::waiting::lateness::{STEP, real, speed_note, took};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, beside, engine_only};

/// Jobs that wait.
pub static SCENARIO: Scenario = Scenario {
    id: "gil-io",
    title: "Waiting under the GIL",
    chapter: Chapter::Threads,
    question: beside("Eight jobs wait a second each. There is a GIL. Which models wait for all of them at once?"),
    params: PARAMS,
    variants: &[],
    presets: &[Preset { name: "4 workers: two rounds", link: "workers=4" }],
    arrangements: &[Arrangement {
        models: &Model::ALL,
        variants: &[],
        program: Program::Jobs(engine_only(Jobs { split, merge })),
    }],
    models: &[Model::Sequential, Model::Asyncio, Model::Threads, Model::FreeThreads, Model::Processes],
    repeats: 1,
    kernel: engine_only(Pause::kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("jobs", "Jobs", (1, 32), 8, "", "Each only waits."),
    wait("wait", "Wait", (10, 5_000), 1_000, "How long each waits."),
    count("workers", "Workers", (1, 16), 8, "", "Threads, tasks or processes that share the jobs."),
    SPEED,
];

fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let values = &plan.values;
    vec![Pause::payload(values.wait("wait") / values.speed()); values.count("jobs") as usize]
}

fn merge(_plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    Ok(Outcome::new(format!("{} jobs done", results.len())))
}

/// Jobs, workers, and how many of these a model has.
fn asked(report: &Report, model: Model) -> (u64, u64) {
    let values = &report.spec.values;
    let jobs = values.count("jobs");
    (jobs, if model == Model::Sequential { 1 } else { values.count("workers").min(jobs) })
}

/// How long all jobs of a model wait, in the simulated world.
fn whole(report: &Report, model: Model) -> Nanos {
    let (jobs, workers) = asked(report, model);
    makespan(&vec![report.spec.values.wait("wait"); jobs as usize], workers)
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    claims.extend(same_result(
        report,
        "Every job ends",
        Some(&format!("{} jobs done", report.spec.values.count("jobs"))),
    ));
    claims.extend(gil_excludes(report, ""));
    for model in Model::ALL {
        let (jobs, workers) = asked(report, model);
        let rounds = jobs.div_ceil(workers.max(1));
        if model != Model::Hybrid {
            claims.extend(never_more(report, model, "", workers));
        }
        let what = format!("With {} that takes {rounds} {}", name(model), if rounds == 1 { "wait" } else { "waits" });
        if matches!(model, Model::Processes | Model::Hybrid) {
            claims.extend(at_least(report, model, &what));
        } else {
            claims.extend(at_once(report, model, "", workers, real(report, report.spec.values.wait("wait"))));
            claims.extend(took(report, model, "", &what, whole(report, model), rounds + 1));
        }
    }
    claims
}

/// The claim that a model with processes took its waits, and nothing is said of how long their start took.
fn at_least(report: &Report, model: Model, what: &str) -> Option<Claim> {
    let (wait, seen) = (real(report, whole(report, model)), summary(report, model, "")?);
    let ok = seen.min * 1e6 + STEP as f64 >= wait as f64;
    Some(Claim::new(format!("{what} and the start: {} at least", time(wait)), ok, time_ms(seen.median)).by_the_clock())
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let last = |model| report.cell(model, "").and_then(|c| c.last()).map(|(run, _)| run);
    let sequential = last(Model::Sequential).map(|run| run.elapsed);
    if let Some(elapsed) = sequential {
        out.push(format!(
            "One after another the jobs took **{}**. Nothing was computed: it was all waiting.",
            time(elapsed)
        ));
    }
    let gained = |elapsed: Nanos| {
        sequential.map(|one| format!(", **{}** as fast as one thread", times(one as f64 / elapsed.max(1) as f64)))
    };
    if let Some(run) = last(Model::Threads) {
        out.push(format!(
            "A thread that waits lets go of the GIL. So **{}** waited at once, and the jobs took **{}**{}. All threads together \
             spent **{}** waiting for the GIL.",
            asleep(&run.trace),
            time(run.elapsed),
            gained(run.elapsed).unwrap_or_default(),
            time(run.trace.total(State::Gil)),
        ));
    }
    for (model, why) in [
        (Model::FreeThreads, "without a GIL there is little left to gain"),
        (Model::Asyncio, "one thread is enough to wait for many things"),
    ] {
        if let Some(run) = last(model) {
            let who = if model == Model::Asyncio { "Tasks on one loop" } else { "Free threads" };
            out.push(format!(
                "{who} took **{}**{}: {why}.",
                time(run.elapsed),
                gained(run.elapsed).unwrap_or_default()
            ));
        }
    }
    if let Some(run) = last(Model::Processes) {
        out.push(format!(
            "Processes took **{}**, of which the slowest start was **{}**. That bought nothing: nobody needed a core.",
            time(run.elapsed),
            time(longest(&run.trace, State::Starting)),
        ));
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "the waits alone".to_owned(), time: real(report, whole(report, model)) })
}
