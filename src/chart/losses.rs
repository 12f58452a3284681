//! The race meter: how many updates each run was to make, and how many of them were lost.

use crate::model::units::grouped;
use crate::model::{Model, Outcome, Report, Run};

/// What one run made of its updates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Updates {
    /// Which repeat, from 0.
    pub repeat: u32,
    /// How many there were to be.
    pub expected: u64,
    /// How many are missing in the end; at most all of them.
    pub lost: u64,
}

impl Updates {
    /// An outcome says so by the figures `expected` and `lost`.
    fn of(run: &Run, outcome: &Outcome) -> Option<Self> {
        let figure = |name| outcome.figure(name).map(|figure| figure.max(0.0) as u64);
        let (expected, lost) = (figure("expected")?, figure("lost")?);
        Some(Self { repeat: run.repeat, expected, lost: lost.min(expected) })
    }

    /// How many arrived.
    pub fn got(&self) -> u64 {
        self.expected - self.lost
    }
}

/// The runs of one model and variant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Losses {
    /// Model.
    pub model: Model,
    /// Variant.
    pub variant: String,
    /// What the runs that ended well made, in their order.
    pub runs: Vec<Updates>,
}

/// The meter of a report: every model and variant in its order, also those that have not run yet; nothing when no run says
/// how many updates it was to make.
pub fn losses(report: &Report) -> Vec<Losses> {
    let all: Vec<Losses> = report
        .cells
        .iter()
        .map(|cell| Losses {
            model: cell.model,
            variant: cell.variant.clone(),
            runs: cell.finished().filter_map(|(run, outcome)| Updates::of(run, outcome)).collect(),
        })
        .collect();
    if all.iter().all(|cell| cell.runs.is_empty()) { Vec::new() } else { all }
}

impl Losses {
    /// The runs in a few words; empty when there are none.
    pub fn words(&self) -> String {
        let lost = || self.runs.iter().map(|run| run.lost);
        let (Some(least), Some(most), Some(last)) = (lost().min(), lost().max(), self.runs.last()) else {
            return String::new();
        };
        let (n, some) = (self.runs.len(), lost().filter(|lost| *lost > 0).count());
        let runs = if n == 1 { "1 run".to_owned() } else { format!("{n} runs") };
        let of = grouped(last.expected);
        match (most, n) {
            (0, _) => format!("none of {of} lost in {runs}"),
            (_, 1) => format!("{} of {of} lost, got {}", grouped(most), grouped(last.got())),
            _ if least == most => format!("{} of {of} lost in each of {runs}", grouped(most)),
            _ => format!("{} to {} of {of} lost, in {some} of {runs}", grouped(least), grouped(most)),
        }
    }

    /// Run by run.
    pub fn each(&self) -> String {
        let lost: Vec<String> = self.runs.iter().map(|run| grouped(run.lost)).collect();
        format!("Lost run by run: {}", lost.join("; "))
    }
}
