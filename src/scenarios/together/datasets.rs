//! Data sets are fetched on the event loop; their statistics are computed by processes.

use crate::aio::{Cx, Exception};
use crate::kernels::{Statistics, Summed};
use crate::model::params::{SPEED, WORKERS, count, wait};
use crate::model::stats::summary;
use crate::model::time::millis;
use crate::model::units::{bytes, grouped, time, time_ms};
use crate::model::{Claim, LaneKind, Model, Nanos, Outcome, Param, Plan, Report, Run, SECOND, State, Trace};
use crate::scenarios::measure::{longest, micros};
use crate::scenarios::waiting::lateness::{STEP, real, slack, speed_note};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Program, Scenario, beside, engine_only};
use std::rc::Rc;

/// Fetch, then compute.
pub static SCENARIO: Scenario = Scenario {
    id: "datasets",
    title: "Fetch here, compute there",
    chapter: Chapter::Together,
    question: beside(
        "Four sets of numbers are fetched, and statistics computed of each. Which part is worth doing at once, and where?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Sequential, Model::Hybrid],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Sequential, Model::Hybrid],
    repeats: 1,
    kernel: engine_only(Statistics::kernel),
    tasks: |plan| if plan.model == Model::Hybrid { 1 + plan.values.count("sets") as usize } else { 1 },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("sets", "Data sets", (1, 16), 4, "", "How many are fetched and computed."),
    wait("fetch", "Fetch", (10, 10_000), 1_000, "How long each set takes to arrive."),
    count("values", "Values", (1, 200_000), 50_000, "", "Each set holds the whole numbers from 1 to this one."),
    WORKERS,
    SPEED,
];

/// A figure of the outcome: when the last set had arrived, in milliseconds of the run.
const FETCHED: &str = "fetched ms";

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let sets = plan.values.count("sets");
        let results = if plan.model == Model::Hybrid {
            cx.gather((0..sets).map(|_| one(cx.clone(), plan.clone()))).await?
        } else {
            let mut results = Vec::new();
            for _ in 0..sets {
                results.push(one(cx.clone(), plan.clone()).await?);
            }
            results
        };
        let fetched = results.iter().map(|(_, at)| *at).max().unwrap_or(0);
        let mut outcome = Outcome::default().with(FETCHED, millis(fetched));
        for (summed, _) in &results {
            let line = sentence(summed);
            if outcome.value.is_empty() {
                outcome.value.clone_from(&line);
            } else if outcome.value != line {
                outcome.value = "the sets differ".to_owned();
            }
            outcome = outcome.line(line);
        }
        Ok(outcome)
    })
}

/// Fetches a set and has its statistics computed elsewhere; also says when it had arrived.
async fn one(cx: Cx, plan: Rc<Plan>) -> Result<(Summed, Nanos), Exception> {
    cx.sleep(plan.values.wait("fetch")).await?;
    let arrived = cx.now();
    let values: Vec<u32> = (1..=plan.values.count("values") as u32).collect();
    let result = cx.run_in_executor(Statistics::payload(&values)).await?;
    Ok((Statistics::summed(&result)?, arrived))
}

fn sentence(summed: &Summed) -> String {
    format!("mean {:?}, deviation {:?}, {} primes", summed.mean(), summed.deviation(), grouped(summed.primes))
}

/// Mean and deviation of 1…n by formula, and its primes by the sieve of Eratosthenes: what no process has had a hand in.
fn known(n: u64) -> String {
    let (mean, deviation) = ((n + 1) as f64 / 2.0, ((n * n - 1) as f64 / 12.0).sqrt());
    let mut prime = vec![true; n as usize + 1];
    prime.iter_mut().take(2).for_each(|p| *p = false);
    for i in 2..=n.isqrt() as usize {
        if prime[i] {
            prime.iter_mut().skip(i * i).step_by(i).for_each(|p| *p = false);
        }
    }
    let primes = prime.iter().filter(|p| **p).count() as u64;
    format!("mean {mean:?}, deviation {deviation:?}, {} primes", grouped(primes))
}

/// Sets, and the fetch as it really passes.
fn asked(report: &Report) -> (u64, Nanos) {
    (report.spec.values.count("sets"), real(report, report.spec.values.wait("fetch")))
}

fn fetches(n: u64) -> &'static str {
    if n == 1 { "fetch" } else { "fetches" }
}

fn fetched(run: &Run) -> f64 {
    run.outcome().and_then(|o| o.figure(FETCHED)).unwrap_or(f64::MAX)
}

