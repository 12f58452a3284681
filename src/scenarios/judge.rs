//! What the report's scenario makes of it.

use super::find;
use crate::model::{Bound, Cell, Report, Verdict};

/// The verdict on a report: bounds always, claims and words once something has ended well.
pub fn judge(report: &Report) -> Verdict {
    let Some(scenario) = find(&report.spec.scenario) else { return Verdict::default() };
    let bounds = bounds(report);
    if report.cells.iter().all(|cell| cell.last().is_none()) {
        return Verdict { bounds, ..Verdict::default() };
    }
    Verdict { claims: scenario.claims(report), words: scenario.explain(report), bounds }
}

/// Only the times theory gives: cheap enough to be asked for after every run.
pub fn bounds(report: &Report) -> Vec<Option<Bound>> {
    let scenario = find(&report.spec.scenario);
    let bound = |c: &Cell| scenario.and_then(|s| s.bound(report, c.model, &c.variant));
    report.cells.iter().map(bound).collect()
}
