//! Counting primes: one job split into chunks, computed by every model.

use crate::kernels::Primes;
use crate::model::params::{WORKERS, count};
use crate::model::units::grouped;
use crate::model::{Claim, Failure, Model, Outcome, Param, Plan, Report};
use crate::scenarios::measure::{best_possible, same_result, words};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, engine_only};

/// Counts the primes below a limit.
pub static SCENARIO: Scenario = Scenario {
    id: "primes",
    title: "Counting primes",
    chapter: Chapter::Processes,
    question: "How many primes lie below the limit? The work is split into chunks. Which models finish sooner than one thread?",
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "below 1,000,000", link: "limit=1000000" },
        Preset { name: "below 5,000,000", link: "limit=5000000" },
    ],
    arrangements: &[Arrangement {
        models: &Model::ALL,
        variants: &[],
        program: Program::Jobs(engine_only(Jobs { split, merge })),
    }],
    models: &[Model::Sequential, Model::Threads, Model::FreeThreads, Model::Processes],
    repeats: 5,
    kernel: engine_only(Primes::kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count(
        "limit",
        "Limit",
        (10, 10_000_000),
        500_000,
        "",
        "Primes from 2 up to, but not including, this number are counted.",
    ),
    WORKERS,
    count("chunks", "Chunks", (1, 1_000), 16, "", "Pieces the range is cut into; each is one job."),
];

/// Counts that are known: the limit and the primes below it.
const KNOWN: [(u64, u64); 6] =
    [(100, 25), (10_000, 1_229), (500_000, 41_538), (1_000_000, 78_498), (5_000_000, 348_513), (10_000_000, 664_579)];

/// Chunks that cost about the same: up to n it takes about n^1.5, so later chunks are narrower.
fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let (limit, chunks) = (plan.values.count("limit") as u32, plan.values.count("chunks").max(1));
    let mut edges: Vec<u32> =
        (0..=chunks).map(|i| 2 + (f64::from(limit - 2) * (i as f64 / chunks as f64).powf(2.0 / 3.0)) as u32).collect();
    edges.dedup();
    edges.windows(2).map(|edge| Primes::payload(edge[0], edge[1])).collect()
}

fn merge(_plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    let mut sum = 0;
    for result in results {
        sum += Primes::count(result)?;
    }
    Ok(Outcome::new(grouped(sum)).with("primes", sum as f64).line(format!("{} primes", grouped(sum))))
}

fn chunks(report: &Report) -> u64 {
    report.spec.values.count("chunks")
}

fn claims(report: &Report) -> Vec<Claim> {
    let limit = report.spec.values.count("limit");
    let known = KNOWN.iter().find(|(l, _)| *l == limit).map(|(_, n)| grouped(*n));
    let mut claims = Vec::new();
    claims.extend(same_result(report, &format!("Primes below {}", grouped(limit)), known.as_deref()));
    claims.extend(words::speeds(report, "", chunks(report)));
    claims
}

fn bound(report: &Report, model: Model, variant: &str) -> Option<Bound> {
    best_possible(report, model, variant, chunks(report), true)
}

fn explain(report: &Report) -> Vec<String> {
    words::models(report, "", &format!("all {} chunks", chunks(report)))
}
