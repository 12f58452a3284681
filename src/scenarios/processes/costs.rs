//! What talking costs, read from a trace: starting, pickling, and the messages' way.

use crate::model::units::{grouped, time};
use crate::model::{Mark, Nanos, Span, State, Trace};
use crate::scenarios::measure::words::under_way;

/// What a run of processes spent on being several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Costs {
    /// Processes that were started.
    pub started: usize,
    /// The longest start.
    pub start: Nanos,
    /// Time all of them spent turning values into bytes and back.
    pub pickling: Nanos,
    /// Messages that were sent and received.
    pub messages: usize,
    /// How long they were under way, in all; `None` when some never arrived.
    pub transfer: Option<Nanos>,
    /// How long the processes that were started computed, in all.
    pub computing: Nanos,
}

impl Costs {
    /// The costs of a run.
    pub fn of(trace: &Trace) -> Self {
        let spans = trace.spans();
        let starts = spans.iter().filter(|s| s.state == State::Starting && s.lane != 0).map(|s| s.end - s.start);
        let computes = |s: &&Span| s.state == State::Running && s.lane != 0;
        Self {
            started: starts.clone().count(),
            start: starts.max().unwrap_or(0),
            pickling: trace.total(State::Pickling),
            messages: trace.marks(Mark::Received).count(),
            transfer: under_way(trace),
            computing: spans.iter().filter(computes).map(|s| s.end - s.start).sum(),
        }
    }

    /// In a sentence or two.
    pub fn words(&self) -> String {
        let start = match self.started {
            0 => return "No process was started.".to_owned(),
            1 => format!("The process took **{}** to start.", time(self.start)),
            n => format!("The slowest of {n} processes took **{}** to start.", time(self.start)),
        };
        let work = format!(
            "In all, pickling and unpickling took **{}**, and computing in the other processes **{}**.",
            time(self.pickling),
            time(self.computing)
        );
        match self.transfer {
            Some(way) if self.messages > 0 => format!(
                "{start} {work} {} messages were under way for **{}**: **{}** each.",
                grouped(self.messages as u64),
                time(way),
                time(way / self.messages as u64),
            ),
            _ => format!("{start} {work}"),
        }
    }
}
