//! What the lessons on the browser's own operations share: the time of the work itself, and what stood in.

use crate::aio::Cx;
use crate::aio::outside::Place;
use crate::model::stats::median;
use crate::model::time::millis;
use crate::model::{Model, Nanos, Outcome, Report};

const TOOK: &str = "took";
const INSTEAD: &str = "instead: ";

/// The outcome, with the time that the work took: since `begun` on the loop's clock, without what prepares and clears up.
pub fn with_time(outcome: Outcome, cx: &Cx, begun: Nanos) -> Outcome {
    outcome.with(TOOK, millis(cx.now().saturating_sub(begun)))
}

/// The outcome, with the reason why memory stood in, if it did.
pub fn with_place(outcome: Outcome, place: Place) -> Outcome {
    match place {
        Place::Real => outcome,
        Place::Memory(why) => with_reason(outcome, &why),
    }
}

/// The outcome, with the reason why something else stood in.
pub fn with_reason(outcome: Outcome, why: &str) -> Outcome {
    outcome.line(format!("{INSTEAD}{why}"))
}

/// The median time that the work of a variant took, ms, 0 where it was less than the clock's step; `None` when there is none.
pub fn took(report: &Report, variant: &str) -> Option<f64> {
    let cell = report.cell(Model::Asyncio, variant)?;
    let times: Vec<f64> = cell.finished().filter_map(|(_, outcome)| outcome.figure(TOOK)).collect();
    median(&times)
}

/// How many times faster the second time is than the first; `None` where the clock saw no time pass.
pub fn gain(one: Option<f64>, other: Option<f64>) -> Option<f64> {
    let (one, other) = (one?, other?);
    (one > 0.0 && other > 0.0).then(|| one / other)
}

/// Why something stood in for what was asked for, if it did.
pub fn instead(report: &Report) -> Option<&str> {
    let lines = report.cells.iter().filter_map(|cell| cell.last()).flat_map(|(_, outcome)| &outcome.lines);
    lines.filter_map(|line| line.strip_prefix(INSTEAD)).next()
}
