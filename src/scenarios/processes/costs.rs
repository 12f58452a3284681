//! What talking costs, read from a trace: starting, pickling, and the messages' way.

use crate::model::units::{grouped, time};
use crate::model::{Mark, Nanos, State, Trace};

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
}

impl Costs {
    /// The costs of a run.
    pub fn of(trace: &Trace) -> Self {
        let spans = trace.spans();
        let starts = spans.iter().filter(|s| s.state == State::Starting && s.lane != 0).map(|s| s.end - s.start);
        let at = |mark| trace.marks(mark).map(|r| r.at).fold((0, 0), |(n, sum), at| (n + 1, sum + at));
        let ((sent, left), (received, arrived)) = (at(Mark::Sent), at(Mark::Received));
        // When everything that was sent arrived, it does not matter for the sum which message is which.
        let transfer = (sent == received).then(|| arrived.saturating_sub(left));
        Self {
            started: starts.clone().count(),
            start: starts.max().unwrap_or(0),
            pickling: trace.total(State::Pickling),
            messages: received,
            transfer,
        }
    }

    /// In a sentence or two.
    pub fn words(&self) -> String {
        let start = match self.started {
            0 => return "No process was started.".to_owned(),
            1 => format!("The process took **{}** to start.", time(self.start)),
            n => format!("The slowest of {n} processes took **{}** to start.", time(self.start)),
        };
        let pickling = format!("Pickling and unpickling took **{}** in all.", time(self.pickling));
        match self.transfer {
            Some(way) if self.messages > 0 => format!(
                "{start} {pickling} {} messages were under way for **{}**: **{}** each.",
                grouped(self.messages as u64),
                time(way),
                time(way / self.messages as u64),
            ),
            _ => format!("{start} {pickling}"),
        }
    }
}
