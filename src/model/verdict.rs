//! What a scenario makes of a report: its claims, its words, and the times theory gives.

use super::claim::Claim;
use super::report::Report;
use super::spec::Model;
use super::time::Nanos;
use serde::{Deserialize, Serialize};

/// Where theory says the time must end up; drawn as a mark beside the bars.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bound {
    /// What it is ("longest wait", "best possible on 2 cores").
    pub label: String,
    /// The time, in nanoseconds.
    pub time: Nanos,
}

/// What a scenario makes of a report.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verdict {
    /// The claims, judged.
    pub claims: Vec<Claim>,
    /// What was seen, one paragraph each.
    pub words: Vec<String>,
    /// By cell of the report, in its order: the time theory gives.
    pub bounds: Vec<Option<Bound>>,
}

impl Verdict {
    /// The bound of a cell, if there is one.
    pub fn bound(&self, report: &Report, model: Model, variant: &str) -> Option<&Bound> {
        let place = report.cells.iter().position(|c| c.model == model && c.variant == variant)?;
        self.bounds.get(place)?.as_ref()
    }
}
