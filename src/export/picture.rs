//! The timeline as the reader sees it, as an SVG file that needs nothing else.

use super::{run_of, title};
use crate::chart::{self, Colours, Look, Viewport};
use crate::model::{Nanos, Report, units};

/// What of a report is on screen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Shown {
    /// Cell and run.
    pub at: (usize, usize),
    /// First and last moment; nothing but 0 means the whole run.
    pub time: (Nanos, Nanos),
    /// The first lane, and the most lanes.
    pub lanes: (usize, usize),
    /// Width of the picture, CSS pixels.
    pub width: f64,
    /// Whether the page is dark.
    pub dark: bool,
}

/// The timeline of the run shown; `None` when there is none.
pub fn picture(report: &Report, shown: &Shown) -> Option<String> {
    let (cell, run) = run_of(report, shown.at)?;
    let (from, to) = if shown.time == (0, 0) { (0, run.trace.end) } else { shown.time };
    let (first_row, rows) = shown.lanes;
    let view = Viewport { width: shown.width, from, to: to.max(from + 1), cursor: None, first_row, rows };
    let scene = chart::timeline(&run.trace, &view);
    let recorded = report.recorded.as_ref().map(|o| format!(" (recorded on {})", o.date)).unwrap_or_default();
    let title = format!("{}, {}{recorded}", title(report, cell), units::time(run.trace.end));
    let colours = if shown.dark { Colours::Dark } else { Colours::Light };
    Some(chart::svg(&scene, &Look { colours, ground: true, title: &title }))
}
