//! A pool of a few threads for many jobs that wait.

use crate::kernels::Pause;
use crate::model::params::{SPEED, count, wait};
use crate::model::rng::Rng;
use crate::model::units::{time, times};
use crate::model::{Claim, Failure, MS, Mark, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, Values};
use crate::scenarios::measure::same_result;
use crate::scenarios::measure::waits::{makespan, never_more};
use crate::scenarios::waiting::lateness::{real, speed_note, took};
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

fn claims(report: &Report) -> Vec<Claim> {
    let jobs = report.spec.values.count("jobs");
    let mut claims = Vec::new();
    claims.extend(same_result(report, "Every job ends", Some(&format!("{jobs} jobs done"))));
    for model in [Model::Sequential, Model::Threads, Model::FreeThreads] {
        let workers = workers(report, model);
        claims.extend(never_more(report, model, "", workers));
        let what = match model {
            Model::Sequential => "One after another: the sum of all waits".to_owned(),
            _ if workers == 1 => "One thread takes the next job when it is free".to_owned(),
            _ => format!("Each of {workers} threads takes the next job when it is free"),
        };
        claims.extend(took(report, model, "", &what, whole(report, model), jobs.div_ceil(workers.max(1)) + 1));
    }
    claims.extend([Model::Threads, Model::FreeThreads].into_iter().filter_map(|model| no_more_than(report, model)));
    claims
}

/// The claim that so many threads cannot gain more than they are.
fn no_more_than(report: &Report, model: Model) -> Option<Claim> {
    let (gain, workers) = (gain(report, model)?, workers(report, model));
    if workers < 2 {
        return None;
    }
    let free = if model == Model::FreeThreads { "free " } else { "" };
    let text = format!("{workers} {free}threads are never more than **{workers} times** as fast as one");
    Some(Claim::new(text, gain <= workers as f64 * 1.05, times(gain)).by_the_clock())
}

fn gain(report: &Report, model: Model) -> Option<f64> {
    let last = |model| report.cell(model, "").and_then(|c| c.last()).map(|(run, _)| run.elapsed as f64);
    Some(last(Model::Sequential)? / last(model)?.max(1.0))
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
            "**{jobs}** {} on **{workers}** {} took **{}**.",
            if jobs == 1 { "job" } else { "jobs" },
            if workers == 1 { "thread" } else { "threads" },
            time(run.elapsed),
        );
        let first = workers.min(jobs);
        if first < jobs {
            let who = if first == 1 { "The first".to_owned() } else { format!("The first {first}") };
            text += &format!(" {who} began at once; each of the others waited until a thread was free.");
        }
        text += &if workers == 1 {
            String::new()
        } else if fewest == most {
            format!(" Every thread had **{most}**.")
        } else {
            // Of jobs that take equally long, and of those alone, whoever had fewer had nothing to do in the last round.
            let alike = report.spec.values.count("from") == report.spec.values.count("to");
            let idle = if alike { ", so some were idle at the end" } else { "" };
            format!(" A thread had **{fewest}** to **{most}** of them{idle}.")
        };
        out.push(text);
        let slept = run.trace.total(State::Sleeping);
        let together = format!("All waits together are **{}**.", time(slept));
        let shared = time(slept / workers.max(1));
        out.push(if workers == 1 {
            together
        } else {
            format!(
                "{together} Shared among {workers} that is **{shared}** at best; the pool took {}.",
                time(run.elapsed)
            )
        });
    }
    if let Some(gain) = gain(report, Model::Threads) {
        out.push(format!("Against one thread that is **{}**.", times(gain)));
    }
    if let Some((run, _)) = report.cell(Model::FreeThreads, "").and_then(|c| c.last()) {
        let took = time(run.elapsed);
        out.push(format!("Without a GIL it took **{took}**: whoever sleeps does not hold it anyway."));
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

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::once;
    use super::*;
    use crate::model::{Cell, Machine, Run, RunEnd};
    use crate::scenarios::waiting::testing::spec;

    #[test]
    fn sooner_than_in_rounds_is_too_soon() {
        let mut spec = SCENARIO.defaults();
        spec.models = vec![Model::Threads];
        let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
        let judged = |elapsed: Nanos| {
            let end = RunEnd::Finished(Outcome::new("10 jobs done"));
            let run = Run { repeat: 0, end, elapsed, trace: Trace::default() };
            let cells = vec![Cell { model: Model::Threads, variant: String::new(), runs: vec![run] }];
            let report = Report { spec: spec.clone(), machine: machine.clone(), cells, recorded: None };
            let claim = claims(&report).into_iter().find(|claim| claim.text.starts_with("Each of 3 threads")).unwrap();
            (claim.ok, claim.timed)
        };
        assert_eq!([3_400 * MS, 4_010 * MS].map(judged), [(false, false), (true, true)]);
    }

    #[test]
    fn threads_are_called_idle_only_where_all_jobs_take_equally_long() {
        for (link, idle) in [("jobs=4&from=10&to=10&workers=3", true), ("jobs=4&from=10&to=30&workers=3", false)] {
            let mut spec = spec(&SCENARIO, link);
            spec.models = vec![Model::Threads];
            let runs = vec![once(spec.plan(Model::Threads, "", 0))];
            let cells = vec![Cell { model: Model::Threads, variant: String::new(), runs }];
            let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
            let words = explain(&Report { spec, machine, cells, recorded: None }).join(" ");
            assert_eq!(words.contains("idle"), idle, "{link}: {words}");
            assert!(words.contains("A thread had **"), "{words}");
        }
    }

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
