//! A pool of processes: what it costs to start them, and to send them their jobs.

use crate::kernels::Compound;
use crate::model::params::{WORKERS, count};
use crate::model::units::{bytes, time};
use crate::model::{Claim, Mark, Model, Param, Report, State, Trace};
use crate::scenarios::compounding::{equals_cpython, merge, split};
use crate::scenarios::measure::words::{self, crossed, crosses_once};
use crate::scenarios::measure::{best_possible, machine_limits, micros, same_result};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, beside, engine_only};

/// Compounding in processes.
pub static SCENARIO: Scenario = Scenario {
    id: "process-pool",
    title: "A pool of processes",
    chapter: Chapter::Processes,
    question: beside("Processes share no memory: they must be started, and jobs sent to them. What does that cost?"),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "8 × 5,000,000 steps", link: "steps=5000000" },
        Preset { name: "64 tiny jobs", link: "jobs=64&steps=1000" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Sequential, Model::Processes, Model::Hybrid],
        variants: &[],
        program: Program::Jobs(engine_only(Jobs { split, merge })),
    }],
    models: &[Model::Sequential, Model::Processes],
    repeats: 3,
    kernel: engine_only(Compound::kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("jobs", "Jobs", (1, 64), 8, "", "Amounts to compound; each is one job."),
    count("steps", "Steps", (1_000, 10_000_000), 1_000_000, "", "Multiplications in each job."),
    WORKERS,
];

fn jobs(report: &Report) -> u64 {
    report.spec.values.count("jobs")
}

fn bound(report: &Report, model: Model, variant: &str) -> Option<Bound> {
    best_possible(report, model, variant, jobs(report), true)
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    claims.extend(same_result(report, "Every job's result", None));
    claims.extend(equals_cpython(report, report.spec.values.count("steps")));
    claims.extend(crosses_once(report, "", jobs(report)));
    claims.extend(starts_first(report));
    claims.extend(words::speeds(report, "", jobs(report)));
    claims
}

/// By process: when it was there, and when it began its first job, if it got one.
fn first_jobs(trace: &Trace) -> Vec<(u64, Option<u64>)> {
    let spans = trace.spans();
    let of = |lane: u32| {
        let started = spans.iter().find(|s| s.lane == lane && s.state == State::Starting)?.end;
        Some((started, trace.marks(Mark::Job).filter(|r| r.lane == lane).map(|r| r.at).min()))
    };
    trace.lanes.iter().filter_map(|lane| of(lane.id)).collect()
}

/// The claim that no process had a job before it was there; measured by the shortest and the longest start.
fn starts_first(report: &Report) -> Option<Claim> {
    let cell = report.cell(Model::Processes, "")?;
    let all: Vec<_> = cell.finished().flat_map(|(run, _)| first_jobs(&run.trace)).collect();
    let ok = all.iter().all(|(started, job)| job.is_none_or(|job| job >= *started));
    let (least, most) = (all.iter().map(|s| s.0).min()?, all.iter().map(|s| s.0).max()?);
    let measured = format!("first there after {}, last after {}", time(least), time(most));
    Some(Claim::new("A process gets its first job **after its start**, never before", ok, measured))
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    if let Some((run, _)) = report.cell(Model::Processes, "").and_then(|c| c.last())
        && let Some(c) = crossed(&run.trace)
    {
        let busy = first_jobs(&run.trace);
        let idle = busy.iter().filter(|(_, job)| job.is_none()).count();
        let mut text = format!(
            "A job crosses as bytes: **{}** went out and **{}** came back, **{}** a job in all. That is only its numbers; the \
             code is there already.",
            bytes(c.bytes_out),
            bytes(c.bytes_back),
            bytes((c.bytes_out + c.bytes_back) / c.out.max(1)),
        );
        if idle > 0 {
            text += &format!(" **{idle}** of {} processes came too late to get any.", busy.len());
        }
        out.push(text);
        let ratio = c.start as f64 / c.pickling.max(1) as f64;
        out.push(format!(
            "The slowest start took **{}**, all pickling together **{}**: the start cost **{ratio:.0} times** as much. You pay it \
             once for each process, however many jobs follow.",
            time(c.start),
            micros(c.pickling),
        ));
    }
    out.extend(words::processes(report, "", jobs(report)));
    out.extend(machine_limits(&report.machine));
    out
}
