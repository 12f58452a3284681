//! Records are fetched, computed and stored: three phases that limit each other in three ways.

use std::rc::Rc;

use crate::aio::outside::{DatabaseOp, Place, Step};
use crate::aio::{Cx, Exception, Operation, Semaphore};
use crate::kernels::Squares;
use crate::model::params::{SPEED, WORKERS, count, wait};
use crate::model::stats::summary;
use crate::model::time::millis;
use crate::model::units::{grouped, time, time_ms};
use crate::model::{
    Cell, Claim, Lane, LaneKind, MS, Model, Nanos, Outcome, Param, Plan, Report, Run, SECOND, State, Trace,
};
use crate::scenarios::measure::longest;
use crate::scenarios::waiting::figures::{instead, with_place};
use crate::scenarios::waiting::lateness::{STEP, real, speed_note};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, beside, engine_only};

/// Fetch, compute, store.
pub static SCENARIO: Scenario = Scenario {
    id: "pipeline",
    title: "Fetch, compute, store",
    chapter: Chapter::Together,
    question: beside(
        "Each record is fetched, computed and stored in a database. Which of the three decides how long it all takes?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "1,000 records", link: "records=1000&numbers=1000000&at-once=100&speed=10" },
        Preset { name: "much to compute", link: "records=40&fetch=10&numbers=20000000&at-once=40" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Sequential, Model::Hybrid],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Sequential, Model::Hybrid],
    repeats: 1,
    kernel: engine_only(Squares::kernel),
    tasks: |plan| if plan.model == Model::Hybrid { 1 + plan.values.count("records") as usize } else { 1 },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("records", "Records", (1, 1_000), 10, "", "How many go through."),
    wait("fetch", "Fetch", (0, 2_000), 300, "How long each takes to arrive."),
    count(
        "numbers",
        "Numbers",
        (1, 20_000_000),
        2_000_000,
        "",
        "A record's value: the squares of about so many numbers, added.",
    ),
    count("at-once", "Fetched at once", (1, 100), 5, "", "The most that are on their way."),
    WORKERS,
    SPEED,
];

/// Names of the figures: the time records spent in each phase, ms, all records together.
const PHASES: [&str; 3] = ["fetching", "computing", "storing"];
const RIGHT: &str = "right";
const STORED: &str = "stored";

/// What is summed for a record: each has a sum of its own.
fn numbers(plan: &Plan, record: u32) -> u32 {
    plan.values.count("numbers") as u32 + record
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let place: Place = cx.ask(Operation::Database(DatabaseOp::Create)).await?;
        let done = all(&cx, &plan).await;
        // finally: whatever happened, nothing is left in the reader's browser.
        let deleted = cx.ask::<()>(Operation::Database(DatabaseOp::Delete)).await;
        let outcome = done?;
        deleted?;
        Ok(with_place(outcome, place))
    })
}

async fn all(cx: &Cx, plan: &Rc<Plan>) -> Result<Outcome, Exception> {
    let records = plan.values.count("records") as u32;
    let connection = cx.ask(Operation::Database(DatabaseOp::Connect)).await?;
    let gate = Semaphore::new(cx, "on their way", plan.values.count("at-once"));
    let record = |number| one(cx.clone(), plan.clone(), gate.clone(), connection, number);
    let times = if plan.model == Model::Hybrid {
        cx.gather((1..=records).map(record)).await?
    } else {
        let mut times = Vec::new();
        for number in 1..=records {
            times.push(record(number).await?);
        }
        times
    };
    let steps = vec![Step::Range(1, records)];
    let rows: Vec<Vec<String>> = cx.ask(Operation::Database(DatabaseOp::Transact { connection, steps })).await?;
    let rows = rows.first().map(Vec::as_slice).unwrap_or_default();
    let right = (1..=records).zip(rows).filter(|(n, row)| **row == Squares::formula(numbers(plan, *n)).to_string());
    let mut outcome = Outcome::new(format!("{} records stored", grouped(rows.len() as u64)))
        .with(STORED, rows.len() as f64)
        .with(RIGHT, right.count() as f64);
    for (phase, name) in PHASES.iter().enumerate() {
        outcome = outcome.with(name, times.iter().map(|times| millis(times[phase])).sum());
    }
    Ok(outcome)
}

