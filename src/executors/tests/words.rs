//! Claims and explanations, made from what really ran.
#![allow(clippy::unwrap_used)]

use super::{local_pairs, plan, small, timed};
use crate::model::{Cell, Machine, Model, Plan, Report, Run, RunEnd, RunSpec};
use crate::scenarios::{REGISTRY, Scenario};

/// Runs every local pair of a scenario and puts the report together.
fn report(scenario: &Scenario, link: &str, repeats: u32, cores: u32) -> Report {
    let run = |model, variant: &str, repeat| {
        let plan = Plan { repeat, ..plan(scenario.id, model, variant, link) };
        let (outcome, elapsed, trace) = timed(plan);
        Run { repeat, end: RunEnd::Finished(outcome), elapsed, trace }
    };
    let cell = |(model, variant): (Model, String)| {
        let runs = (0..repeats).map(|repeat| run(model, &variant, repeat)).collect();
        Cell { model, variant, runs }
    };
    Report {
        spec: RunSpec {
            scenario: scenario.id.to_owned(),
            values: plan(scenario.id, Model::Sequential, "", link).values,
            models: scenario.offered(),
            variants: scenario.variants.iter().map(|v| v.id.to_owned()).collect(),
            repeats,
            seed: 42,
        },
        machine: Machine { cores, isolated: true, shared_memory: true, top_level: true, clock_step: 1 },
        cells: local_pairs(scenario).into_iter().map(cell).collect(),
        recorded: None,
    }
}

#[test]
fn what_is_claimed_holds_and_is_explained() {
    for scenario in REGISTRY.iter().filter(|s| !local_pairs(s).is_empty()) {
        // Two repeats are too few to speak of speed, and one core promises no race: what is left must always hold.
        let report = report(scenario, small(scenario.id), 2, 1);
        let claims = scenario.claims(&report);
        assert!(!claims.is_empty(), "{}", scenario.id);
        // What is judged by the clock depends on how busy the machine is, and so does how often the GIL changes hands.
        for claim in claims.iter().filter(|c| !c.text.contains("switch interval")) {
            assert!((claim.ok || claim.timed) && !claim.measured.is_empty(), "{}: {claim:?}", scenario.id);
        }
        assert!(!scenario.explain(&report).is_empty(), "{}", scenario.id);
    }
}

/// Prints what a reader would see; for whoever writes the words: `cargo test --release shows -- --ignored --nocapture`.
#[test]
#[ignore = "takes long and only prints"]
fn shows_the_words() {
    for scenario in REGISTRY.iter().filter(|s| !local_pairs(s).is_empty()) {
        let report = report(scenario, "", 3, 2);
        println!("\n{}: {}", scenario.title, scenario.question);
        for claim in scenario.claims(&report) {
            println!("{} {} | {}", if claim.ok { "ok " } else { "NOT" }, claim.text, claim.measured);
        }
        scenario.explain(&report).iter().for_each(|p| println!("  {p}"));
        for cell in &report.cells {
            println!("  {:?} {:?}: {:?}", cell.model, cell.variant, scenario.bound(&report, cell.model, &cell.variant));
        }
    }
}
