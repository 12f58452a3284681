//! Compounding in exact decimals, or plain counting: work that never waits, under every model.

use crate::kernels::{Compound, Counter, Kernel};
use crate::model::params::{WORKERS, choice, count};
use crate::model::stats::summary;
use crate::model::time::millis;
use crate::model::units::{grouped, percent, time, time_ms};
use crate::model::wire::{decode, encode};
use crate::model::{Claim, Failure, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, State, Values};
use crate::scenarios::compounding::{self, equals_cpython};
use crate::scenarios::measure::{
    DIFFER, LEAST, best_possible, machine_limits, micros, overlap, parallel, same_result, verdict, words,
};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, beside, engine_only};
use crate::threading::Gil;

/// Work that keeps the GIL.
pub static SCENARIO: Scenario = Scenario {
    id: "gil-cpu",
    title: "Computing under the GIL",
    chapter: Chapter::Threads,
    question: beside(
        "Several threads compute and never wait. Are they faster than one thread? What if there were no GIL?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "4 × 5,000,000 steps", link: "jobs=4&steps=5000000" },
        Preset { name: "8 × 5,000,000 steps", link: "jobs=8&steps=5000000" },
        Preset { name: "a counter of 50,000,000 × 4", link: "work=2&jobs=4&counts=50000000" },
    ],
    arrangements: &[Arrangement {
        models: &Model::ALL,
        variants: &[],
        program: Program::Jobs(engine_only(Jobs { split, merge })),
    }],
    models: &[Model::Sequential, Model::Threads, Model::FreeThreads, Model::Processes],
    repeats: 3,
    kernel: engine_only(kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    choice("work", "Work", &["compounding", "a counter"], &[1, 2], "Exact decimals, or count += 1 and nothing else."),
    count("jobs", "Jobs", (1, 64), 8, "", "Amounts to compound, or counters; each is one job."),
    count("steps", "Steps", (1_000, 10_000_000), 1_000_000, "", "Multiplications in each job of compounding."),
    count("counts", "Counts", (1_000, 100_000_000), 50_000_000, "", "Additions in each job of a counter."),
    WORKERS,
];

fn counts(values: &Values) -> bool {
    values.count("work") == 2
}

/// A job for each of the plan's `jobs`: whether it counts, and what.
fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let counting = counts(&plan.values);
    let jobs = if counting {
        vec![Counter::payload(plan.values.count("counts")); plan.values.count("jobs") as usize]
    } else {
        compounding::split(plan)
    };
    jobs.into_iter().map(|job| encode(&(counting, job)).unwrap_or_default()).collect()
}

fn kernel(payload: &[u8]) -> Result<Box<dyn Kernel>, Failure> {
    let (counting, job): (bool, Vec<u8>) = decode(payload)?;
    if counting { Counter::kernel(&job) } else { Compound::kernel(&job) }
}

fn merge(plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    if !counts(&plan.values) {
        return compounding::merge(plan, results);
    }
    let all = results.iter().map(|result| Counter::count(result).map(grouped)).collect::<Result<Vec<_>, _>>()?;
    let mut different = all.clone();
    different.dedup();
    Ok(Outcome { lines: all, ..Outcome::new(different.join(DIFFER)).with("jobs", results.len() as f64) })
}

fn jobs(report: &Report) -> u64 {
    report.spec.values.count("jobs")
}

fn bound(report: &Report, model: Model, variant: &str) -> Option<Bound> {
    best_possible(report, model, variant, jobs(report), true)
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let (counting, steps) = (counts(values), values.count("steps"));
    let mut claims = Vec::new();
    if counting {
        claims.extend(same_result(report, "Every job's result", Some(&grouped(values.count("counts")))));
    } else {
        claims.extend(same_result(report, "Every job's result", None));
        claims.extend(equals_cpython(report, steps));
    }
    claims
        .extend(words::speeds_at_least(report, "", jobs(report), |model, start| near_the_cores(report, model, start)));
    claims.extend(hand_overs(report));
    claims
}

/// The gain that is near what the cores allow: half of it, since two that a machine admits to may be one that takes turns. Jobs are
/// equally long here, so the last round may leave some idle; a process starts before it computes.
fn near_the_cores(report: &Report, model: Model, start: Nanos) -> f64 {
    let jobs = jobs(report).max(1);
    let rounds = jobs.div_ceil(parallel(report, jobs).max(1));
    let alone = summary(report, Model::Sequential, "").map_or(0.0, |s| s.median);
    let start = if model == Model::Processes { millis(start) / alone.max(1e-6) } else { 0.0 };
    let half = 0.5 / (rounds as f64 / jobs as f64 + start);
    ((half * 10.0).floor() / 10.0).max(LEAST) // as it is stated, to a tenth
}

/// Hand-overs in a run, and the time between two.
fn pace(run: &Run) -> (usize, Nanos) {
    let hand_overs = run.trace.marks(Mark::HandOver).count();
    (hand_overs, run.elapsed / hand_overs.max(1) as u64)
}

