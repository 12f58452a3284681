//! Ten tasks on a pool, and how to see how far they are: map, apply_async, imap.

use super::costs::Costs;
use crate::aio::Exception;
use crate::model::params::{WORKERS, count};
use crate::model::units::{grouped, time};
use crate::model::{Cell, Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report};
use crate::multiprocessing::{LocalFuture, Pool, PoolOrder, ProcessCx, Value};
use crate::scenarios::{
    Arrangement, Chapter, Code, Preset, Processes, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

/// Progress of a pool's tasks.
pub static SCENARIO: Scenario = Scenario {
    id: "progress",
    title: "A pool's progress",
    chapter: Chapter::Processes,
    question: beside("Ten tasks, each longer than the one before, on one pool. When do you learn how far it is?"),
    params: PARAMS,
    variants: &[
        Variant { id: "map", label: "map", bad: false },
        Variant { id: "apply", label: "apply_async", bad: false },
        Variant { id: "imap", label: "imap", bad: false },
    ],
    presets: &[Preset { name: "30 tasks", link: "tasks=30" }],
    arrangements: &[Arrangement {
        models: &[Model::Processes],
        variants: &["map", "apply", "imap"],
        program: Program::Processes(Processes {
            shared: false,
            count: |plan| 1 + plan.values.count("workers") as usize,
            code: engine_only(Code { main: run, targets: super::sums::TARGETS }),
        }),
    }],
    models: &[Model::Processes],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[count("tasks", "Tasks", (1, 30), 10, "", "Task n makes n million additions."), WORKERS];

fn run(cx: ProcessCx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let tasks = plan.values.count("tasks");
        let values: Vec<Value> = (1..=tasks).map(|n| Value::Int(n as i64 * 1_000_000)).collect();
        let pool = Pool::start(&cx, PoolOrder::new(plan.values.count("workers") as u32))?;
        let mut bar = Bar { cx: &cx, of: tasks, shown: Vec::new() };
        let results = match plan.variant.as_str() {
            "map" => {
                let results = pool.map("add_up", values, 0).await?;
                bar.show(tasks);
                results
            }
            "apply" => {
                let calls: Result<Vec<_>, _> = values.into_iter().map(|n| pool.apply_async("add_up", n)).collect();
                let mut results = Vec::new();
                for (done, call) in (1..).zip(calls?) {
                    results.push(call.get().await?);
                    bar.show(done);
                }
                results
            }
            _ => {
                let (mut results, mut coming) = (Vec::new(), pool.imap("add_up", values, 1)?);
                while let Some(result) = coming.next().await? {
                    results.push(result);
                    bar.show(results.len() as u64);
                }
                results
            }
        };
        let (first, shown) = (bar.shown.first().map_or(0, |(at, _)| *at), bar.shown);
        pool.close();
        pool.join().await?;
        let sums: Vec<i64> = results.iter().filter_map(Value::int).collect();
        let ordered = sums.len() as u64 == tasks && (1..).zip(&sums).all(|(n, sum)| *sum == sum_below(n * 1_000_000));
        let back = shown.windows(2).filter(|pair| pair[1].1 <= pair[0].1).count();
        Ok(Outcome::new(grouped(sums.iter().sum::<i64>() as u64))
            .with("ordered", f64::from(u8::from(ordered)))
            .with("steps", shown.len() as f64)
            .with("back", back as f64)
            .with("first", first as f64)
            .with("last", shown.last().map_or(0, |(at, _)| *at) as f64))
    })
}

/// A progress bar: the page's own, and when it showed what.
struct Bar<'a> {
    cx: &'a ProcessCx,
    of: u64,
    shown: Vec<(Nanos, u64)>,
}

impl Bar<'_> {
    fn show(&mut self, done: u64) {
        self.cx.progress(done as f32 / self.of as f32);
        self.cx.mark(Mark::Job, done as usize);
        self.shown.push((self.cx.now(), done));
    }
}

fn sum_below(n: i64) -> i64 {
    n * (n - 1) / 2
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    let tasks = report.spec.values.count("tasks");
    for Variant { id, label, .. } in SCENARIO.variants {
        let Some((_, outcome)) = report.cell(Model::Processes, id).and_then(Cell::last) else { continue };
        let figure = |name: &str| outcome.figure(name);
        let (Some(ordered), Some(steps), Some(back)) = (figure("ordered"), figure("steps"), figure("back")) else {
            continue;
        };
        let expected = if *id == "map" { 1 } else { tasks };
        let often = if expected == 1 { "once".to_owned() } else { format!("{expected} times") };
        let text = format!("**{label}** gives its results in order; progress moves **{often}** and never goes back");
        let ok = ordered == 1.0 && steps == expected as f64 && back == 0.0;
        claims.push(Claim::new(text, ok, format!("{} steps forward, {back} back", steps - back)));
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for Variant { id, label, .. } in SCENARIO.variants {
        let Some((run, outcome)) = report.cell(Model::Processes, id).and_then(Cell::last) else { continue };
        let figure = |name: &str| outcome.figure(name).unwrap_or_default() as Nanos;
        out.push(format!(
            "With {label} the bar first moved after **{}** and was full after **{}**. {}",
            time(figure("first")),
            time(figure("last")),
            Costs::of(&run.trace).words()
        ));
    }
    if !out.is_empty() {
        out.push(
            "“map” tells nothing until all is done. “imap” hands over each result in order, as soon as it and all before it \
             are there; “apply_async” gives a handle on every task."
                .to_owned(),
        );
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
    fn results_are_exact_and_the_bar_moves_early_or_late() {
        let report = report(&SCENARIO, &[("tasks", "4")]);
        assert_eq!(values(&report), ["14,999,995,000,000"; 3]);
        let first = |i: usize| report.cells[i].last().unwrap().1.figure("first").unwrap();
        assert!(first(1) < first(0) && first(2) < first(0));
    }
}
