//! Chapter B: threads and the GIL.

lessons![lifecycle, downloads, futures, thread_semaphore, thread_queue, race, hashing, gil_cpu, gil_switch];

#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod trial;

use crate::model::{Cell, Model, Outcome, Report, Run};

/// The last run that ended well of each model that ran this variant, with the model.
pub fn last_runs<'a>(report: &'a Report, variant: &'a str) -> impl Iterator<Item = (Model, &'a Run, &'a Outcome)> {
    let cells = report.cells.iter().filter(move |cell| cell.variant == variant);
    cells.filter_map(|cell| cell.last().map(|(run, outcome)| (cell.model, run, outcome)))
}

/// Every run of this variant that ended well, whatever its model.
pub fn all_runs<'a>(report: &'a Report, variant: &'a str) -> impl Iterator<Item = (&'a Run, &'a Outcome)> {
    report.cells.iter().filter(move |cell| cell.variant == variant).flat_map(Cell::finished)
}