/// Takes one record through; how long each phase took it.
async fn one(cx: Cx, plan: Rc<Plan>, gate: Semaphore, connection: u32, number: u32) -> Result<[Nanos; 3], Exception> {
    // Waiting for one's turn is part of a phase, as it is for the processes and the database.
    let begun = cx.now();
    {
        let _on_its_way = gate.acquire().await?;
        cx.sleep(plan.values.wait("fetch")).await?;
    }
    let fetched = cx.now();
    let sum = Squares::sum(&cx.run_in_executor(Squares::payload(numbers(&plan, number))).await?)?;
    let computed = cx.now();
    let steps = vec![Step::Insert(number, sum.to_string())]; // fails if it is there already
    cx.ask::<Vec<Vec<String>>>(Operation::Database(DatabaseOp::Transact { connection, steps })).await?;
    Ok([fetched - begun, computed - fetched, cx.now() - computed])
}

/// How many fetches of a model follow each other.
fn rounds(report: &Report, model: Model) -> u64 {
    let values = &report.spec.values;
    let at_once = if model == Model::Hybrid { values.count("at-once") } else { 1 };
    values.count("records").div_ceil(at_once.max(1))
}

/// How long all fetches of a model take, in the simulated world.
fn fetches(report: &Report, model: Model) -> Nanos {
    rounds(report, model) * report.spec.values.wait("fetch")
}

/// How long each phase takes for all records if nothing but itself holds it up: as many fetches at once as may be, sums on as many
/// cores as there are processes for, and what is stored one after another, if that was measured.
fn alone(report: &Report, run: &Run) -> Vec<(Nanos, &'static str)> {
    let values = &report.spec.values;
    let process = |lane: &&Lane| lane.kind == LaneKind::Process;
    let lanes = run.trace.lanes.iter().filter(process).cloned().collect();
    let computing = Trace { lanes, ..run.trace.clone() }.total(State::Running);
    let ways = values.count("workers").min(report.machine.cores.into()).min(values.count("records")).max(1);
    let mut all = vec![(real(report, fetches(report, Model::Hybrid)), PHASES[0]), (computing / ways, PHASES[1])];
    let stored = report.cell(Model::Sequential, "").and_then(Cell::last).and_then(|(_, o)| o.figure(PHASES[2]));
    all.extend(stored.map(|ms| ((ms * MS as f64) as Nanos, PHASES[2])));
    all
}

