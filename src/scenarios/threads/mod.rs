//! Chapter B: threads and the GIL.

lessons![
    lifecycle,
    downloads,
    batches,
    thread_pool,
    futures,
    race,
    rlock,
    thread_semaphore,
    event,
    condition,
    barrier,
    thread_queue,
    deadlock,
    thread_shutdown,
    hashing,
    gil_cpu,
    gil_io,
    gil_switch
];

pub mod deadlocked;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod testing;

use crate::model::{Cell, Model, Outcome, Report, Run};

/// The runs of a variant that ended well, under every model.
pub fn runs<'a>(report: &'a Report, variant: &'a str) -> impl Iterator<Item = (&'a Run, &'a Outcome)> {
    report.cells.iter().filter(move |cell| cell.variant == variant).flat_map(Cell::finished)
}

/// The last of them of each model, with the model.
pub fn last_runs<'a>(report: &'a Report, variant: &'a str) -> impl Iterator<Item = (Model, &'a Run, &'a Outcome)> {
    let cells = report.cells.iter().filter(move |cell| cell.variant == variant);
    cells.filter_map(|cell| cell.last().map(|(run, outcome)| (cell.model, run, outcome)))
}

/// How many of so many runs: `9 of 10 runs`.
pub fn of_runs(right: usize, all: usize) -> String {
    format!("{right} of {all} run{}", if all == 1 { "" } else { "s" })
}
