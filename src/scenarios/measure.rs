//! What scenarios about computing read from traces and repeats: overlap, costs, speed-ups and whether results agree.

pub mod waits;
pub mod words;

use crate::model::stats::{Speedup, speedup, summary};
use crate::model::units::{self, times};
use crate::model::{Claim, Machine, Model, Nanos, Report, State, Trace};

/// Time during which two lanes or more computed at once.
pub fn overlap(trace: &Trace) -> Nanos {
    let mut edges: Vec<(Nanos, i32)> = Vec::new();
    for span in trace.spans().iter().filter(|s| s.state == State::Running) {
        edges.push((span.start, 1));
        edges.push((span.end, -1));
    }
    edges.sort_unstable();
    let (mut running, mut since, mut both) = (0, 0, 0);
    for (at, step) in edges {
        if running >= 2 {
            both += at - since;
        }
        running += step;
        since = at;
    }
    both
}

/// The longest any one lane spent in `state`.
pub fn longest(trace: &Trace, state: State) -> Nanos {
    let spans = trace.spans();
    let lane = |id: u32| spans.iter().filter(|s| s.lane == id && s.state == state).map(|s| s.end - s.start).sum();
    trace.lanes.iter().map(|l| lane(l.id)).max().unwrap_or(0)
}

/// The speed-up of `model` over sequence in the scenario's only or given variant, if there are pairs enough to speak of one.
pub fn gain(report: &Report, model: Model, variant: &str) -> Option<Speedup> {
    speedup(report, (Model::Sequential, variant), (model, variant)).filter(|s| s.pairs >= Speedup::ENOUGH)
}

/// A speed-up as claims state it: `1.94× (1.90 to 1.97, 5 pairs)`.
pub fn spread(s: &Speedup) -> String {
    format!("{} ({:.2} to {:.2}, {} pairs)", times(s.median), s.min, s.max, s.pairs)
}

/// What stands between results of one run that should be one.
pub const DIFFER: &str = " and ";

/// The claim that every run that ended gave the same result (`known`, where it is known beforehand). None where a single run
/// could only be compared with itself.
pub fn same_result(report: &Report, what: &str, known: Option<&str>) -> Option<Claim> {
    let values: Vec<&str> =
        report.cells.iter().flat_map(|c| c.finished()).map(|(_, outcome)| outcome.value.as_str()).collect();
    let first = *values.first()?;
    if known.is_none() && values.len() < 2 {
        return None;
    }
    let expected = known.unwrap_or(first);
    // Jobs that differ are wrong in every run, even if all runs differ alike.
    let agrees = |value: &&&str| **value == expected && (known.is_some() || !value.contains(DIFFER));
    let right = values.iter().filter(agrees).count();
    let text = match known {
        Some(known) => format!("{what}: **{known}** in every run of every model"),
        None => format!("{what}: the same in every run of every model"),
    };
    let measured = if right == values.len() {
        format!("{expected} in {right} of {right} runs")
    } else {
        let other = values.iter().find(|value| !agrees(value)).unwrap_or(&expected);
        format!("{right} of {} runs; also seen: {other}", values.len())
    };
    Some(Claim::new(text, right == values.len(), measured))
}

/// The claim that under the GIL no two threads computed at the same moment.
pub fn gil_excludes(report: &Report, variant: &str) -> Option<Claim> {
    let cell = report.cell(Model::Threads, variant)?;
    let (most, elapsed) = cell.finished().map(|(run, _)| (overlap(&run.trace), run.elapsed)).max()?;
    // The workers' clocks agree to a few microseconds, so a hand-over may look like a tiny overlap.
    let ok = most * 100 <= elapsed;
    let measured = format!("{} of {}", micros(most), units::time(elapsed));
    Some(Claim::new("Under the GIL **no two threads compute at the same moment**", ok, measured))
}

/// The claim that threads under the GIL take as long as the same work in sequence.
pub fn gil_gains_nothing(report: &Report, variant: &str) -> Option<Claim> {
    let gain = gain(report, Model::Threads, variant)?;
    let ok = (0.8..=1.25).contains(&gain.median);
    Some(
        Claim::new("Threads under the GIL are **about as fast as one thread** (0.80× to 1.25×)", ok, spread(&gain))
            .by_the_clock(),
    )
}

