//! Chapter B: threads and the GIL.

lessons![
    batches, thread_pool, race, rlock, event, condition, barrier, deadlock, thread_shutdown, hashing, gil_cpu, gil_io
];

pub mod deadlocked;
#[cfg(all(test, not(target_arch = "wasm32")))]
pub(crate) mod testing;

use crate::model::{Cell, Outcome, Report, Run};

/// The runs of a variant that ended well, under every model.
pub fn runs<'a>(report: &'a Report, variant: &'a str) -> impl Iterator<Item = (&'a Run, &'a Outcome)> {
    report.cells.iter().filter(move |cell| cell.variant == variant).flat_map(Cell::finished)
}

/// How many of so many runs: `9 of 10 runs`.
pub fn of_runs(right: usize, all: usize) -> String {
    format!("{right} of {all} run{}", if all == 1 { "" } else { "s" })
}
