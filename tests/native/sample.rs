//! A scenario made for tests of this layer.

use crate::kernels::Kernel;
use crate::model::params::{SPEED, WORKERS, amount, count, wait};
use crate::model::{Claim, Failure, Model, Outcome, Param, Plan, Report};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, Variant};

static PARAMS: [Param; 5] = [
    count("jobs", "Jobs", (1, 1_000), 10, "jobs", "How many."),
    wait("work", "Work", (10, 10_000), 1_000, "How long each takes."),
    amount("price", "Price", (0, 100_000_00, 60_00), 2, "per gram", "The price."),
    WORKERS,
    SPEED,
];

static PROGRAM: Program = Program::Jobs(Jobs { split, merge });

fn split(_: &Plan) -> Vec<Vec<u8>> {
    Vec::new()
}

fn merge(_: &Plan, _: &[Vec<u8>]) -> Result<Outcome, Failure> {
    Ok(Outcome::new("1"))
}

fn kernel(_: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
    Err(Failure::Garbled)
}

fn claims(report: &Report) -> Vec<Claim> {
    vec![Claim::new("**Every** model ran", !report.cells.is_empty(), format!("**{}** cells", report.cells.len()))]
}

/// A scenario with every kind of parameter, two variants, and a pair that is not offered.
pub(crate) static SCENARIO: Scenario = Scenario {
    id: "sample",
    title: "Sample",
    chapter: Chapter::Waiting,
    question: "What?",
    params: &PARAMS,
    variants: &[Variant { id: "bad", label: "unsafe", bad: true }, Variant { id: "lock", label: "lock", bad: false }],
    presets: &[Preset { name: "many", link: "jobs=100" }],
    arrangements: &[
        Arrangement { models: &[Model::Sequential, Model::Threads], variants: &["bad", "lock"], program: PROGRAM },
        Arrangement { models: &[Model::Processes], variants: &["lock"], program: PROGRAM },
    ],
    models: &[Model::Sequential, Model::Threads],
    repeats: 3,
    kernel: Some(kernel),
    claims,
    explain: |_| vec![],
    bound: |_, model, _| {
        (model == Model::Threads).then(|| Bound { label: "longest wait".to_owned(), time: 1_000_000_000 })
    },
    python: "JOBS = 10\n",
};

/// Another one, without variants.
pub(crate) static PLAIN: Scenario = Scenario {
    id: "plain",
    variants: &[],
    arrangements: &[Arrangement { models: &[Model::Asyncio], variants: &[], program: PROGRAM }],
    models: &[Model::Asyncio],
    repeats: 1,
    params: &[SPEED],
    title: "Plain",
    chapter: Chapter::Waiting,
    question: "What?",
    presets: &[],
    kernel: None,
    claims,
    explain: |_| vec![],
    bound: |_, _, _| None,
    python: "",
};
