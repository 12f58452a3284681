//! A pool for every call, or one for all of them.

use super::costs::Costs;
use crate::aio::Exception;
use crate::model::params::count;
use crate::model::stats::summary;
use crate::model::units::{grouped, time, time_ms, times};
use crate::model::{Cell, Claim, Model, Outcome, Param, Plan, Report, Run, State};
use crate::multiprocessing::{LocalFuture, Pool, PoolOrder, ProcessCx, Value};
use crate::scenarios::{
    Arrangement, Chapter, Code, Preset, Processes, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

/// When to make a pool.
pub static SCENARIO: Scenario = Scenario {
    id: "reuse",
    title: "One pool, many calls",
    chapter: Chapter::Processes,
    question: beside(
        "A function maps eight small tasks over a pool, and is called again and again. Does it matter where the pool is made?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: "each", label: "a pool per call", bad: true },
        Variant { id: "one", label: "one pool", bad: false },
    ],
    presets: &[Preset { name: "longer tasks", link: "additions=20000" }],
    arrangements: &[Arrangement {
        models: &[Model::Processes],
        variants: &["each", "one"],
        program: Program::Processes(Processes {
            shared: false,
            count: |plan| 1 + (workers(plan) * pools(plan)) as usize,
            code: engine_only(Code { main: run, targets: super::sums::TARGETS }),
        }),
    }],
    models: &[Model::Processes],
    repeats: 3,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("calls", "Calls", (2, 20), 10, "", "How often the function is called."),
    count("workers", "Workers", (1, 8), 4, "", "Processes of a pool."),
    count("additions", "Additions", (1, 20_000), 100, "thousand", "Work of a task."),
];

/// Tasks of one call.
const TASKS: usize = 8;

fn workers(plan: &Plan) -> u32 {
    plan.values.count("workers") as u32
}

fn pools(plan: &Plan) -> u32 {
    if plan.variant == "each" { plan.values.count("calls") as u32 } else { 1 }
}

fn run(cx: ProcessCx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (calls, order) = (plan.values.count("calls"), PoolOrder::new(workers(&plan)));
        let tasks = vec![Value::Int(plan.values.count("additions") as i64 * 1_000); TASKS];
        let (mut pool, mut started, mut total) = (None, 0, 0);
        for call in 1..=calls {
            let this = match pool.take() {
                Some(pool) => pool,
                None => Pool::start(&cx, order.clone())?,
            };
            total += this.map("add_up", tasks.clone(), 0).await?.iter().filter_map(Value::int).sum::<i64>();
            if plan.variant == "each" || call == calls {
                this.close();
                this.join().await?;
                started += this.started();
            } else {
                pool = Some(this);
            }
            cx.progress(call as f32 / calls as f32);
        }
        Ok(Outcome::new(grouped(total as u64)).with("started", f64::from(started)).with("total", total as f64))
    })
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    let count = |key| report.spec.values.count(key);
    let n = count("additions") * 1_000;
    let expected = count("calls") * TASKS as u64 * (n * (n - 1) / 2);
    for Variant { id, label, .. } in SCENARIO.variants {
        let Some(cell) = report.cell(Model::Processes, id) else { continue };
        let wanted = (count("workers") * if *id == "each" { count("calls") } else { 1 }, grouped(expected));
        let seen = |(run, outcome): (&Run, &Outcome)| (Costs::of(&run.trace).started as u64, outcome.value.clone());
        let all: Vec<_> = cell.finished().map(seen).collect();
        // The figure shown is of a run that is not as it should be, if there is one.
        let Some((started, sum)) = all.iter().find(|seen| **seen != wanted).or(all.last()) else { continue };
        let text = format!("With {label}, **{}** processes are started for the same sum", wanted.0);
        claims.push(Claim::new(text, all.iter().all(|seen| *seen == wanted), format!("{started}; {sum}")));
    }
    let median = |variant| summary(report, Model::Processes, variant).map(|s| s.median);
    // Long tasks take so long that a start no longer counts.
    if let (Some(each), Some(one), true) = (median("each"), median("one"), n <= 1_000_000) {
        let measured = format!("{} against {}", time_ms(one), time_ms(each));
        claims.push(Claim::new("One pool is **faster** than a pool per call", one < each, measured).by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for Variant { id, label, .. } in SCENARIO.variants {
        let Some((run, _)) = report.cell(Model::Processes, id).and_then(Cell::last) else { continue };
        out.push(format!(
            "With {label} processes spent **{}** in all on starting and **{}** on computing. {}",
            time(run.trace.total(State::Starting)),
            time(super::sums::computing(&run.trace)),
            Costs::of(&run.trace).words()
        ));
    }
    let median = |variant| summary(report, Model::Processes, variant).map(|s| s.median);
    if let (Some(each), Some(one)) = (median("each"), median("one")) {
        out.push(format!(
            "The same calls took **{}** and **{}**: {}.",
            time_ms(each),
            time_ms(one),
            times(each / one.max(1e-9))
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::scenarios::processes::testing::{holds_everywhere, report, values};

    #[test]
    fn claims_hold() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn a_process_too_many_is_seen_in_whichever_run() {
        let mut report = report(&SCENARIO, &[("calls", "2"), ("workers", "2")]);
        let (many, few) = (report.cells[0].runs[0].clone(), report.cells[1].runs[0].clone());
        report.cells[1].runs = vec![many, few];
        let claim = &claims(&report)[1];
        assert!(claim.text.starts_with("With one pool, **2** processes") && !claim.ok, "{claim:?}");
        assert!(claim.measured.starts_with("4; "), "{claim:?}");
    }

    #[test]
    fn starting_is_paid_for_every_call_or_once() {
        let report = report(&SCENARIO, &[("calls", "5"), ("workers", "2")]);
        assert_eq!(values(&report), ["199,998,000,000"; 2]);
        let [each, one] = [0, 1].map(|i| report.cells[i].last().unwrap().0);
        assert_eq!(each.trace.total(State::Starting), 5 * one.trace.total(State::Starting));
        assert!(each.elapsed > one.elapsed + 100_000_000);
    }
}
