//! Batches in threads, each of which writes its own slot: nothing is shared, so nothing needs a lock.

use rust_decimal::Decimal;

use crate::kernels::{Compound, Kernel, after, waiting};
use crate::model::params::{SPEED, amount, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Failure, Mark, Model, Nanos, Outcome, Param, Plan, Report, Values};
use crate::scenarios::measure::waits::{asleep, at_once, makespan, never_more};
use crate::scenarios::measure::{name, same_result};
use crate::scenarios::waiting::lateness::{real, speed_note, took};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, beside, engine_only};

/// A slot for each thread.
pub static SCENARIO: Scenario = Scenario {
    id: "batches",
    title: "A slot for each thread",
    chapter: Chapter::Threads,
    question: beside(
        "Three threads each work out what is due of a batch and write it into a slot of their own. Do they need a lock?",
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
    amount(
        "first",
        "First amount",
        (1, 100_000_000, 100_000),
        0,
        "",
        "The first batch's; its second is half as much again.",
    ),
    amount("rate", "Rate", (0, 1_000, 25), 1, "%", "The part of a batch that is due."),
    count("workers", "Threads", (1, 16), 3, "", "Threads that share the batches."),
    SPEED,
];

/// What the two amounts of a batch add up to: `first` and half as much again for the first, each `first` more for the next.
fn both(values: &Values, batch: u64) -> Decimal {
    let (first, more) = (values.amount("first"), Decimal::from(batch) * values.amount("first"));
    let half = first * Decimal::new(5, 1);
    (first + more) + (first + half + more)
}

fn rate(values: &Values) -> Decimal {
    values.amount("rate") / Decimal::ONE_HUNDRED
}

/// What is due of a batch, exactly.
fn due(values: &Values, batch: u64) -> Decimal {
    (both(values, batch) * rate(values)).normalize()
}

fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
    after(payload, Compound::kernel)
}

fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let wait = plan.values.wait("wait") / plan.values.speed();
    let job =
        |batch| waiting(wait, Compound::new(both(&plan.values, batch), Decimal::ONE, rate(&plan.values), 0).payload());
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
    let (all, values) = (batches(report), &report.spec.values);
    let sum: Decimal = (0..all).map(|batch| due(values, batch)).sum();
    let mut claims = Vec::new();
    claims.extend(same_result(report, "The sum of all slots", Some(&sum.normalize().to_string())));
    let runs: Vec<_> = report.cells.iter().flat_map(|c| c.finished()).collect();
    if let Some((_, last)) = runs.last() {
        let slots: Vec<String> =
            (1..).zip(0..all).map(|(slot, batch)| format!("slot {slot}: {}", due(values, batch))).collect();
        let text =
            format!("Every slot holds **{} % of its batch**, whoever came first", values.amount("rate").normalize());
        claims.push(Claim::new(text, runs.iter().all(|(_, o)| o.lines == slots), last.lines.join(", ")));
        let written = |slot| {
            let once = |mark| runs.iter().all(|(run, _)| run.trace.marks(mark).filter(|r| r.arg == slot).count() == 1);
            once(Mark::Job) && once(Mark::Finished)
        };
        let once = (0..all as u32).filter(|slot| written(*slot)).count();
        let text = "Every slot is written **once**, by one thread";
        claims.push(Claim::new(text, once as u64 == all, format!("{once} of {all}")));
    }
    let wait = report.spec.values.wait("wait");
    if wait == 0 {
        return claims;
    }
    for model in [Model::Sequential, Model::Threads, Model::FreeThreads] {
        let workers = workers(report, model);
        claims.extend(never_more(report, model, "", workers));
        claims.extend(at_once(report, model, "", workers, real(report, wait)));
        let how =
            if workers > 1 { format!("{workers} batches at a time") } else { "one batch after another".to_owned() };
        let what = format!("With {}, {how}", name(model));
        claims.extend(took(report, model, "", &what, whole(report, model), all.div_ceil(workers.max(1)) + 1));
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
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{Cell, Lane, LaneKind, MS, Machine, Record, Run, RunEnd, State, Trace, What};

    /// What is claimed of 300 ms in which three threads waited one after another, with these values.
    fn one_after_another(link: &[(&str, &str)]) -> Vec<Claim> {
        let lane = |id| Lane { id, kind: LaneKind::Thread, name: format!("Thread-{id}") };
        let mut trace = Trace { lanes: (0..3).map(lane).collect(), ..Trace::default() };
        let enter = |lane: u32, wait: u64, state| {
            let at = (u64::from(lane) + wait) * 100 * MS;
            Record { at, lane, what: What::Enter(state), arg: 0 }
        };
        trace.extend((0..3).flat_map(|n| [enter(n, 0, State::Sleeping), enter(n, 1, State::Done)]));
        let mut spec = SCENARIO.defaults();
        spec.models = vec![Model::Threads];
        for (key, value) in link {
            spec.values.set(PARAMS, key, value).unwrap();
        }
        let run = Run { repeat: 0, end: RunEnd::Finished(Outcome::new("")), elapsed: 300 * MS, trace };
        let cells = vec![Cell { model: Model::Threads, variant: String::new(), runs: vec![run] }];
        let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
        claims(&Report { spec, machine, cells, recorded: None })
    }

    #[test]
    fn waits_one_after_another_are_found_out_although_they_are_in_time() {
        let claims = one_after_another(&[]);
        let at_once = claims.iter().find(|claim| claim.text.contains("at the same moment")).unwrap();
        assert!(!at_once.ok && at_once.measured == "1 at once", "{at_once:?}");
        assert!(claims.iter().find(|claim| claim.text.contains("3 batches at a time")).unwrap().ok);
    }

    #[test]
    fn nothing_is_said_of_waits_together_where_there_are_none() {
        for link in [("workers", "1"), ("batches", "1"), ("wait", "0")] {
            let said = |words: &str| one_after_another(&[link]).iter().any(|claim| claim.text.contains(words));
            assert!(!said("overlap") && !said("at the same moment") && !said("at a time"), "{link:?}");
            assert_eq!(said("one batch after another"), link.0 != "wait");
        }
    }

    #[test]
    fn what_is_due_of_the_first_three_batches() {
        let mut values = Values::defaults(PARAMS);
        let all = |values: &Values| (0..3).map(|batch| due(values, batch)).collect::<Vec<_>>();
        assert_eq!(all(&values), [6_250, 11_250, 16_250].map(Decimal::from));
        assert_eq!(all(&values).iter().sum::<Decimal>(), Decimal::from(33_750));
        // To the last digit: 1 and 1.5 at 0.1 %.
        values.set(PARAMS, "first", "1").unwrap();
        values.set(PARAMS, "rate", "0.1").unwrap();
        assert_eq!(all(&values)[0], Decimal::new(25, 4));
    }
}
