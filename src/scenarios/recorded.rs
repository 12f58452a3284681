//! Recorded runs: what is recorded of every scenario, and its file; shown in a frame before anything is loaded, and where the
//! scenario cannot run as a whole.

use super::{Scenario, find};
use crate::model::recording::{self, Origin, Recording, Subject};
use crate::model::{Cell, Failure, Machine, Model, Report, Run, RunEnd, RunSpec};

/// What is recorded of a scenario: every model and variant, with default values, once.
pub fn spec(scenario: &Scenario) -> RunSpec {
    RunSpec { models: scenario.offered(), repeats: 1, ..scenario.defaults() }
}

/// Pairs of model and variant.
pub type Pairs = Vec<(Model, String)>;

/// What of a scenario can run on this machine, and what cannot, for want of shared memory, or of workers at all.
pub fn here(scenario: &Scenario, machine: &Machine) -> (Pairs, Pairs) {
    scenario.pairs(&spec(scenario)).into_iter().partition(|(model, variant)| scenario.runs_on(machine, *model, variant))
}

/// The file of the scenario with this id, from the site's root; the same below `www/`.
pub fn address(id: &str) -> String {
    format!("recorded/{id}.bin")
}

fn subject(scenario: &Scenario) -> Subject {
    let spec = spec(scenario);
    Subject { cells: scenario.pairs(&spec), spec }
}

/// The report of a recorded run: everything shown is derived from it, as from the report of a live one.
pub fn report(scenario: &Scenario, recording: Recording) -> Report {
    let spec = spec(scenario);
    let cells = scenario.pairs(&spec).into_iter().zip(recording.runs);
    let cells = cells.map(|((model, variant), (outcome, elapsed, trace))| Cell {
        model,
        variant,
        runs: vec![Run { repeat: 0, end: RunEnd::Finished(outcome), elapsed, trace }],
    });
    let origin = recording.origin;
    Report { cells: cells.collect(), machine: origin.machine(), recorded: Some(origin), spec }
}

/// Reads the file of a scenario's recorded run.
///
/// # Errors
/// [`Failure::NoRecording`] when it is none of this version, or the scenario's parameters, models or variants have changed.
pub fn read(scenario: &Scenario, bytes: &[u8]) -> Result<Recording, Failure> {
    recording::read(&subject(scenario), bytes)
}

/// The file of what has just run in this browser, on this system, on this day ([`Origin`]).
///
/// # Errors
/// [`Failure::NoRecording`] when that is not [`spec`], or not every run ended well.
pub fn write(report: &Report, browser: String, system: String, date: String) -> Result<Vec<u8>, Failure> {
    let subject = find(&report.spec.scenario).map(subject).ok_or(Failure::NoRecording)?;
    let ran: Vec<_> = report.cells.iter().map(|c| (c.model, c.variant.clone())).collect();
    if report.spec != subject.spec || ran != subject.cells {
        return Err(Failure::NoRecording);
    }
    let run = |cell: &Cell| match &cell.runs[..] {
        [Run { end: RunEnd::Finished(outcome), elapsed, trace, .. }] => Ok((outcome.clone(), *elapsed, trace.clone())),
        _ => Err(Failure::NoRecording),
    };
    let runs = report.cells.iter().map(run).collect::<Result<_, _>>()?;
    let Machine { cores, clock_step, .. } = report.machine;
    let origin = Origin { browser, system, date, cores, clock_step };
    recording::write(&subject, &Recording { origin, runs })
}