fn claims(report: &Report) -> Vec<Claim> {
    let records = report.spec.values.count("records");
    let mut claims = Vec::new();
    let runs: Vec<_> = report.cells.iter().flat_map(|c| c.finished()).collect();
    if let Some((_, last)) = runs.last() {
        let figure = |o: &Outcome, name| o.figure(name).map_or(0, |f| f as u64);
        let ok = runs.iter().all(|(_, o)| figure(o, STORED) == records && figure(o, RIGHT) == records);
        let measured = format!("{} stored, {} right", figure(last, STORED), figure(last, RIGHT));
        claims.push(Claim::new(
            format!("All **{records}** records are stored once, each with its own sum"),
            ok,
            measured,
        ));
    }
    for model in [Model::Sequential, Model::Hybrid] {
        let Some(seen) = summary(report, model, "") else { continue };
        let least = real(report, fetches(report, model));
        if least == 0 {
            continue;
        }
        let who = if model == Model::Hybrid { "Together" } else { "One after another" };
        // A loop's timer may be a step of the clock early, each time.
        let early = STEP + rounds(report, model) * report.machine.clock_step.min(MS);
        let ok = millis(least) <= seen.min + millis(early);
        let text = format!("{who}: not done before its fetches are, {} at the earliest", time(least));
        claims.push(Claim::new(text, ok, time_ms(seen.median)));
    }
    let spared = fetches(report, Model::Sequential).saturating_sub(fetches(report, Model::Hybrid));
    if let (Some(one), Some(all)) = (summary(report, Model::Sequential, ""), summary(report, Model::Hybrid, ""))
        && real(report, spared) >= 2 * SECOND
    {
        let measured = format!("{} against {}", time_ms(all.median), time_ms(one.median));
        let text = "Overlapping the phases is **faster than one record after another**";
        claims.push(Claim::new(text, all.median < one.median, measured).by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let records = report.spec.values.count("records").max(1);
    let mut out = Vec::new();
    for model in [Model::Sequential, Model::Hybrid] {
        let Some((run, outcome)) = report.cell(model, "").and_then(|c| c.last()) else { continue };
        let times = PHASES.map(|name| (outcome.figure(name).unwrap_or(0.0) / records as f64, name));
        let parts = times.map(|(ms, name)| format!("**{}** {name}", time_ms(ms))).join(", ");
        let mut text = if model == Model::Sequential {
            let limit = times.iter().max_by(|a, b| a.0.total_cmp(&b.0)).map_or("nothing", |(_, name)| name);
            format!(
                "One after another took **{}**. A record spent {parts}. Most of its time went into **{limit}**: begin there if it \
                 should be faster.",
                time(run.elapsed)
            )
        } else {
            let alone = alone(report, run);
            let needs: Vec<String> = alone.iter().map(|(t, name)| format!("{name} **{}**", time(*t))).collect();
            let limit = alone.iter().max_by_key(|(t, _)| *t).map_or("nothing", |(_, name)| name);
            format!(
                "With the phases overlapping it took **{}**. A record spent {parts}, waits for its turn in each included. For all \
                 records and with nothing else to wait for, {}: **{limit}** limits the whole, so begin there if it should be faster.",
                time(run.elapsed),
                needs.join(", "),
            )
        };
        let start = longest(&run.trace, State::Starting);
        if start > 0 {
            text += &format!(" The slowest process took **{}** to start, once.", time(start));
        }
        out.push(text);
    }
    out.extend(instead(report).map(|why| format!("The records were kept in memory, because the browser said: {why}")));
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, model: Model, _variant: &str) -> Option<Bound> {
    Some(Bound { label: "the fetches alone".to_owned(), time: real(report, fetches(report, model)) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{Record, RunEnd, What};
    use crate::scenarios::waiting::testing::{holds, holds_everywhere};

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn fetches_that_take_no_time_bear_no_claim() {
        let of_fetches = |report: &Report| {
            claims(report)
                .into_iter()
                .filter(|claim| claim.text.contains("its fetches"))
                .map(|claim| claim.ok)
                .collect::<Vec<bool>>()
        };
        let mut report = holds(&SCENARIO, "numbers=1000");
        assert_eq!(of_fetches(&report), vec![true; 2]);
        report.cells[1].runs[0].elapsed = 590 * MS;
        assert_eq!(of_fetches(&report), vec![true, false], "two rounds of 300 ms");
        assert_eq!(of_fetches(&holds(&SCENARIO, "numbers=1000&fetch=0")), Vec::<bool>::new());
    }

    #[test]
    fn what_limits_is_the_phase_that_alone_takes_longest() {
        // Forty records, 4 ms each to fetch: one at a time, or all at once; computed for so long in one process.
        let limit = |at_once: &str, computed: Nanos, stored: f64| {
            let mut report = holds(&SCENARIO, &format!("records=40&numbers=1000&fetch=4&workers=1&at-once={at_once}"));
            for cell in &mut report.cells {
                let run = &mut cell.runs[0];
                run.trace.lanes.push(Lane { id: 99, kind: LaneKind::Process, name: "SpawnProcess-1".to_owned() });
                let record = |at, state| Record { at, lane: 99, what: What::Enter(state), arg: 0 };
                run.trace.extend([record(0, State::Running), record(computed, State::Done)]);
                if let RunEnd::Finished(outcome) = &mut run.end {
                    outcome.figures.iter_mut().filter(|(name, _)| name == "storing").for_each(|(_, ms)| *ms = stored);
                }
            }
            let words = explain(&report);
            let told = words.iter().find(|text| text.starts_with("With the phases")).unwrap();
            told.split("** limits").next().unwrap().rsplit('*').next().unwrap().to_owned()
        };
        assert_eq!(limit("1", 150 * MS, 30.0), "fetching", "160 ms");
        assert_eq!(limit("1", 200 * MS, 30.0), "computing", "although all queue for their fetches first");
        assert_eq!(limit("40", 50 * MS, 30.0), "computing");
        assert_eq!(limit("40", 50 * MS, 60.0), "storing");
    }

    #[test]
    fn ten_records_in_two_rounds() {
        let report = holds(&SCENARIO, "numbers=1000");
        let (run, outcome) = report.cell(Model::Hybrid, "").unwrap().last().unwrap();
        assert_eq!(outcome.value, "10 records stored");
        assert!((600 * MS..700 * MS).contains(&run.elapsed), "{}", run.elapsed);
        assert_eq!(outcome.figure("fetching"), Some(4_500.0), "five of them wait for the others first");
        assert_eq!(outcome.figure("computing"), Some(50.0), "a job takes 5 ms of virtual time");
        let (run, _) = report.cell(Model::Sequential, "").unwrap().last().unwrap();
        assert!(run.elapsed >= 3_050 * MS);
    }
}
