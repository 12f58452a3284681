//! Runs lessons of threads on the machine's own threads and checks what every lesson must satisfy.
#![allow(clippy::unwrap_used, clippy::panic)]

use crate::executors::testing::{StdThreads, Wall, rest};
use crate::executors::{Burst, LocalRun, ThreadedRun};
use crate::model::params::SPEED;
use crate::model::{Cell, Machine, Plan, Report, Run, RunEnd, StopFlag, Trace};
use crate::scenarios::waiting::testing::spec;
use crate::scenarios::{Scenario, order};

/// Runs a plan to its end.
pub(crate) fn once(plan: Plan) -> Run {
    let repeat = plan.repeat;
    let mut run = ThreadedRun::start(order(plan, Wall::begin(), StopFlag::new(), None).unwrap(), &StdThreads).unwrap();
    let mut trace = Trace { lanes: run.lanes(), objects: run.objects(), ..Trace::default() };
    let mut records = Vec::new();
    loop {
        let burst = run.burst(0);
        run.drain(&mut records);
        trace.extend(records.drain(..));
        match burst {
            Burst::Done { outcome, elapsed } => {
                assert_eq!(run.dropped(), 0);
                return Run { repeat, end: RunEnd::Finished(outcome), elapsed, trace };
            }
            Burst::More | Burst::Wait => rest(),
            other => panic!("{other:?}"),
        }
    }
}

/// The report of all models and variants with these values (in the grammar of links), at the greatest speed.
pub(crate) fn report(scenario: &'static Scenario, link: &str) -> Report {
    let fast = scenario.params.iter().any(|p| p.key == SPEED.key) && !link.contains("speed=");
    let spec = spec(scenario, &if fast { format!("speed=10&{link}") } else { link.to_owned() });
    let variants = if spec.variants.is_empty() { vec![String::new()] } else { spec.variants.clone() };
    let mut cells = Vec::new();
    for model in &spec.models {
        for variant in variants.iter().filter(|v| scenario.program(*model, v).is_some()) {
            let runs = (0..2).map(|repeat| once(spec.plan(*model, variant, repeat))).collect();
            cells.push(Cell { model: *model, variant: variant.clone(), runs });
        }
    }
    let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
    Report { spec, machine, cells, recorded: None }
}

/// Every claim must hold that is not judged by the clock, and every figure be there.
pub(crate) fn holds(scenario: &'static Scenario, link: &str) -> Report {
    let report = report(scenario, link);
    let claims = scenario.claims(&report);
    assert!(claims.iter().any(|c| !c.timed), "{link}: nothing is claimed that a busy machine could keep");
    for claim in claims {
        assert!(claim.ok || claim.timed, "{} {link}: {} ({})", scenario.id, claim.text, claim.measured);
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
    for param in scenario.params.iter().filter(|p| p.key != SPEED.key) {
        for end in param.ends() {
            holds(scenario, &format!("{}={end}", param.key));
        }
    }
}
