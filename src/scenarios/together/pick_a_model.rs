//! Your own mix of waiting and computing, under every model; and the model a decision tree would have named.

use std::rc::Rc;

use crate::aio::{Cx, Exception};
use crate::kernels::{Kernel, Squares, after, waiting};
use crate::model::params::{SPEED, choice, count, wait};
use crate::model::stats::summary;
use crate::model::{Claim, Failure, Model, Nanos, Outcome, Param, Plan, Report, Values};
use crate::scenarios::measure::same_result;
use crate::scenarios::measure::waits::makespan;
use crate::scenarios::waiting::lateness::{STEP, real};
use crate::scenarios::{
    Arrangement, Bound, Chapter, Jobs, LocalFuture, Preset, Program, Scenario, beside, engine_only,
};

mod answers;
mod library;
mod tree;

/// Any mix, every model.
pub static SCENARIO: Scenario = Scenario {
    id: "pick-a-model",
    title: "Pick a model",
    chapter: Chapter::Together,
    question: beside(
        "Say what your jobs do and answer the guides' questions. Is the model they name the fastest here?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "only waiting, many", link: "jobs=100&wait=200&compute=0&many=2" },
        Preset { name: "only computing", link: "jobs=8&wait=0&compute=100&mostly=2" },
        Preset { name: "both", link: "jobs=8&wait=100&compute=100&mostly=3" },
    ],
    arrangements: &[
        Arrangement {
            models: &[Model::Sequential, Model::Threads, Model::FreeThreads, Model::Processes],
            variants: &[],
            program: Program::Jobs(engine_only(Jobs { split, merge })),
        },
        // It computes on its loop, as a coroutine does that hands nothing away.
        Arrangement { models: &[Model::Asyncio], variants: &[], program: Program::Blocking(engine_only(run)) },
        Arrangement { models: &[Model::Hybrid], variants: &[], program: Program::Async(engine_only(run)) },
    ],
    models: &Model::ALL,
    repeats: 1,
    kernel: engine_only(kernel),
    tasks: |plan| 1 + plan.values.count("jobs") as usize,
    claims: engine_only(claims),
    explain: engine_only(tree::explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("jobs", "Jobs", (1, 100), 20, "", "How many there are."),
    wait("wait", "Wait", (0, 2_000), 100, "How long each job waits first."),
    count("compute", "Compute", (0, 100), 20, "million squares", "What each job adds up then; 20 take about 20 ms."),
    count("workers", "Workers", (1, 16), 8, "", "Threads or processes that share the jobs."),
    choice("mostly", "Your jobs mostly", &["wait", "compute", "do both"], &[1, 2, 3], "Your answer to the tree."),
    choice("many", "How many at once", &["tens", "hundreds"], &[1, 2], "Your answer to the tree."),
    choice("calls", "What they wait for", &["can be awaited", "blocks"], &[1, 2], "Whether a loop can await it."),
    choice("gil", "GIL while computing", &["held", "let go", "none"], &[1, 2, 3], GIL),
    choice("enough", "In sequence", &["is too slow", "is enough"], &[1, 2], "Your answer to the tree."),
    SPEED,
];

const GIL: &str = "Python code holds it; hashing or NumPy lets go of it, here as well; a free-threaded build has none.";

fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
    after(payload, library::kernel)
}

fn squares(values: &Values) -> u32 {
    values.count("compute") as u32 * 1_000_000
}

/// What the kernel of a job's computing is built from.
fn computing(values: &Values) -> Vec<u8> {
    library::payload(values.count("gil") == 2, squares(values))
}

fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let values = &plan.values;
    let job = waiting(values.wait("wait") / values.speed(), computing(values));
    vec![job; values.count("jobs") as usize]
}

fn merge(_plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    let sums: Vec<u128> = results.iter().map(|result| Squares::sum(result)).collect::<Result<_, _>>()?;
    Ok(Outcome::new(format!("{} jobs done", sums.len())).line(sums.iter().sum::<u128>().to_string()))
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let jobs = plan.values.count("jobs");
        let results = cx.gather((0..jobs).map(|_| one(cx.clone(), plan.clone()))).await?;
        Ok(merge(&plan, &results)?)
    })
}

