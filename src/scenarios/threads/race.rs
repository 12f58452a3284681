//! A shared counter without protection, and three ways to put it right.

use crate::model::params::count;
use crate::model::stats::summary;
use crate::model::units::{grouped, percent, time_ms};
use crate::model::{Cell, Claim, MS, Mark, Model, Nanos, Param, Plan, Report, State};
use crate::scenarios::measure::overlap;
use crate::scenarios::{Arrangement, Chapter, Preset, Program, Scenario, Threads, Variant, beside, engine_only};
use crate::threading::ThreadsRun;
use std::sync::Arc;

mod counter;
use counter::{Counting, Way};

/// Updates that get lost.
pub static SCENARIO: Scenario = Scenario {
    id: "race",
    title: "A race for a counter",
    chapter: Chapter::Threads,
    question: beside(
        "Several threads add 1 to the same counter, again and again. Does it end at the number of additions?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: "none", label: "no protection", bad: true },
        Variant { id: "lock", label: "lock", bad: false },
        Variant { id: "queue", label: "queue", bad: false },
        Variant { id: "aggregate", label: "own counters", bad: false },
    ],
    presets: &[
        Preset { name: "5 threads × 100,000", link: "threads=5" },
        Preset { name: "10 threads × 100,000", link: "threads=10" },
    ],
    arrangements: &[
        Arrangement {
            models: &[Model::Threads, Model::FreeThreads],
            variants: &["none", "aggregate"],
            program: Program::Threads(Threads { count: threads, waits: false, make: engine_only(program) }),
        },
        Arrangement {
            models: &[Model::Threads, Model::FreeThreads],
            variants: &["lock", "queue"],
            program: Program::Threads(Threads { count: threads, waits: true, make: engine_only(program) }),
        },
    ],
    models: &[Model::Threads, Model::FreeThreads],
    repeats: 10,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("threads", "Threads", (1, 16), 4, "", "Threads that add to the counter."),
    count("increments", "Additions", (1_000, 1_000_000), 100_000, "", "How often each thread adds 1."),
];

fn way(plan: &Plan) -> Way {
    match plan.variant.as_str() {
        "lock" => Way::Lock,
        "queue" => Way::Queue,
        "aggregate" => Way::Aggregate,
        _ => Way::Unprotected,
    }
}

/// The queue has one consumer more.
fn threads(plan: &Plan) -> usize {
    plan.values.count("threads") as usize + usize::from(way(plan) == Way::Queue)
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    Arc::new(Counting::new(way(plan), plan.values.count("threads") as usize, plan.values.count("increments") as u32))
}

fn expected(report: &Report) -> u64 {
    report.spec.values.count("threads") * report.spec.values.count("increments")
}

/// Updates lost in each run of a cell, in order.
fn lost(cell: &Cell) -> Vec<u64> {
    cell.finished().map(|(_, outcome)| outcome.figure("lost").unwrap_or(0.0) as u64).collect()
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    claims.extend(report.cell(Model::FreeThreads, "none").and_then(|cell| loses(report, cell)));
    if let Some(cell) = report.cell(Model::Threads, "none") {
        let all = lost(cell);
        let (runs, sum) = (all.len(), all.iter().sum::<u64>());
        if runs > 0 {
            let measured =
                format!("{} of {} lost in {}", grouped(sum), grouped(expected(report) * runs as u64), n_runs(runs));
            let text = "Under CPython's GIL this plain loop loses **nothing**, though nothing promises it";
            claims.push(Claim::new(text, sum == 0, measured));
        }
    }
    for variant in &SCENARIO.variants[1..] {
        claims.extend(exact(report, variant));
    }
    claims
}

/// For so long two must have counted at once in some run before updates are sure to be lost.
const SURE: Nanos = MS;

/// The claim that free threads lose updates; where they cannot run side by side, or too shortly, it is not made.
fn loses(report: &Report, cell: &Cell) -> Option<Claim> {
    let all = lost(cell);
    let (least, most) = (*all.iter().min()?, *all.iter().max()?);
    let racy = all.iter().filter(|n| **n > 0).count();
    let range = if least == most { grouped(most) } else { format!("{} to {}", grouped(least), grouped(most)) };
    let measured = format!("{range} of {} lost; in {racy} of {}", grouped(expected(report)), n_runs(all.len()));
    if report.spec.values.count("threads") < 2 {
        return Some(Claim::new("A thread on its own loses **nothing**", most == 0, measured));
    }
    let together = cell.finished().map(|(run, _)| overlap(&run.trace)).max()?;
    (report.machine.cores > 1 && together >= SURE)
        // On a busy machine they may be counting, and yet not have a core at the same moment.
        .then(|| Claim::new("Without protection, free threads **lose updates**", most > 0, measured).by_the_clock())
}

