//! Which run the card shows.

use crate::model::{Model, Run, RunEnd};
use crate::page::runner::report::Shared;

/// Which run: the one asked for, else the one that runs now, else one that was cut short, else the one with
/// the most lanes.
pub fn shown(results: &Shared, wanted: Option<(usize, usize)>, now: Option<&(Model, String, u32)>) -> (usize, usize) {
    let report = results.read();
    let there = |&(c, r): &(usize, usize)| report.cells.get(c).is_some_and(|cell| r < cell.runs.len());
    let live = || {
        let (model, variant, repeat) = now?;
        let c = report.cells.iter().position(|c| c.model == *model && c.variant == *variant)?;
        let r = report.cells[c].runs.iter().position(|r| r.repeat == *repeat)?;
        Some((c, r))
    };
    // Of the cells with such a run, the one with the most lanes tells most.
    let newest = |ended: fn(&RunEnd) -> bool| {
        let mut best: Option<(usize, (usize, usize))> = None;
        for (c, cell) in report.cells.iter().enumerate() {
            let Some(r) = cell.runs.iter().rposition(|r| ended(&r.end)) else { continue };
            let lanes = cell.runs[r].trace.lanes.len();
            if best.is_none_or(|(most, _)| lanes > most) {
                best = Some((lanes, (c, r)));
            }
        }
        best.map(|(_, place)| place)
    };
    // What was cut short is looked at first.
    let cut = || newest(|end| matches!(end, RunEnd::Stopped | RunEnd::Failed(_)));
    let last = || newest(|end| matches!(end, RunEnd::Finished(_))).or_else(|| newest(|_| true));
    wanted.filter(there).or_else(live).or_else(cut).or_else(last).unwrap_or((0, 0))
}

/// Looks at the run at these places.
pub fn with_run<T>(results: &Shared, (cell, run): (usize, usize), look: impl FnOnce(&Run) -> T) -> Option<T> {
    results.read().cells.get(cell)?.runs.get(run).map(look)
}

/// A run on screen, and what is beside it.
#[derive(Clone, PartialEq)]
pub struct Shown {
    /// Its scenario.
    pub scenario: &'static str,
    /// Its report.
    pub results: Shared,
    /// Cell and run in that.
    pub at: (usize, usize),
    /// What ran before that, and whether it is shown beside it.
    pub before: Option<(Shared, bool)>,
}

impl Shown {
    /// This, or what was shown until `now` as long as nothing is recorded of this: runs of a few milliseconds would be one empty
    /// picture after another. What was recorded on another machine gives way at once.
    #[must_use]
    pub fn unless_empty(self, until_now: Option<&Shown>) -> Shown {
        let drawn = |shown: &Shown| with_run(&shown.results, shown.at, |run| run.trace.end > 0) == Some(true);
        let stays = |old: &&Shown| old.scenario == self.scenario && drawn(old) && old.results.read().recorded.is_none();
        until_now.filter(|_| !drawn(&self)).filter(stays).cloned().unwrap_or(self)
    }
}
