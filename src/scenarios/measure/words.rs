//! What is said and claimed of work that never waits, under every model: for lessons whose jobs keep the GIL.

use super::{
    LEAST, gains_at_least, gil_excludes, gil_gains_nothing, longest, machine_limits, micros, overlap, parallel, verdict,
};
use crate::model::stats::summary;
use crate::model::time::millis;
use crate::model::units::{bytes, time, time_ms};
use crate::model::{Claim, Mark, Model, Nanos, Report, Run, State, Trace};

/// Work in sequence below which nothing is claimed of speed, ms: it is over before the last thread has begun.
const ENOUGH: f64 = 20.0;
/// Work in sequence that is over before any process can be there, ms.
const AT_ONCE: f64 = 5.0;
/// How many starts of a process the work must be worth before processes are claimed to gain.
const REPAID: f64 = 10.0;

fn last(report: &Report, model: Model, variant: &str) -> Option<Run> {
    Some(report.cell(model, variant)?.last()?.0.clone())
}

/// The claims about speed that hold for work which keeps the GIL; none where the work is too short to speak of it.
pub fn speeds(report: &Report, variant: &str, jobs: u64) -> Vec<Claim> {
    speeds_at_least(report, variant, jobs, |_, _| LEAST)
}

/// As [`speeds`]; `least` says which gain to demand of a model, with the longest start of a process.
pub fn speeds_at_least(report: &Report, variant: &str, jobs: u64, least: impl Fn(Model, Nanos) -> f64) -> Vec<Claim> {
    let mut claims: Vec<Claim> = gil_excludes(report, variant).into_iter().collect();
    let sequential = summary(report, Model::Sequential, variant).map_or(0.0, |s| s.median);
    if sequential >= ENOUGH {
        claims.extend(gil_gains_nothing(report, variant));
        claims.extend(gains_at_least(report, Model::FreeThreads, variant, jobs, least(Model::FreeThreads, 0)));
    }
    let start = |run: &Run| longest(&run.trace, State::Starting);
    let cell = report.cell(Model::Processes, variant);
    let slowest = cell.and_then(|cell| cell.finished().map(|(run, _)| start(run)).max());
    if slowest.is_some_and(|slowest| sequential >= millis(slowest) * REPAID) {
        let start = slowest.unwrap_or_default();
        claims.extend(gains_at_least(report, Model::Processes, variant, jobs, least(Model::Processes, start)));
    }
    if let Some(slowest) = slowest.filter(|slowest| *slowest > 0 && sequential > 0.0 && sequential <= AT_ONCE) {
        let text = "To start a process takes **longer than all the work** in one thread";
        let measured = format!("{} against {}", time(slowest), time_ms(sequential));
        claims.push(Claim::new(text, millis(slowest) > sequential, measured).by_the_clock());
    }
    claims
}

/// How every model went, a paragraph each; `work` names what one thread did ("all 8 jobs"), of which `jobs` can be shared out.
pub fn models(report: &Report, variant: &str, work: &str, jobs: u64) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(s) = summary(report, Model::Sequential, variant) {
        out.push(format!("One thread needs **{}** for {work}.", time_ms(s.median)));
    }
    if let Some(run) = last(report, Model::Threads, variant) {
        out.push(format!(
            "Under the GIL one thread computes and the others wait. In the last run two threads computed at once for **{}** \
             of {}, and they spent **{}** in all waiting for the GIL. This work lets go of it only when asked, so threads gain nothing here.",
            micros(overlap(&run.trace)),
            time(run.elapsed),
            time(run.trace.total(State::Gil)),
        ));
    }
    if let Some(run) = last(report, Model::FreeThreads, variant) {
        out.push(format!(
            "Without the GIL two threads or more computed at once for **{}** of {}. They share one memory, so there is \
             little to start. {}",
            micros(overlap(&run.trace)),
            time(run.elapsed),
            verdict(report, Model::FreeThreads, variant, jobs),
        ));
    }
    if let Some(s) = summary(report, Model::Asyncio, variant) {
        out.push(format!(
            "Tasks on one event loop took **{}**: one thread does all the work, and nothing waits that could overlap.",
            time_ms(s.median)
        ));
    }
    out.extend(processes(report, variant, jobs));
    out.extend(machine_limits(&report.machine));
    out
}

