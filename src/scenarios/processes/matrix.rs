//! A matrix product, its rows split among workers; and the size from which that pays.

use crate::kernels::Matrix;
use crate::model::params::{WORKERS, count};
use crate::model::stats::summary;
use crate::model::units::bytes;
use crate::model::{Claim, Failure, Model, Outcome, Param, Plan, Report};
use crate::scenarios::measure::words::{self, crossed};
use crate::scenarios::measure::{best_possible, machine_limits};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, Variant, beside, engine_only};

mod crossover;

const ONE: &str = "one";
const CROSSOVER: &str = "crossover";

/// Rows of a product.
pub static SCENARIO: Scenario = Scenario {
    id: "matrix",
    title: "Multiplying matrices",
    chapter: Chapter::Processes,
    question: beside("The rows of a product are split among workers. From which size on does that pay?"),
    params: PARAMS,
    variants: &[
        Variant { id: ONE, label: "one product", bad: false },
        Variant { id: CROSSOVER, label: "find the crossover", bad: false },
    ],
    presets: &[Preset { name: "1,000 × 1,000", link: "size=1000" }, Preset { name: "50 × 50", link: "size=50" }],
    arrangements: &[
        Arrangement {
            models: &Model::ALL,
            variants: &[ONE],
            program: Program::Jobs(engine_only(Jobs { split, merge })),
        },
        Arrangement {
            models: &[Model::Sequential, Model::FreeThreads, Model::Processes],
            variants: &[CROSSOVER],
            program: Program::Jobs(engine_only(Jobs { split: crossover::split, merge: crossover::merge })),
        },
    ],
    models: &[Model::Sequential, Model::FreeThreads, Model::Processes],
    repeats: 5,
    kernel: engine_only(Matrix::kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count(
        "size",
        "Size",
        (1, 1_000),
        300,
        "",
        "Rows and columns; the crossover is sought up to it, from 300 on up to 1,000.",
    ),
    WORKERS,
];

/// Sizes and digests that CPython's plain loops give.
const CPYTHON: [(u64, &str); 3] = [(50, "64936ab839217c16"), (300, "632f6d0b77d75754"), (1_000, "e45f80743f3f0eda")];

/// The rows of each worker, as even as can be; nobody gets none.
fn blocks(size: u32, workers: u64) -> Vec<(u32, u32)> {
    let workers = workers.clamp(1, u64::from(size.max(1)));
    let edge = |i: u64| (u64::from(size) * i / workers) as u32;
    (0..workers).map(|i| (edge(i), edge(i + 1))).collect()
}

/// A digest of elements in order (FNV-1a, a word at a time): one bit elsewhere makes another.
fn digest<'a>(results: impl IntoIterator<Item = &'a Vec<u8>>) -> Result<String, Failure> {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    for result in results {
        let (words, rest) = result.as_chunks::<8>();
        if !rest.is_empty() {
            return Err(Failure::Garbled);
        }
        for word in words {
            hash = (hash ^ u64::from_le_bytes(*word)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    Ok(format!("{hash:016x}"))
}

fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let size = plan.values.count("size") as u32;
    let blocks = blocks(size, plan.values.count("workers"));
    blocks.into_iter().map(|(first, end)| Matrix::payload(size, first, end)).collect()
}

fn merge(plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    let (size, elements) = (plan.values.count("size"), results.iter().map(Vec::len).sum::<usize>() as u64 / 8);
    let outcome = Outcome::new(digest(results)?).with("elements", elements as f64);
    Ok(outcome.line(format!("{size} × {size} elements")))
}

/// How many blocks of rows there are.
fn jobs(report: &Report) -> u64 {
    report.spec.values.count("workers").min(report.spec.values.count("size"))
}

fn claims(report: &Report) -> Vec<Claim> {
    let size = report.spec.values.count("size");
    let mut claims = Vec::new();
    let digests: Vec<&str> = report.cells.iter().flat_map(|c| c.finished()).map(|(_, o)| o.value.as_str()).collect();
    if let Some(first) = digests.first() {
        let same = digests.iter().filter(|d| *d == first).count();
        let text = "Every product is **equal bit for bit**, in every model: their digests are the same";
        claims.push(Claim::new(text, same == digests.len(), format!("{first} in {same} of {} runs", digests.len())));
        if let Some((_, known)) = CPYTHON.iter().find(|(s, _)| *s == size) {
            let text = "CPython's plain loops give **the same bits**";
            claims.push(Claim::new(text, first == known, format!("{first}, CPython {known}")));
        }
    }
    claims.extend(words::crosses_once(report, ONE, jobs(report)));
    claims.extend(words::speeds(report, ONE, jobs(report)));
    claims.extend(crossover::claims(report));
    claims
}

fn bound(report: &Report, model: Model, variant: &str) -> Option<Bound> {
    if variant == ONE { best_possible(report, model, variant, jobs(report), true) } else { None }
}

fn explain(report: &Report) -> Vec<String> {
    let size = report.spec.values.count("size");
    let mut out = words::models(report, ONE, &format!("{size} × {size} × {size} multiplications"), jobs(report));
    let processes = report.cell(Model::Processes, ONE).and_then(|c| c.last());
    if let Some(c) = processes.and_then(|(run, _)| crossed(&run.trace)) {
        out.push(format!(
            "Jobs name rows only, **{}** in all: every process makes both matrices by rule. Its rows of the product must come \
             back whole, **{}**.",
            bytes(c.bytes_out),
            bytes(c.bytes_back),
        ));
    }
    out.extend(crossover::explain(report));
    if summary(report, Model::Sequential, ONE).is_none() {
        out.extend(machine_limits(&report.machine));
    }
    out
}

#[cfg(test)]
mod tests;