fn hand_overs(report: &Report) -> Option<Claim> {
    let (run, _) = report.cell(Model::Threads, "")?.last()?;
    // Too short a run, or one thread, has nothing to hand over.
    if run.elapsed < 10 * Gil::INTERVAL || report.spec.values.count("workers").min(jobs(report)) < 2 {
        return None;
    }
    let (hand_overs, between) = pace(run);
    // A waiter waits at least one interval, but a thread that ends hands over sooner; how late a waiter wakes up is up to
    // the system.
    let asked_for = hand_overs.saturating_sub(run.trace.lanes.len()) as u64;
    let ok = asked_for * Gil::INTERVAL <= run.elapsed && between <= Gil::INTERVAL * 6;
    let text = format!("The GIL goes to another thread about once per **{}** switch interval", time(Gil::INTERVAL));
    let measured = format!("{hand_overs} times in {}: one in {}", time(run.elapsed), time(between));
    Some(Claim::new(text, ok, measured).by_the_clock())
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(s) = summary(report, Model::Sequential, "") {
        let values = &report.spec.values;
        let (key, what) = if counts(values) { ("counts", "additions") } else { ("steps", "multiplications") };
        let all = grouped(jobs(report) * values.count(key));
        out.push(format!("One thread needs **{}** for all {all} {what}.", time_ms(s.median)));
    }
    if let Some((run, _)) = report.cell(Model::Threads, "").and_then(|c| c.last()) {
        let (hand_overs, _) = pace(run);
        let (gil, running) = (run.trace.total(State::Gil), run.trace.total(State::Running));
        out.push(format!(
            "Under the GIL the threads took turns: **{hand_overs}** hand-overs in {}. Two threads computed at once for **{}**. \
             Of all the time the threads were there they spent **{}** waiting for the GIL.",
            time(run.elapsed),
            micros(overlap(&run.trace)),
            percent(gil as f64 / (gil + running).max(1) as f64),
        ));
    }
    for model in [Model::FreeThreads, Model::Processes] {
        let Some((run, _)) = report.cell(model, "").and_then(|c| c.last()) else { continue };
        let who = if model == Model::FreeThreads { "Free threads" } else { "Processes" };
        out.push(format!(
            "{who} computed at once for **{}** of {}. {}",
            micros(overlap(&run.trace)),
            time(run.elapsed),
            verdict(report, model, "", jobs(report))
        ));
    }
    let most = parallel(report, jobs(report));
    if most > 1 && !out.is_empty() {
        out.push(format!(
            "No model can be more than **{most}** times as fast here: the least of cores, workers and jobs decides."
        ));
    }
    out.extend(machine_limits(&report.machine));
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{Cell, MS, Machine, RunEnd, Trace, US};

    /// What the clock judges of runs in sequence and in free threads that took so long.
    fn judged(steps: &str, cores: u32, sequential: Nanos, free: Nanos) -> Vec<Claim> {
        let mut spec = SCENARIO.defaults();
        spec.values.set(PARAMS, "steps", steps).unwrap();
        let run = |elapsed, repeat| {
            let end = RunEnd::Finished(Outcome::new("1"));
            Run { repeat, end, elapsed, trace: Trace::default() }
        };
        let cell = |model, elapsed| {
            let runs = (0..3).map(|repeat| run(elapsed, repeat)).collect();
            Cell { model, variant: String::new(), runs }
        };
        let cells = vec![cell(Model::Sequential, sequential), cell(Model::FreeThreads, free)];
        let machine = Machine { cores, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
        let all = claims(&Report { spec, machine, cells, recorded: None });
        all.into_iter().filter(|claim| claim.timed).collect()
    }

    #[test]
    fn of_work_that_is_over_before_the_threads_have_begun_no_speed_is_claimed() {
        assert_eq!(judged("1000", 2, 200 * US, 900 * US), []);
        let slow = judged("1000000", 2, 200 * MS, 190 * MS);
        assert!(slow.len() == 1 && !slow[0].ok, "{slow:?}");
    }

    #[test]
    fn more_cores_must_gain_more() {
        let ok = |cores, free| judged("1000000", cores, 400 * MS, free)[0].ok;
        assert_eq!(
            [(2, 300), (2, 320), (4, 190), (4, 300)].map(|(cores, ms)| ok(cores, ms * MS)),
            [true, false, true, false]
        );
    }

    #[test]
    fn a_start_is_granted_and_so_is_a_last_round() {
        let mut report = Report {
            spec: SCENARIO.defaults(),
            machine: Machine { cores: 4, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 },
            cells: vec![Cell {
                model: Model::Sequential,
                variant: String::new(),
                runs: vec![Run {
                    repeat: 0,
                    end: RunEnd::Finished(Outcome::new("1")),
                    elapsed: 100 * MS,
                    trace: Trace::default(),
                }],
            }],
            recorded: None,
        };
        assert_eq!(near_the_cores(&report, Model::FreeThreads, 25 * MS), 2.0);
        assert_eq!(near_the_cores(&report, Model::Processes, 0), 2.0);
        assert_eq!(near_the_cores(&report, Model::Processes, 25 * MS), LEAST, "half of twice as fast would be less");
        report.spec.values.set(PARAMS, "jobs", "5").unwrap();
        assert_eq!(near_the_cores(&report, Model::FreeThreads, 0), LEAST, "two rounds for five: 1.25");
        report.spec.values.set(PARAMS, "jobs", "11").unwrap();
        assert_eq!(near_the_cores(&report, Model::FreeThreads, 0), 1.8, "half of 3.67");
    }
}
