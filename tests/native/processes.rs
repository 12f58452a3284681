//! Every program of processes in the registry, in virtual time: with defaults, presets, and parameters at both ends.

use crate::sample;
use interleave::model::{Cell, Failure, Kind, Model, Plan, Report, Run, RunEnd};
use interleave::multiprocessing::{Code, virtual_time};
use interleave::scenarios::{Processes, Program, REGISTRY, Scenario};
use interleave::share;

/// Runs a program of processes on the virtual clock.
pub fn in_virtual_time(code: Code, plan: &Plan) -> Run {
    let ran = virtual_time::run(code, plan);
    let end = match ran.result {
        Ok(outcome) => RunEnd::Finished(outcome),
        Err(e) => RunEnd::Failed(Failure::Raised { kind: e.kind.into_owned(), message: e.message }),
    };
    Run { repeat: plan.repeat, end, elapsed: ran.elapsed, trace: ran.trace }
}

/// The links that are tried, without the scenario's id.
fn links(scenario: &Scenario) -> Vec<String> {
    let presets = scenario.presets.iter().map(|p| p.link.to_owned());
    let ends = scenario.params.iter().flat_map(|p| match p.kind {
        Kind::Count { min, max, .. } | Kind::Millis { min, max, .. } => [min, max].map(|n| format!("{}={n}", p.key)),
        Kind::OneOf { options, .. } => [options[0], *options.last().unwrap()].map(|n| format!("{}={n}", p.key)),
        Kind::Amount { min, max, .. } => [min, max].map(|n| format!("{}={n}", p.key)),
    });
    std::iter::once(String::new()).chain(presets).chain(ends).collect()
}

#[test]
fn programs_of_processes_end_well_and_keep_their_claims_and_run_the_same_way_twice() {
    let mut seen = 0;
    for scenario in REGISTRY {
        for link in links(scenario) {
            let spec = share::decode("", &format!("s={}&{link}", scenario.id)).spec;
            let mut cells = Vec::new();
            for (model, variant) in share::offered_pairs(scenario, &spec) {
                let Some(Program::Processes(Processes { code: Some(code), count, .. })) =
                    scenario.program(model, &variant)
                else {
                    continue;
                };
                assert_eq!(model, Model::Processes, "{}", scenario.id);
                let plan = spec.plan(model, &variant, 0);
                let place = format!("{} {variant}", share::encode(&spec, None));
                let first = in_virtual_time(*code, &plan);
                assert!(first.outcome().is_some(), "{place}: {:?}", first.end);
                assert_eq!(first, in_virtual_time(*code, &plan), "{place}");
                assert!(first.trace.lanes.len() <= count(&plan), "{place}: more processes than said");
                cells.push(Cell { model, variant, runs: vec![first] });
            }
            if cells.is_empty() {
                continue;
            }
            seen += 1;
            let report = Report { spec: spec.clone(), machine: sample::machine(), cells, recorded: None };
            for claim in scenario.claims(&report) {
                assert!(claim.ok, "{}: {}: {}", share::encode(&spec, None), claim.text, claim.measured);
            }
            assert!(!scenario.explain(&report).is_empty(), "{}", scenario.id);
        }
    }
    assert!(seen > 0, "there are no programs of processes");
}
