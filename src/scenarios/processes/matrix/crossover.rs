//! The size from which a split product is ready sooner than a whole one: products of growing size, timed from the trace.

use super::{CROSSOVER, blocks, digest};
use crate::kernels::Matrix;
use crate::model::stats::median;
use crate::model::time::millis;
use crate::model::units::{time, time_ms};
use crate::model::{Claim, Failure, Mark, Model, Nanos, Outcome, Plan, Record, Report, State, Trace, Values};
use crate::scenarios::measure::{longest, name};

/// The sizes tried besides the reader's: all when that is [`LARGE`], or else the smaller ones. Far enough apart: the last blocks of a
/// size are still computed when the next one begins.
const SIZES: [u32; 11] = [10, 20, 40, 60, 100, 150, 200, 300, 450, 700, 1_000];
/// From this size on a crossover is looked for, wherever it lies; processes have theirs above it, where starts and messages cost much.
const LARGE: u32 = 300;
/// A small product is made several times over, until all of them are about this many multiplications: 2 ms of one core.
const ENOUGH: u64 = 16_000_000;
/// The most often one is made. More would be drawn for longer than it is computed, on a core that the larger products then miss.
const OFTEN: u64 = 10;

/// A size, how often its product is made, and the number of its first job.
struct Step {
    size: u32,
    rounds: u64,
    first_job: u32,
    jobs: u32,
}

fn steps(values: &Values) -> Vec<Step> {
    let asked = values.count("size") as u32;
    let mut next = 0;
    let mut sizes: Vec<u32> = SIZES.into_iter().filter(|size| *size < asked || asked >= LARGE).chain([asked]).collect();
    sizes.sort_unstable();
    sizes.dedup();
    sizes
        .into_iter()
        .map(|size| {
            let rounds = (ENOUGH / u64::from(size).pow(3).max(1)).clamp(1, OFTEN);
            let jobs = rounds as u32 * blocks(size, values.count("workers")).len() as u32;
            let first_job = next;
            next += jobs;
            Step { size, rounds, first_job, jobs }
        })
        .collect()
}

pub(super) fn split(plan: &Plan) -> Vec<Vec<u8>> {
    let mut payloads = Vec::new();
    for Step { size, rounds, .. } in steps(&plan.values) {
        for _ in 0..rounds {
            let blocks = blocks(size, plan.values.count("workers"));
            payloads.extend(blocks.into_iter().map(|(first, end)| Matrix::payload(size, first, end)));
        }
    }
    payloads
}

/// The digest of the product of the size asked for; that of each size as a line. Products of one size must not differ.
pub(super) fn merge(plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::default();
    for Step { size, rounds, first_job, jobs } in steps(&plan.values) {
        let all = results.get(first_job as usize..(first_job + jobs) as usize).ok_or(Failure::Garbled)?;
        let mut digests: Vec<String> =
            all.chunks((u64::from(jobs) / rounds) as usize).map(digest).collect::<Result<_, _>>()?;
        digests.dedup();
        let digest = digests.join(" and ");
        outcome = outcome.line(format!("{size} × {size}: {digest}"));
        if u64::from(size) == plan.values.count("size") {
            outcome.value = digest;
        }
    }
    Ok(outcome)
}

/// By size: how long one product took, on average over its rounds, from the moment somebody began one to the end of the
/// last. Nobody waits between sizes, so one size may begin while another still goes on: each is measured by its own jobs.
fn times(trace: &Trace, values: &Values) -> Vec<(u32, Nanos)> {
    let mut times = Vec::new();
    for Step { size, rounds, first_job, jobs } in steps(values) {
        let of = |mark| {
            let own = move |r: &&Record| (first_job..first_job + jobs).contains(&r.arg);
            trace.marks(mark).filter(own).map(|r| r.at)
        };
        let (Some(first), Some(last)) = (of(Mark::Job).min(), of(Mark::Finished).max()) else { break };
        times.push((size, last.saturating_sub(first) / rounds));
    }
    times
}

/// By size: the median time of one product over the repeats, ms.
fn medians(report: &Report, model: Model) -> Vec<(u32, f64)> {
    let Some(cell) = report.cell(model, CROSSOVER) else { return Vec::new() };
    let all: Vec<_> = cell.finished().map(|(run, _)| times(&run.trace, &report.spec.values)).collect();
    let of = |size: u32| {
        let times: Vec<f64> = all.iter().flatten().filter(|(s, _)| *s == size).map(|(_, t)| millis(*t)).collect();
        Some((size, median(&times)?))
    };
    steps(&report.spec.values).iter().filter_map(|step| of(step.size)).collect()
}

/// Sizes with the times of one thread and of another model, ms.
fn pairs(report: &Report, model: Model) -> Vec<(u32, f64, f64)> {
    let (one, other) = (medians(report, Model::Sequential), medians(report, model));
    one.into_iter().zip(other).map(|((size, one), (_, other))| (size, one, other)).collect()
}

/// The least size from which the other model, which needs `before` first, is always the faster one.
fn from(pairs: &[(u32, f64, f64)], before: f64) -> Option<u32> {
    let slower = pairs.iter().rposition(|(_, one, other)| other + before >= *one);
    pairs.get(slower.map_or(0, |place| place + 1)).map(|(size, ..)| *size)
}

fn measured(pairs: &[(u32, f64, f64)]) -> String {
    let entry = |(size, one, other): &(u32, f64, f64)| format!("{size}: {} against {}", time_ms(*other), time_ms(*one));
    pairs.iter().map(entry).collect::<Vec<_>>().join("; ")
}

/// The claim that a crossover was found; only where it must lie within the sizes tried.
pub(super) fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    if report.machine.cores.min(values.count("workers") as u32) < 2 || values.count("size") < u64::from(LARGE) {
        return Vec::new();
    }
    let claim = |model| {
        let pairs = pairs(report, model);
        let found = from(&pairs, 0.0);
        (!pairs.is_empty()).then(|| {
            let text = match found {
                Some(size) => format!("From **{size} × {size}** on, {} are faster than one thread", name(model)),
                None => format!("There is a size from which {} are faster than one thread", name(model)),
            };
            Claim::new(text, found.is_some(), measured(&pairs)).by_the_clock()
        })
    };
    [Model::FreeThreads, Model::Processes].into_iter().filter_map(claim).collect()
}

pub(super) fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for model in [Model::FreeThreads, Model::Processes] {
        let (pairs, who) = (pairs(report, model), name(model));
        let Some((largest, one, other)) = pairs.last() else { continue };
        let mut text = match from(&pairs, 0.0) {
            Some(size) => {
                format!("Small products are sooner made than shared out. From **{size} × {size}** on, {who} won.")
            }
            None => format!("Up to {largest} × {largest}, {who} never won: sharing out cost more than it saved."),
        };
        text += &format!(" At {largest} it was **{}** against {} in one thread.", time_ms(*other), time_ms(*one));
        let start = report.cell(model, CROSSOVER).and_then(|c| c.last());
        let start = start.map_or(0, |(run, _)| longest(&run.trace, State::Starting));
        if model == Model::Processes {
            let whole = match from(&pairs, millis(start)) {
                Some(size) => format!("it repays that from **{size} × {size}** on"),
                None => "no size tried repays that".to_owned(),
            };
            text += &format!(" The start, **{}**, is not in it: for one product alone, {whole}.", time(start));
        }
        out.push(text);
    }
    out
}