/// The gain over one thread that is claimed of whatever can compute on two cores or more.
pub const LEAST: f64 = 1.3;

/// The claim that `model` is really faster on this machine; none where it cannot be (one core, one worker, one job).
pub fn gains(report: &Report, model: Model, variant: &str, jobs: u64) -> Option<Claim> {
    gains_at_least(report, model, variant, jobs, LEAST)
}

/// As [`gains`], and `least` times as fast.
pub fn gains_at_least(report: &Report, model: Model, variant: &str, jobs: u64, least: f64) -> Option<Claim> {
    let most = parallel(report, jobs);
    if most < 2 {
        return None;
    }
    let gain = gain(report, model, variant)?;
    let start = if matches!(model, Model::Processes | Model::Hybrid) { ", start included" } else { "" };
    let text =
        format!("On {most} cores, {} are **at least {least:.1} times** as fast as one thread{start}", name(model));
    Some(Claim::new(text, gain.median >= least, spread(&gain)).by_the_clock())
}

/// How many jobs can be computed at once: limited by cores, workers and jobs.
pub fn parallel(report: &Report, jobs: u64) -> u64 {
    u64::from(report.machine.cores).min(report.spec.values.count("workers").max(1)).min(jobs.max(1))
}

/// A model's name inside a sentence.
pub fn name(model: Model) -> &'static str {
    match model {
        Model::Sequential => "one thread",
        Model::Asyncio => "tasks on one loop",
        Model::Threads => "threads under the GIL",
        Model::FreeThreads => "free threads",
        Model::Processes => "processes",
        Model::Hybrid => "an event loop with processes",
    }
}

/// A time that may be zero, in microseconds while it is small.
pub fn micros(t: Nanos) -> String {
    if t == 0 { "0 µs".to_owned() } else { units::time(t) }
}

/// The best time theory allows: the time in sequence, divided by what can run at once where the model can; `gil` says
/// whether the work keeps the GIL.
pub fn best_possible(report: &Report, model: Model, variant: &str, jobs: u64, gil: bool) -> Option<super::Bound> {
    let sequential = summary(report, Model::Sequential, variant)?;
    let ways = match model {
        Model::Sequential => return None,
        Model::Asyncio => 1,
        Model::Threads if gil => 1,
        Model::Threads | Model::FreeThreads | Model::Processes | Model::Hybrid => parallel(report, jobs),
    };
    let time = (sequential.median * 1e6 / ways as f64) as Nanos;
    let label = if ways > 1 { format!("best possible on {}", cores(ways)) } else { "no gain possible".to_owned() };
    Some(super::Bound { label, time })
}

fn cores(n: u64) -> String {
    if n == 1 { "1 core".to_owned() } else { format!("{n} cores") }
}

/// What a measured gain over one thread says about how a model went with so many jobs, in a sentence; none before there are repeats
/// enough.
pub fn verdict(report: &Report, model: Model, variant: &str, jobs: u64) -> String {
    match gain(report, model, variant) {
        None => "Three repeats or more tell how much faster that makes the whole.".to_owned(),
        Some(g) if g.median >= 1.1 => format!("That made the whole **{}** as fast as one thread.", times(g.median)),
        Some(g) if parallel(report, jobs) < 2 => {
            format!("{}, so the whole was not faster: **{}** against one thread.", alone(report), times(g.median))
        }
        Some(g) => format!(
            "Still the whole was not faster this time: **{}** against one thread. The job may be too short, or the machine busy.",
            times(g.median)
        ),
    }
}

/// Why nothing is shared out where less than two can compute at a time: for want of cores or workers, or of jobs.
pub fn alone(report: &Report) -> &'static str {
    if parallel(report, u64::MAX) < 2 {
        "Only one of them can compute at a time here"
    } else {
        "All the work, or nearly all, is one job, which cannot be shared out"
    }
}

/// A remark on the machine, where it limits what can be seen.
pub fn machine_limits(machine: &Machine) -> Option<String> {
    (machine.cores == 1).then(|| {
        "This machine admits to **one** core, so nothing can run beside anything else, whatever the model.".to_owned()
    })
}

#[cfg(test)]
mod tests;