fn claims(report: &Report) -> Vec<Claim> {
    let (sets, fetch) = asked(report);
    let mut claims = Vec::new();
    let seen: Vec<&str> = report.cells.iter().flat_map(|c| c.finished()).map(|(_, o)| o.value.as_str()).collect();
    if let Some(first) = seen.first() {
        let right = known(report.spec.values.count("values"));
        let wrong = seen.iter().find(|v| **v != right);
        let text = format!("Every set, in every run: **{right}**");
        claims.push(Claim::new(text, wrong.is_none(), (*wrong.unwrap_or(first)).to_owned()));
    }
    // What the fetches take: in sequence the computing lies between them, so only the least is known.
    for (model, waits) in [(Model::Sequential, sets), (Model::Hybrid, 1)] {
        let Some(cell) = report.cell(model, "") else { continue };
        let arrived: Vec<f64> = cell.finished().map(|(run, _)| fetched(run)).collect();
        let Some(last) = arrived.last() else { continue };
        let least = millis(waits * fetch) - millis(STEP);
        let late = millis(slack(1));
        let (text, ok) = if model == Model::Hybrid {
            let text = format!(
                "On the loop the fetches overlap: all are there after **one**, {} (at most {} late)",
                time(fetch),
                time_ms(late)
            );
            (text, arrived.iter().all(|at| *at >= least) && *last <= millis(fetch) + late)
        } else {
            let text = format!(
                "In sequence the last set is there after **{sets}** {} at the earliest, {}",
                fetches(sets),
                time(sets * fetch)
            );
            (text, arrived.iter().all(|at| *at >= least))
        };
        claims.push(Claim::new(text, ok, time_ms(*last)).by_the_clock());
    }
    claims.extend(only_computing(report));
    claims.extend(saves(report));
    claims
}

/// What processes do beside computing: the slowest start, all computing, all pickling.
fn work(trace: &Trace) -> [Nanos; 3] {
    let spans = trace.spans();
    let processes: Vec<u32> = trace.lanes.iter().filter(|l| l.kind == LaneKind::Process).map(|l| l.id).collect();
    let computed = spans.iter().filter(|s| s.state == State::Running && processes.contains(&s.lane));
    let computed = computed.map(|s| s.end - s.start).sum();
    [longest(trace, State::Starting), computed, trace.total(State::Pickling)]
}

/// The claim that once the last set is there no more is left than what the processes do.
fn only_computing(report: &Report) -> Option<Claim> {
    let cell = report.cell(Model::Hybrid, "")?;
    let late = slack(asked(report).0);
    let left = |run: &Run| ((millis(run.elapsed) - fetched(run)).max(0.0), work(&run.trace));
    let all: Vec<_> = cell.finished().map(|(run, _)| left(run)).collect();
    let (took, [start, computed, pickling]) = all.last()?;
    let text = format!(
        "Once the last set is there, **only computing is left**: as long as starting, computing and pickling take (at most \
         {} late)",
        time(late)
    );
    let ok = all.iter().all(|(took, work)| *took <= millis(work.iter().sum::<Nanos>() + late));
    let measured = format!(
        "{} left; start {}, computing {}, pickling {}",
        time_ms(*took),
        micros(*start),
        micros(*computed),
        micros(*pickling)
    );
    Some(Claim::new(text, ok, measured).by_the_clock())
}

/// The claim that overlapping saves time; only where the waits outweigh the start of the processes for certain.
fn saves(report: &Report) -> Option<Claim> {
    let (sets, fetch) = asked(report);
    let spared = (sets - 1) * fetch;
    let (one, all) = (summary(report, Model::Sequential, "")?, summary(report, Model::Hybrid, "")?);
    (spared >= 2 * SECOND).then(|| {
        Claim::new(
            "Fetching on the loop and computing in processes is **faster than one set after another**",
            all.median < one.median,
            format!("{} against {}", time_ms(all.median), time_ms(one.median)),
        )
        .by_the_clock()
    })
}

fn explain(report: &Report) -> Vec<String> {
    let (sets, fetch) = asked(report);
    let last = |model| report.cell(model, "").and_then(|c| c.last()).map(|(run, _)| run);
    let mut out = Vec::new();
    if let Some(run) = last(Model::Sequential) {
        let waits = sets * fetch;
        out.push(format!(
            "One set after another took **{}**. **{}** of that went into {sets} {}, the rest, **{}**, into computing and handing \
             over. While one set was computed, the next was not even asked for.",
            time(run.elapsed),
            time(waits),
            fetches(sets),
            time(run.elapsed.saturating_sub(waits)),
        ));
    }
    if let Some(run) = last(Model::Hybrid) {
        let arrived = fetched(run);
        let after = millis(run.elapsed) - arrived;
        let mut text = format!(
            "On the loop all waits passed together, {sets} {}: the last set was there after **{}**. From then on only \
             computing was left, and that took **{}**. Together: **{}**.",
            fetches(sets),
            time_ms(arrived),
            time_ms(after),
            time(run.elapsed),
        );
        let (start, computed) = (longest(&run.trace, State::Starting), run.trace.total(State::Pickling));
        if start > 0 {
            text += &format!(" The slowest process took **{}** to start.", time(start));
        }
        if computed > 0 {
            text += &format!(" Turning values into bytes and back took **{}** in all.", time(computed));
        }
        out.push(text);
        let values: Vec<u32> = (1..=report.spec.values.count("values") as u32).collect();
        out.push(format!(
            "The loop stayed free while the processes computed. The price is that every set crosses over as bytes: **{}** each.",
            bytes(Statistics::payload(&values).len() as u64)
        ));
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, model: Model, _variant: &str) -> Option<Bound> {
    let (sets, fetch) = asked(report);
    let (label, waits) = if model == Model::Hybrid { ("one fetch", 1) } else { ("all fetches", sets) };
    Some(Bound { label: label.to_owned(), time: waits * fetch })
}

#[cfg(test)]
mod tests;
