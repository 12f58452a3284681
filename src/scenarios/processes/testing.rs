//! Runs a lesson of processes in virtual time, and holds its claims.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use crate::model::{Cell, Failure, Machine, Model, Report, Run, RunEnd, RunSpec, Values};
use crate::multiprocessing::{Processes, virtual_time};
use crate::scenarios::{Program, Scenario};

fn machine() -> Machine {
    Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 }
}

/// A report of every variant, each run once by these values.
pub fn report(scenario: &'static Scenario, values: &[(&str, &str)]) -> Report {
    let mut all = Values::defaults(scenario.params);
    values.iter().for_each(|(key, value)| all.set(scenario.params, key, value).unwrap());
    let variants: Vec<String> = match scenario.variants {
        [] => vec![String::new()],
        some => some.iter().map(|v| v.id.to_owned()).collect(),
    };
    let models = vec![Model::Processes];
    let (scenario_id, repeats, seed) = (scenario.id.to_owned(), 1, 42);
    let spec = RunSpec { scenario: scenario_id, values: all, models, variants: variants.clone(), repeats, seed };
    let cells = variants.into_iter().map(|variant| {
        let plan = spec.plan(Model::Processes, &variant, 0);
        let Some(Program::Processes(Processes { code: Some(code), count, .. })) =
            scenario.program(Model::Processes, &variant)
        else {
            panic!("{} {variant} is no program of processes", scenario.id)
        };
        let ran = virtual_time::run(*code, &plan);
        assert!(ran.trace.lanes.len() <= count(&plan), "{} {variant}: more processes than said", scenario.id);
        let end = match ran.result {
            Ok(outcome) => RunEnd::Finished(outcome),
            Err(e) => RunEnd::Failed(Failure::Raised { kind: e.kind.into_owned(), message: e.message }),
        };
        let run = Run { repeat: 0, end, elapsed: ran.elapsed, trace: ran.trace };
        Cell { model: Model::Processes, variant, runs: vec![run] }
    });
    let cells = cells.collect();
    Report { spec, machine: machine(), cells, recorded: None }
}

/// The outcome's value of each variant, in order.
pub fn values(report: &Report) -> Vec<&str> {
    report.cells.iter().map(|c| c.last().expect("an outcome").1.value.as_str()).collect()
}

/// Claims hold with the defaults, every preset, and every parameter at both ends.
pub fn holds_everywhere(scenario: &'static Scenario) {
    let mut all: Vec<Vec<(&str, String)>> = vec![Vec::new()];
    for preset in scenario.presets {
        all.push(preset.link.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (k, v.to_owned())).collect());
    }
    for param in scenario.params {
        all.extend(param.ends().map(|end| vec![(param.key, end)]));
    }
    for values in all {
        let given: Vec<(&str, &str)> = values.iter().map(|(k, v)| (*k, v.as_str())).collect();
        let report = report(scenario, &given);
        for cell in &report.cells {
            assert!(cell.last().is_some(), "{} {} {given:?}: {:?}", scenario.id, cell.variant, cell.runs[0].end);
        }
        let claims = scenario.claims(&report);
        assert!(!claims.is_empty(), "{}: nothing is claimed", scenario.id);
        for claim in claims {
            assert!(claim.ok, "{} {given:?}: {}: {}", scenario.id, claim.text, claim.measured);
        }
        assert!(!scenario.explain(&report).is_empty(), "{} {given:?}: nothing is said", scenario.id);
    }
}
