//! In which order runs take place: repeat by repeat, so that runs to be compared are neighbours, shuffled within each.

use crate::model::rng::Rng;
use crate::model::{Cell, Machine, Model, Report, RunSpec};
use crate::scenarios::Scenario;

/// Keeps this use of the seed apart from every other.
const STREAM: u64 = 0x0ade;

/// One run to come: model, variant and repeat.
pub type Turn = (Model, String, u32);

/// What can be compared: pairs the scenario offers and this place can run, in the order shown.
pub fn cells(scenario: &Scenario, spec: &RunSpec, machine: &Machine) -> Vec<(Model, String)> {
    let mut pairs = scenario.pairs(spec);
    pairs.retain(|(m, v)| scenario.runs_on(machine, *m, v));
    pairs
}

/// A report of `spec` with nothing run yet.
pub fn report(scenario: &Scenario, spec: &RunSpec, machine: &Machine) -> Report {
    let cells = cells(scenario, spec, machine).into_iter();
    let cells = cells.map(|(model, variant)| Cell { model, variant, runs: Vec::new() });
    Report { spec: spec.clone(), machine: machine.clone(), cells: cells.collect(), recorded: None }
}

/// Every run, in the order it takes place; the same seed gives the same order.
pub fn order(cells: &[(Model, String)], repeats: u32, seed: u64) -> Vec<Turn> {
    let mut rng = Rng::new(seed, STREAM);
    let mut all = Vec::with_capacity(cells.len() * repeats as usize);
    for repeat in 0..repeats {
        let mut round: Vec<Turn> = cells.iter().map(|(m, v)| (*m, v.clone(), repeat)).collect();
        rng.shuffle(&mut round);
        all.append(&mut round);
    }
    all
}