/// Waits on the loop, then computes on it, or in a process.
async fn one(cx: Cx, plan: Rc<Plan>) -> Result<Vec<u8>, Exception> {
    cx.sleep(plan.values.wait("wait")).await?;
    if plan.model == Model::Hybrid {
        return cx.run_in_executor(waiting(0, computing(&plan.values))).await;
    }
    let mut kernel = library::kernel(&computing(&plan.values))?;
    loop {
        if let Some(result) = kernel.slice() {
            return Ok(result);
        }
    }
}

/// How long all jobs of a model wait, in the simulated world.
fn waits(report: &Report, model: Model) -> Nanos {
    let values = &report.spec.values;
    let jobs = values.count("jobs");
    let at_once = match model {
        Model::Sequential => 1,
        Model::Asyncio | Model::Hybrid => jobs,
        _ => values.count("workers"),
    };
    makespan(&vec![values.wait("wait"); jobs as usize], at_once)
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let jobs = values.count("jobs");
    let known = (Squares::formula(squares(values)) * u128::from(jobs)).to_string();
    let mut claims = Vec::new();
    claims.extend(same_result(report, "Every job ends", Some(&format!("{jobs} jobs done"))));
    let sums: Vec<&String> = report.cells.iter().flat_map(|c| c.finished()).flat_map(|(_, o)| &o.lines).collect();
    if let Some(last) = sums.last() {
        let text = "The sum of all jobs is what n(n − 1)(2n − 1) ÷ 6 gives";
        claims.push(Claim::new(text, sums.iter().all(|sum| **sum == known), (*last).clone()));
    }
    let done: Vec<Model> = Model::ALL.into_iter().filter(|model| summary(report, *model, "").is_some()).collect();
    if !done.is_empty() && values.wait("wait") > 0 {
        let early = |model: &&Model| {
            let fastest = summary(report, **model, "").map_or(0.0, |s| s.min);
            fastest * 1e6 + (STEP as f64) < real(report, waits(report, **model)) as f64
        };
        let early = done.iter().filter(early).count();
        let text = "No model is done before its own waits are over";
        claims.push(Claim::new(text, early == 0, format!("{early} of {}", done.len())));
    }
    claims.extend(tree::overlaps(report));
    claims
}

fn bound(report: &Report, model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "the waits alone".to_owned(), time: real(report, waits(report, model)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::MS;
    use crate::scenarios::waiting::testing::{holds, spec};

    #[test]
    fn claims_hold_at_every_end() {
        for link in ["", "jobs=1&compute=100", "jobs=100&compute=0", "wait=2000&compute=1", "wait=0&compute=1"] {
            holds(&SCENARIO, link);
        }
        for answers in [
            "mostly=2",
            "mostly=3&many=2&speed=10",
            "many=2&workers=1",
            "workers=16",
            "calls=2",
            "gil=2",
            "gil=3&enough=2",
        ] {
            holds(&SCENARIO, &format!("compute=1&{answers}"));
        }
    }

    #[test]
    fn where_nothing_waits_nothing_is_claimed_of_waits() {
        let of_waits = |link| claims(&holds(&SCENARIO, link)).iter().any(|claim| claim.text.contains("its own waits"));
        assert!(of_waits("compute=1") && !of_waits("compute=1&wait=0"));
    }

    #[test]
    fn a_library_lets_go_of_the_gil_and_adds_up_the_same() {
        for (link, holds_gil) in [("compute=1", true), ("compute=1&gil=2", false), ("compute=1&gil=3", true)] {
            let plan = spec(&SCENARIO, link).plan(Model::Threads, "", 0);
            let mut job = kernel(&split(&plan)[0]).unwrap();
            assert_eq!((job.holds_gil(), job.wait()), (holds_gil, Some(100 * MS)), "{link}");
            let result = (0..).find_map(|_| job.slice()).unwrap();
            assert_eq!(Squares::sum(&result), Ok(Squares::formula(1_000_000)), "{link}");
        }
    }

    #[test]
    fn on_a_loop_all_wait_at_once() {
        let report = holds(&SCENARIO, "compute=1");
        let of = |model| report.cell(model, "").unwrap().last().unwrap();
        let known = vec![(Squares::formula(1_000_000) * 20).to_string()];
        assert_eq!((&of(Model::Asyncio).1.lines, of(Model::Asyncio).0.elapsed), (&known, 100 * MS));
        assert_eq!((&of(Model::Hybrid).1.lines, of(Model::Hybrid).0.elapsed), (&known, 105 * MS));
    }
}