/// What processes cost before and around their work, and whether the work, in so many jobs, was long enough to repay it.
pub fn processes(report: &Report, variant: &str, jobs: u64) -> Option<String> {
    let run = last(report, Model::Processes, variant)?;
    let start = longest(&run.trace, State::Starting);
    let mut text = format!(
        "Each process first has to start: the slowest took **{}**. Turning jobs and results into bytes took **{}** in all{}. No \
         process computed for longer than **{}**.",
        time(start),
        micros(run.trace.total(State::Pickling)),
        under_way(&run.trace)
            .map(|way| format!(", and they were under way for **{}**", micros(way)))
            .unwrap_or_default(),
        micros(longest(&run.trace, State::Running)),
    );
    let whole = summary(report, Model::Processes, variant)?.median;
    if let Some(sequential) = summary(report, Model::Sequential, variant).map(|s| s.median) {
        let share = 100.0 * millis(start) / sequential.max(1e-6);
        let (all, alone) = (time_ms(whole), time_ms(sequential));
        // Two processes share the work at best: a start that takes less than the half it spares would have been repaid.
        text += &if whole <= sequential {
            format!(" This job is long enough to repay that: **{all}** instead of {alone}.")
        } else if parallel(report, jobs) < 2 {
            let why = super::alone(report);
            format!(" {why}, so all of that is added to what one thread needs: **{all}** instead of {alone}.")
        } else if share < 50.0 {
            format!(
                " Together they took **{all}**, one thread needs {alone} for everything. The start, **{share:.0} %** of that, does \
                 not explain it: jobs and results take their time too, and every process needs a core that is free."
            )
        } else {
            format!(
                " The start alone is **{share:.0} %** of the time one thread needs for everything ({alone}), so this job is too short \
                 for processes: **{all}**. Try a longer one."
            )
        };
    }
    Some(text)
}

/// How long messages were under way, in all; none where some never arrived. When all did, it does not matter for the sum which is
/// which.
pub fn under_way(trace: &Trace) -> Option<Nanos> {
    let at = |mark| trace.marks(mark).map(|r| r.at).fold((0, 0), |(n, sum), at| (n + 1, sum + at));
    let ((sent, left), (received, arrived)) = (at(Mark::Sent), at(Mark::Received));
    (sent == received && sent > 0).then(|| Nanos::saturating_sub(arrived, left))
}

/// What crossed between the main process and the others: messages and their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Crossed {
    /// Jobs that went out.
    pub out: u64,
    /// Results that came back.
    pub back: u64,
    /// Bytes that went out.
    pub bytes_out: u64,
    /// Bytes that came back.
    pub bytes_back: u64,
    /// The time it took to turn values into bytes and back, all lanes together.
    pub pickling: Nanos,
    /// The longest time a process took to start.
    pub start: Nanos,
}

/// What crossed in a run; the lane that hands out the jobs is the trace's first.
pub fn crossed(trace: &Trace) -> Option<Crossed> {
    let parent = trace.lanes.first()?.id;
    let of = |mark| trace.marks(mark).filter(|r| r.lane == parent).map(|r| u64::from(r.arg));
    Some(Crossed {
        out: of(Mark::Sent).count() as u64,
        back: of(Mark::Received).count() as u64,
        bytes_out: of(Mark::Sent).sum(),
        bytes_back: of(Mark::Received).sum(),
        pickling: trace.total(State::Pickling),
        start: longest(trace, State::Starting),
    })
}

/// The claim that every one of `jobs` jobs crossed to a process once, and its result came back once.
pub fn crosses_once(report: &Report, variant: &str, jobs: u64) -> Option<Claim> {
    let cell = report.cell(Model::Processes, variant)?;
    let all: Vec<Crossed> = cell.finished().filter_map(|(run, _)| crossed(&run.trace)).collect();
    let last = all.last()?;
    let text = format!("**{jobs}** jobs go out to processes, and as many results come back");
    let measured =
        format!("{} out ({}), {} back ({})", last.out, bytes(last.bytes_out), last.back, bytes(last.bytes_back));
    Some(Claim::new(text, all.iter().all(|c| (c.out, c.back) == (jobs, jobs)), measured))
}
