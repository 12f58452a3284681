//! Sums of squares: the same short loop in every process.

use crate::kernels::Squares;
use crate::model::params::count;
use crate::model::units::grouped;
use crate::model::{Claim, Failure, Model, Outcome, Param, Plan, Report};
use crate::scenarios::measure::{best_possible, same_result, words};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, beside, engine_only};

/// Sums of squares.
pub static SCENARIO: Scenario = Scenario {
    id: "squares",
    title: "Sums of squares",
    chapter: Chapter::Processes,
    question: beside(
        "Two processes add up the squares below ten million. Compiled code does that fast. Is it worth a process?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "8 × 100,000,000", link: "jobs=8&numbers=100000000" },
        Preset { name: "8 × 1,000,000,000", link: "jobs=8&numbers=1000000000" },
    ],
    arrangements: &[Arrangement {
        models: &Model::ALL,
        variants: &[],
        program: Program::Jobs(engine_only(Jobs { split, merge })),
    }],
    models: &[Model::Sequential, Model::FreeThreads, Model::Processes],
    repeats: 3,
    kernel: engine_only(Squares::kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("jobs", "Jobs", (1, 16), 2, "", "Each adds up all of them."),
    count("numbers", "Numbers", (1, 1_000_000_000), 10_000_000, "", "The squares of the numbers below this are added."),
    count("workers", "Workers", (1, 16), 2, "", "Threads or processes that share the work."),
];

fn jobs(report: &Report) -> u64 {
    report.spec.values.count("jobs")
}

fn split(plan: &Plan) -> Vec<Vec<u8>> {
    vec![Squares::payload(plan.values.count("numbers") as u32); plan.values.count("jobs") as usize]
}

fn merge(_plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    let mut sums = Vec::with_capacity(results.len());
    for result in results {
        sums.push(Squares::sum(result)?.to_string());
    }
    let lines = sums.clone();
    sums.dedup();
    Ok(Outcome { lines, ..Outcome::new(sums.join(" and ")) })
}

fn claims(report: &Report) -> Vec<Claim> {
    let numbers = report.spec.values.count("numbers") as u32;
    let by_formula = Squares::formula(numbers).to_string();
    let mut claims = Vec::new();
    claims.extend(same_result(report, "Each sum is what n(n − 1)(2n − 1) ÷ 6 gives", Some(&by_formula)));
    claims.extend(words::crosses_once(report, "", jobs(report)));
    claims.extend(words::speeds(report, "", jobs(report)));
    claims
}

fn bound(report: &Report, model: Model, variant: &str) -> Option<Bound> {
    best_possible(report, model, variant, jobs(report), true)
}

fn explain(report: &Report) -> Vec<String> {
    let numbers = grouped(report.spec.values.count("numbers"));
    words::models(report, "", &format!("{} sums of {numbers} squares", jobs(report)), jobs(report))
}
