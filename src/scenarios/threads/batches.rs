//! Batches in threads, each of which writes its own slot: nothing is shared, so nothing needs a lock.

use rust_decimal::Decimal;

use crate::kernels::{Compound, Kernel, after, waiting};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Failure, Mark, Model, Nanos, Outcome, Param, Plan, Report};
use crate::scenarios::measure::same_result;
use crate::scenarios::measure::waits::{asleep, makespan, never_more};
use crate::scenarios::waiting::lateness::{real, speed_note, took};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, beside, engine_only};

/// A slot for each thread.
pub static SCENARIO: Scenario = Scenario {
    id: "batches",
    title: "A slot for each thread",
    chapter: Chapter::Threads,
    question: beside(
        "Three threads each work out 2.5 % of a batch and write it into a slot of their own. Do they need a lock?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[Preset { name: "12 batches, 4 threads", link: "batches=12&workers=4" }],
    arrangements: &[Arrangement {
        models: &[Model::Sequential, Model::Threads, Model::FreeThreads],
        variants: &[],
        program: Program::Jobs(engine_only(Jobs { split, merge })),
    }],
    models: &[Model::Sequential, Model::Threads],
    repeats: 1,
    kernel: engine_only(kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("batches", "Batches", (1, 32), 3, "", "Two amounts each, larger from batch to batch."),
    wait("wait", "Wait", (0, 3_000), 100, "How long reading a batch takes."),
    count("workers", "Threads", (1, 16), 3, "", "Threads that share the batches."),
    SPEED,
];

/// The two amounts of a batch: 100000 and 150000 for the first, each 100000 more for the next.
fn amounts(batch: u64) -> [Decimal; 2] {
    [Decimal::from(batch * 100_000 + 100_000), Decimal::from(batch * 100_000 + 150_000)]
}

/// What is due of a batch: a fortieth.
fn due(batch: u64) -> Decimal {
    let [first, second] = amounts(batch);
    ((first + second) / Decimal::from(40)).normalize()
}

fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
    after(payload, Compound::kernel)
}

fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let wait = plan.values.wait("wait") / plan.values.speed();
    let job = |batch| {
        let [first, second] = amounts(batch);
        waiting(wait, Compound::new(first + second, Decimal::ONE, Decimal::new(25, 3), 0).payload())
    };
    (0..plan.values.count("batches")).map(job).collect()
}

fn merge(_plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    let mut sum = Decimal::ZERO;
    let mut outcome = Outcome::default();
    for (slot, result) in (1..).zip(results) {
        let due = Compound::amount(result)?.normalize();
        sum += due;
        outcome = outcome.line(format!("slot {slot}: {due}"));
    }
    Ok(Outcome { value: sum.normalize().to_string(), ..outcome })
}

fn batches(report: &Report) -> u64 {
    report.spec.values.count("batches")
}

fn workers(report: &Report, model: Model) -> u64 {
    if model == Model::Sequential { 1 } else { report.spec.values.count("workers").min(batches(report)) }
}

/// How long all batches of a model wait, in the simulated world.
fn whole(report: &Report, model: Model) -> Nanos {
    makespan(&vec![report.spec.values.wait("wait"); batches(report) as usize], workers(report, model))
}

fn claims(report: &Report) -> Vec<Claim> {
    let all = batches(report);
    let sum: Decimal = (0..all).map(due).sum();
    let mut claims = Vec::new();
    claims.extend(same_result(report, "The sum of all slots", Some(&sum.normalize().to_string())));
    let runs: Vec<_> = report.cells.iter().flat_map(|c| c.finished()).collect();
    if let Some((_, last)) = runs.last() {
        let slots: Vec<String> =
            (1..).zip(0..all).map(|(slot, batch)| format!("slot {slot}: {}", due(batch))).collect();
        let text = "Every slot holds **2.5 % of its batch**, whoever came first";
        claims.push(Claim::new(text, runs.iter().all(|(_, o)| o.lines == slots), last.lines.join(", ")));
        let written = |slot| {
            let once = |mark| runs.iter().all(|(run, _)| run.trace.marks(mark).filter(|r| r.arg == slot).count() == 1);
            once(Mark::Job) && once(Mark::Finished)
        };
        let once = (0..all as u32).filter(|slot| written(*slot)).count();
        let text = "Every slot is written **once**, by one thread";
        claims.push(Claim::new(text, once as u64 == all, format!("{once} of {all}")));
    }
    for model in [Model::Sequential, Model::Threads, Model::FreeThreads] {
        let rounds = all.div_ceil(workers(report, model).max(1));
        if report.spec.values.wait("wait") > 0 {
            claims.extend(never_more(report, model, "", workers(report, model)));
        }
        let what = match model {
            Model::Sequential => "One batch after another",
            Model::Threads => "In threads, the waits overlap",
            _ => "In free threads, too",
        };
        claims.extend(took(report, model, "", what, whole(report, model), rounds + 1));
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let last = |model| report.cell(model, "").and_then(|c| c.last());
    if let Some((run, _)) = last(Model::Sequential) {
        out.push(format!("One batch after another took **{}**.", time(run.elapsed)));
    }
    for model in [Model::Threads, Model::FreeThreads] {
        let Some((run, _)) = last(model) else { continue };
        out.push(format!(
            "{} took **{}**: **{}** waited at once.",
            if model == Model::Threads { "Threads" } else { "Free threads" },
            time(run.elapsed),
            asleep(&run.trace),
        ));
    }
    if !out.is_empty() {
        out.push(format!(
            "Each of **{}** slots has one writer, and the main thread reads them after all have ended. That is why there is no \
             lock. If they added to one sum instead, they would need one.",
            batches(report),
        ));
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
    fn what_is_due_of_the_first_three_batches() {
        assert_eq!((0..3).map(due).collect::<Vec<_>>(), [6_250, 11_250, 16_250].map(Decimal::from));
        assert_eq!((0..3).map(due).sum::<Decimal>(), Decimal::from(33_750));
    }
}
