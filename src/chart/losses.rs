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
/// how many updates it was to make, unless it is `known` that they will.
pub fn losses(report: &Report, known: bool) -> Vec<Losses> {
    let all: Vec<Losses> = report
        .cells
        .iter()
        .map(|cell| Losses {
            model: cell.model,
            variant: cell.variant.clone(),
            runs: cell.finished().filter_map(|(run, outcome)| Updates::of(run, outcome)).collect(),
        })
        .collect();
    if !known && all.iter().all(|cell| cell.runs.is_empty()) { Vec::new() } else { all }
}

impl Losses {
    /// How many were lost, from the least to the most; empty when nothing ran.
    pub fn words(&self) -> String {
        let (mut least, mut most, mut of) = (u64::MAX, 0, 0);
        for run in &self.runs {
            (least, most, of) = (least.min(run.lost), most.max(run.lost), run.expected);
        }
        match self.runs.len() {
            0 => String::new(),
            _ if least == most => format!("{} of {} lost", grouped(most), grouped(of)),
            _ => format!("{} to {} of {} lost", grouped(least), grouped(most), grouped(of)),
        }
    }

    /// Run by run.
    pub fn each(&self) -> String {
        let mut out = String::new();
        for run in &self.runs {
            out.push_str(&format!("Run {}: got {}, lost {}. ", run.repeat + 1, grouped(run.got()), grouped(run.lost)));
        }
        out
    }
}
