//! The iterations of an event loop: what each waited for, and which callbacks it called, in order.

use super::holds::listed;
use crate::model::{Call, LaneIndex, LaneKind, Mark, Nanos, State, Trace, What, units};

/// One iteration (asyncio's `_run_once`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Iteration {
    /// Its number, from 1.
    pub number: usize,
    /// When it looked at its timers.
    pub at: Nanos,
    /// How long it waited before, for timers and for what is outside.
    pub waited: Nanos,
    /// Callbacks in its ready queue when it began to call them.
    pub callbacks: u32,
    /// The callbacks recorded, in order, with their own name or that of the task they concern; recording ends after the first 2,000.
    pub calls: Vec<(String, Call)>,
}

/// The iterations of a trace, in order.
pub fn iterations(trace: &Trace) -> Vec<Iteration> {
    let index = LaneIndex::of(trace);
    let mut all: Vec<Iteration> = Vec::new();
    let mut asleep = None;
    for record in &trace.records {
        let Some(lane) = index.get(record.lane).map(|i| &trace.lanes[i]) else { continue };
        match record.what {
            What::Enter(state) if lane.kind == LaneKind::Loop => {
                asleep = (state == State::Sleeping).then_some(record.at);
            }
            What::Instant(Mark::Turn) => {
                let waited = asleep.take().map_or(0, |since| record.at.saturating_sub(since));
                let (number, calls) = (all.len() + 1, Vec::new());
                all.push(Iteration { number, at: record.at, waited, callbacks: record.arg, calls });
            }
            What::Instant(Mark::Called) => {
                if let Some(iteration) = all.last_mut() {
                    let call = Call::from_code(record.arg);
                    let named = if let Call::Named(n) = call { trace.objects.get(n as usize) } else { None };
                    iteration.calls.push((named.unwrap_or(&lane.name).clone(), call));
                }
            }
            _ => {}
        }
    }
    all
}

/// Which iteration it is at a moment, and what it does. Several when the clock did not move between them.
pub fn iterations_at(trace: &Trace, at: Nanos) -> Option<String> {
    let all = iterations(trace);
    let after = all.partition_point(|iteration| iteration.at <= at);
    let last = all.get(after.checked_sub(1)?)?;
    let first = all.partition_point(|iteration| iteration.at < last.at);
    let now = all.get(first..after)?;
    let mut out = format!("{} of {}: {}.", now.first()?.number, all.len(), now.first()?.words());
    // Several at one moment: the clock did not move between them.
    for iteration in now.iter().skip(1) {
        out.push_str(&format!(" Then, at the same time, {}: {}.", iteration.number, iteration.words()));
    }
    Some(out)
}

impl Iteration {
    /// What it did, phase by phase.
    pub fn words(&self) -> String {
        let mut out = Vec::new();
        if self.waited > 0 {
            out.push(format!("waited {}", units::time(self.waited)));
        }
        for calls in self.calls.chunk_by(|a, b| verb(a.1) == verb(b.1)) {
            out.push(match calls[0].1 {
                Call::Other => format!("callbacks between tasks: {}", calls.len()),
                call => format!("{} {}", verb(call), listed(calls.iter().map(|(name, _)| name.clone()).collect())),
            });
        }
        let left = (self.callbacks as usize).saturating_sub(self.calls.len());
        if left > 0 {
            out.push(format!("not listed: {left}"));
        }
        out.join("; ")
    }
}

/// What a callback does with the task it concerns.
fn verb(call: Call) -> &'static str {
    match call {
        Call::First => "begins:",
        Call::Step => "goes on:",
        Call::Wakeup => "wakes:",
        Call::Timer => "timers due:",
        Call::Arrived => "results in:",
        Call::Limit => "time limits:",
        Call::Named(_) => "calls:",
        Call::Other => "",
    }
}