/// The claim that a fix counts exactly, in every run of both models.
fn exact(report: &Report, variant: &Variant) -> Option<Claim> {
    let wanted = grouped(expected(report));
    let cells = report.cells.iter().filter(|c| c.variant == variant.id);
    let values: Vec<&str> = cells.flat_map(Cell::finished).map(|(_, o)| o.value.as_str()).collect();
    let right = values.iter().filter(|v| **v == wanted).count();
    let text = format!("With **{}**, the counter ends at exactly {wanted}, every time", variant.label);
    (!values.is_empty())
        .then(|| Claim::new(text, right == values.len(), format!("{wanted} in {right} of {}", n_runs(values.len()))))
}

fn n_runs(n: usize) -> String {
    if n == 1 { "1 run".to_owned() } else { format!("{n} runs") }
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(cell) = report.cell(Model::FreeThreads, "none") {
        let runs: Vec<String> = lost(cell).into_iter().map(grouped).collect();
        if !runs.is_empty() {
            out.push(format!(
                "“counter += 1” is three steps: read, add, write. A thread that reads between another's read and write \
                 writes the same number again, and one update is gone. Lost without protection, run by run: **{}**.",
                runs.join("**, **"),
            ));
        }
    }
    if let Some((run, _)) = report.cell(Model::Threads, "none").and_then(Cell::last) {
        out.push(format!(
            "Under the GIL the last run had **{}** hand-overs. CPython looks whether somebody wants the GIL only at the end of \
             a loop's turn or at a call, never between the read and the write of this loop. So nothing was lost. No rule of \
             the language promises that: a call between read and write, or another version, and the race is back.",
            run.trace.marks(Mark::HandOver).count(),
        ));
    }
    if let Some((run, _)) = report.cell(Model::FreeThreads, "lock").and_then(Cell::last) {
        let blocked = run.trace.total(State::Blocked);
        let share = blocked as f64 / (blocked + run.trace.total(State::Running)).max(1) as f64;
        out.push(format!(
            "With the lock one thread at a time adds; the free threads slept **{}** of their time on it.",
            percent(share)
        ));
    }
    let times: Vec<String> = SCENARIO
        .variants
        .iter()
        .filter_map(|v| Some(format!("{} **{}**", v.label, time_ms(summary(report, Model::FreeThreads, v.id)?.median))))
        .collect();
    if times.len() > 1 {
        out.push(format!("What it costs without the GIL (medians): {}.", times.join("; ")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Lane, LaneKind, Machine, Outcome, Record, Run, RunEnd, Trace, US, What};

    /// What is claimed of free threads that counted side by side for so long and lost nothing.
    fn judged(together: Nanos) -> Vec<bool> {
        let lane = |id| Lane { id, kind: LaneKind::Thread, name: format!("Thread-{id}") };
        let mut trace = Trace { lanes: (0..2).map(lane).collect(), ..Trace::default() };
        let enter = |lane, at, state| Record { at, lane, what: What::Enter(state), arg: 0 };
        trace.extend([0, 1].map(|lane| enter(lane, 0, State::Running)));
        trace.extend([0, 1].map(|lane| enter(lane, together, State::Done)));
        let end = RunEnd::Finished(Outcome::new("400,000").with("lost", 0.0));
        let runs = vec![Run { repeat: 0, end, elapsed: together, trace }];
        let cells = vec![Cell { model: Model::FreeThreads, variant: "none".to_owned(), runs }];
        let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
        let report = Report { spec: SCENARIO.defaults(), machine, cells, recorded: None };
        claims(&report).iter().map(|claim| claim.ok).collect()
    }

    #[test]
    fn losses_are_claimed_only_where_two_counted_at_once_for_long_enough() {
        assert!(judged(50 * US).is_empty());
        assert_eq!(judged(3 * MS), [false]);
    }
}
