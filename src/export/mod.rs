//! What ran, as files for other programs: pure writers of pictures, tables, traces and Python.

mod chrome_trace;
mod csv;
mod picture;
mod twin;

pub use chrome_trace::chrome_trace;
pub use csv::csv;
pub use picture::{Shown, picture};
pub use twin::twin;

use crate::model::{Cell, Report, Run};
use crate::scenarios::{find, judge};
use crate::share;

/// A run of a report, with its cell.
fn run_of(report: &Report, (cell, run): (usize, usize)) -> Option<(&Cell, &Run)> {
    let cell = report.cells.get(cell)?;
    Some((cell, cell.runs.get(run)?))
}

/// What a cell of a report is called: scenario, model and variant.
fn title(report: &Report, cell: &Cell) -> String {
    let scenario = find(&report.spec.scenario);
    let title = scenario.map_or(report.spec.scenario.as_str(), |s| s.title);
    let variant = scenario.and_then(|s| s.variants.iter().find(|v| v.id == cell.variant));
    let variant = variant.map(|v| format!(" · {}", v.label)).unwrap_or_default();
    format!("{title}: {}{variant}", cell.model.label())
}

/// The file of this kind (`svg`, `csv`, `trace` or `json`); `shown` is the part of the report that the reader sees. `None` when
/// nothing ran, or the kind is none of these.
pub fn file(kind: &str, report: &Report, shown: &Shown) -> Option<String> {
    if report.cells.iter().all(|cell| cell.runs.is_empty()) {
        return None;
    }
    match kind {
        "svg" => picture(report, shown),
        "csv" => Some(csv(report)),
        "trace" => chrome_trace(report, shown.at),
        "json" => Some(share::result(report, &judge(report).claims)),
        _ => None,
    }
}
