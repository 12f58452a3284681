//! A pool of a few threads for many jobs that wait.

use crate::kernels::Pause;
use crate::model::params::{SPEED, count, wait};
use crate::model::rng::Rng;
use crate::model::units::{time, times};
use crate::model::{Claim, Failure, MS, Mark, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, Values};
use crate::scenarios::measure::same_result;
use crate::scenarios::measure::waits::{earliest, makespan, never_more};
use crate::scenarios::waiting::lateness::{real, speed_note, took_from};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, beside, engine_only};

/// Jobs in rounds.
pub static SCENARIO: Scenario = Scenario {
    id: "thread-pool",
    title: "A pool of threads",
    chapter: Chapter::Threads,
    question: beside("Ten jobs wait a second each, and there are three threads for them. How long will it take?"),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "10 × 100 ms, 5 threads", link: "from=100&to=100&workers=5" },
        Preset { name: "20 × 500 to 2,000 ms, 5 threads", link: "jobs=20&from=500&to=2000&workers=5" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Sequential, Model::Threads, Model::FreeThreads],
        variants: &[],
        program: Program::Jobs(engine_only(Jobs { split, merge })),
    }],
    models: &[Model::Sequential, Model::Threads],
    repeats: 1,
    kernel: engine_only(Pause::kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("jobs", "Jobs", (1, 50), 10, "", "Each only waits."),
    wait("from", "Shortest", (10, 3_000), 1_000, "The least a job waits."),
    wait("to", "Longest", (10, 3_000), 1_000, "The most a job waits, by chance."),
    count("workers", "Threads", (1, 16), 3, "", "Threads of the pool."),
    SPEED,
];

/// How long each job waits.
fn delays(values: &Values, seed: u64) -> Vec<Nanos> {
    let (a, b) = (values.count("from"), values.count("to"));
    let (least, span) = (a.min(b), a.abs_diff(b) as u32);
    let mut rng = Rng::new(seed, 0);
    (0..values.count("jobs")).map(|_| (least + u64::from(rng.below(span + 1))) * MS).collect()
}

fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let speed = plan.values.speed();
    delays(&plan.values, plan.seed).into_iter().map(|delay| Pause::payload(delay / speed)).collect()
}

fn merge(_plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    Ok(Outcome::new(format!("{} jobs done", results.len())))
}

fn workers(report: &Report, model: Model) -> u64 {
    let values = &report.spec.values;
    if model == Model::Sequential { 1 } else { values.count("workers").min(values.count("jobs")) }
}

/// How long all jobs of a model wait, in the simulated world.
fn whole(report: &Report, model: Model) -> Nanos {
    makespan(&delays(&report.spec.values, report.spec.seed), workers(report, model))
}

/// The earliest that all can be over, whoever takes which.
fn soonest(report: &Report, model: Model) -> Nanos {
    earliest(&delays(&report.spec.values, report.spec.seed), workers(report, model))
}

fn claims(report: &Report) -> Vec<Claim> {
    let jobs = report.spec.values.count("jobs");
    let mut claims = Vec::new();
    claims.extend(same_result(report, "Every job ends", Some(&format!("{jobs} jobs done"))));
    for model in [Model::Sequential, Model::Threads, Model::FreeThreads] {
        let workers = workers(report, model);
        claims.extend(never_more(report, model, "", workers));
        let what = match model {
            Model::Sequential => "One after another: the sum of all waits".to_owned(),
            _ => format!("Each of {workers} threads takes the next job when it is free"),
        };
        let times = (soonest(report, model), whole(report, model));
        claims.extend(took_from(report, model, "", &what, times, jobs.div_ceil(workers.max(1)) + 1));
    }
    claims.extend(no_more_than(report));
    claims
}

/// The claim that so many threads cannot gain more than they are.
fn no_more_than(report: &Report) -> Option<Claim> {
    let gain = gain(report)?;
    let workers = workers(report, Model::Threads);
    let text = format!("{workers} threads are never more than **{workers} times** as fast as one");
    Some(Claim::new(text, gain <= workers as f64 * 1.05, times(gain)).by_the_clock())
}

fn gain(report: &Report) -> Option<f64> {
    let last = |model| report.cell(model, "").and_then(|c| c.last()).map(|(run, _)| run.elapsed as f64);
    Some(last(Model::Sequential)? / last(Model::Threads)?.max(1.0))
}

/// The fewest and the most jobs a thread had.
fn shares(trace: &Trace) -> Option<(usize, usize)> {
    let had = trace.lanes.iter().map(|lane| trace.marks(Mark::Job).filter(|r| r.lane == lane.id).count());
    let had: Vec<usize> = had.collect();
    Some((*had.iter().min()?, *had.iter().max()?))
}

fn explain(report: &Report) -> Vec<String> {
    let jobs = report.spec.values.count("jobs");
    let mut out = Vec::new();
    if let Some((run, _)) = report.cell(Model::Threads, "").and_then(|c| c.last())
        && let Some((fewest, most)) = shares(&run.trace)
    {
        let workers = run.trace.lanes.len() as u64;
        let mut text = format!(
            "**{jobs}** jobs on **{workers}** threads took **{}**. The first {} began at once; each of the others waited until a \
             thread was free.",
            time(run.elapsed),
            workers.min(jobs),
        );
        text += &if fewest == most {
            format!(" Every thread had **{most}**.")
        } else {
            format!(" A thread had **{fewest}** to **{most}** of them, so some were idle at the end.")
        };
        out.push(text);
        let slept = run.trace.total(State::Sleeping);
        out.push(format!(
            "All waits together are **{}**. Shared among {workers} that is **{}** at best; the pool took {}.",
            time(slept),
            time(slept / workers.max(1)),
            time(run.elapsed),
        ));
    }
    if let Some(gain) = gain(report) {
        out.push(format!("Against one thread that is **{}**.", times(gain)));
    }
    if out.is_empty() {
        out.extend(
            report.cells.iter().find_map(|c| c.last()).map(|(run, _)| format!("That took **{}**.", time(run.elapsed))),
        );
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "the waits alone".to_owned(), time: real(report, whole(report, model)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ten_jobs_on_three_threads_are_four_rounds() {
        let values = Values::defaults(PARAMS);
        assert_eq!(makespan(&delays(&values, 42), 3), 4_000 * MS);
        assert_eq!(makespan(&delays(&values, 42), 1), 10_000 * MS);
    }

    #[test]
    fn delays_stay_within_their_ends_whichever_is_given_first() {
        let mut values = Values::defaults(PARAMS);
        assert_eq!(values.set(PARAMS, "to", "500"), Ok(()));
        let delays = delays(&values, 7);
        assert!(delays.iter().all(|delay| (500 * MS..=1_000 * MS).contains(delay)));
        assert!(delays.windows(2).any(|pair| pair[0] != pair[1]));
    }
}
