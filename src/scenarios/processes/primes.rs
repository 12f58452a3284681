//! Counting primes: one job split into chunks, computed by every model.

use crate::kernels::Primes;
use crate::model::params::{WORKERS, count};
use crate::model::units::grouped;
use crate::model::{Claim, Failure, Model, Outcome, Param, Plan, Report};
use crate::scenarios::measure::{best_possible, same_result, words};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, beside, engine_only};

/// Counts the primes below a limit.
pub static SCENARIO: Scenario = Scenario {
    id: "primes",
    title: "Counting primes",
    chapter: Chapter::Processes,
    question: beside(
        "How many primes lie below the limit? The work is split into chunks. Which models finish sooner than one thread?",
    ),
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
    count(
        "chunks",
        "Chunks",
        (1, 1_000),
        16,
        "",
        "Pieces the range is cut into, the last ones smaller; each is one job.",
    ),
];

/// Counts that are known: the limit and the primes below it.
const KNOWN: [(u64, u64); 6] =
    [(100, 25), (10_000, 1_229), (500_000, 41_538), (1_000_000, 78_498), (5_000_000, 348_513), (10_000_000, 664_579)];

/// How much each chunk costs, in wholes. The last ones shrink, so that a big and a small one make a whole and all workers end
/// together, as in guided self-scheduling (Polychronopoulos and Kuck 1987): equal chunks leave a worker alone at the end.
fn costs(chunks: u64, workers: u64) -> impl Iterator<Item = f64> {
    let shrinking = 2 * workers.min(chunks.saturating_sub(workers)) + 1;
    (1..=chunks).rev().map(move |left| (left as f64 / shrinking as f64).min(1.0))
}

/// Cuts the range: up to n it takes about n^1.5, so later chunks are narrower for the same cost.
fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let count = |key| plan.values.count(key).max(1);
    let (limit, chunks, workers) = (count("limit") as u32, count("chunks"), count(WORKERS.key));
    let whole: f64 = costs(chunks, workers).sum();
    let ends = costs(chunks, workers).scan(0.0, |done, cost| {
        *done += cost;
        Some(*done / whole)
    });
    let edge = |share: f64| 2 + (f64::from(limit - 2) * share.min(1.0).powf(2.0 / 3.0)).round() as u32;
    let mut edges: Vec<u32> = std::iter::once(0.0).chain(ends).map(edge).collect();
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

/// How many chunks there are: fewer than asked for where a piece would hold no number.
fn chunks(report: &Report) -> u64 {
    split(&report.spec.plan(Model::Sequential, "", 0)).len() as u64
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
    let work = match chunks(report) {
        1 => "the one chunk".to_owned(),
        chunks => format!("all {chunks} chunks"),
    };
    words::models(report, "", &work, chunks(report))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::{PARAMS, SCENARIO, chunks, costs, split};
    use crate::model::wire::decode;
    use crate::model::{Machine, Model, Plan, Report, Values};

    /// When the last worker ends, if whoever is free takes the next chunk.
    fn last_end(chunks: u64, workers: u64) -> f64 {
        let mut busy = vec![0.0_f64; workers as usize];
        for cost in costs(chunks, workers) {
            busy.sort_by(f64::total_cmp);
            busy[0] += cost;
        }
        busy.into_iter().fold(0.0, f64::max)
    }

    #[test]
    fn all_workers_end_together() {
        for workers in 1..=16 {
            for chunks in workers..=200 {
                let (end, whole) = (last_end(chunks, workers), costs(chunks, workers).sum::<f64>());
                assert!(end * workers as f64 <= whole * 1.12, "{chunks} chunks, {workers} workers: {end} of {whole}");
            }
            // Fewer chunks than workers are equal: nobody takes a second one.
            assert!((1..=workers).all(|chunks| costs(chunks, workers).all(|cost| cost >= 1.0)));
        }
    }

    #[test]
    fn pieces_without_a_number_are_no_chunks() {
        let mut spec = SCENARIO.defaults();
        spec.values.set(PARAMS, "limit", "10").unwrap();
        spec.values.set(PARAMS, "chunks", "1000").unwrap();
        let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 1 };
        assert!(chunks(&Report { spec, machine, cells: Vec::new(), recorded: None }) <= 8, "there are 8 numbers");
    }

    #[test]
    fn chunks_cover_the_range() {
        for (limit, workers, chunks) in [(10, 4, 16), (10, 16, 1_000), (500_000, 4, 16), (10_000_000, 1, 1), (97, 3, 7)]
        {
            let mut values = Values::defaults(PARAMS);
            for (key, value) in [("limit", limit), ("workers", workers), ("chunks", chunks)] {
                values.set(PARAMS, key, &value.to_string()).unwrap();
            }
            let (scenario, variant) = ("primes".to_owned(), String::new());
            let plan = Plan { scenario, values, model: Model::Processes, variant, seed: 1, repeat: 0 };
            let edges: Vec<(u32, u32)> = split(&plan).iter().map(|payload| decode(payload).unwrap()).collect();
            assert_eq!((edges[0].0, edges[edges.len() - 1].1), (2, limit), "{edges:?}");
            assert!(edges.windows(2).all(|pair| pair[0].1 == pair[1].0), "{edges:?}");
        }
    }
}
