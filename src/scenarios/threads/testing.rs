//! Runs lessons of this chapter on the machine's own threads and checks what every one of them must satisfy.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::executors::testing::{StdThreads, Wall};
use crate::executors::{Burst, LocalRun, ThreadedRun};
use crate::model::params::Kind;
use crate::model::{Cell, Machine, Model, Report, Run, RunEnd, RunSpec, StopFlag, Trace};
use crate::scenarios::waiting::testing::spec;
use crate::scenarios::{self, Scenario};
use std::time::Duration;

/// One run, to its end.
pub(crate) fn once(spec: &RunSpec, model: Model, variant: &str, repeat: u32) -> Run {
    let plan = spec.plan(model, variant, repeat);
    let mut run =
        ThreadedRun::start(scenarios::order(plan, Wall::begin(), StopFlag::new(), None).unwrap(), &StdThreads).unwrap();
    let mut trace = Trace { lanes: run.lanes(), objects: run.objects(), ..Trace::default() };
    let mut records = Vec::new();
    loop {
        let burst = run.burst(0);
        run.drain(&mut records);
        trace.extend(records.drain(..));
        match burst {
            Burst::More | Burst::Wait => std::thread::sleep(Duration::from_millis(1)),
            Burst::Done { outcome, elapsed } => {
                assert_eq!(run.dropped(), 0);
                return Run { repeat, end: RunEnd::Finished(outcome), elapsed, trace };
            }
            end => panic!("{} {variant}: {end:?}", spec.scenario),
        }
    }
}

/// The report of all models and variants with these values, each run twice; waits pass ten times faster if nothing is said.
pub(crate) fn report(scenario: &'static Scenario, link: &str) -> Report {
    let fast = if scenario.params.iter().any(|p| p.key == "speed") { "speed=10&" } else { "" };
    let spec = spec(scenario, &format!("{fast}{link}"));
    let variants = if spec.variants.is_empty() { vec![String::new()] } else { spec.variants.clone() };
    let mut cells = Vec::new();
    for model in &spec.models {
        for variant in variants.iter().filter(|v| scenario.program(*model, v).is_some()) {
            let runs = (0..2).map(|repeat| once(&spec, *model, variant, repeat)).collect();
            cells.push(Cell { model: *model, variant: variant.clone(), runs });
        }
    }
    let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
    Report { spec, machine, cells }
}

/// Every claim that no busy machine can break must hold, and every figure be there.
pub(crate) fn holds(scenario: &'static Scenario, link: &str) -> Report {
    let report = report(scenario, link);
    let claims = scenario.claims(&report);
    assert!(claims.iter().any(|claim| !claim.timed), "{link}: nothing is claimed");
    for claim in claims.iter().filter(|claim| !claim.timed) {
        assert!(claim.ok, "{} {link}: {} ({})", scenario.id, claim.text, claim.measured);
    }
    assert!(!scenario.explain(&report).is_empty(), "{link}: nothing is explained");
    for cell in &report.cells {
        scenario.bound(&report, cell.model, &cell.variant);
    }
    report
}

/// Claims hold with the defaults, the presets, and each parameter at both ends of its range.
pub(crate) fn holds_everywhere(scenario: &'static Scenario) {
    holds(scenario, "");
    for preset in scenario.presets {
        holds(scenario, preset.link);
    }
    for param in scenario.params {
        let ends = match param.kind {
            Kind::Count { min, max, .. } | Kind::Millis { min, max, .. } => [min.to_string(), max.to_string()],
            Kind::Amount { min, max, .. } => [min.to_string(), max.to_string()],
            Kind::OneOf { options, .. } => [options[0], options[options.len() - 1]].map(|option| option.to_string()),
        };
        for end in ends {
            holds(scenario, &format!("{}={end}", param.key));
        }
    }
}
