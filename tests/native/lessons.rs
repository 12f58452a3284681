//! Every coroutine with its defaults, in virtual time, as it ran when it was last looked at: results and whole traces.

use crate::{golden, runs};
use interleave::model::{Run, What};
use interleave::scenarios::{Program, REGISTRY};
use interleave::share;

/// FNV-1a over everything the trace says.
fn print_of(run: &Run) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325_u64;
    let mut add = |word: u64| {
        for byte in word.to_le_bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for lane in &run.trace.lanes {
        add(u64::from(lane.id));
        lane.name.bytes().for_each(|byte| add(u64::from(byte)));
    }
    run.trace.records.iter().for_each(|record| record.words().into_iter().for_each(&mut add));
    hash
}

#[test]
fn coroutines_run_as_they_did() {
    let mut text = String::new();
    for scenario in REGISTRY {
        let spec = share::defaults(scenario);
        for (model, variant) in share::offered_pairs(scenario, &spec) {
            let Some(coroutine) = scenario.program(model, &variant).and_then(Program::coroutine) else { continue };
            let run = runs::in_virtual_time(scenario, coroutine, spec.plan(model, &variant, 0));
            let states = run.trace.records.iter().filter(|r| matches!(r.what, What::Enter(_))).count();
            text += &format!(
                "{} {} {}: {} after {} ns; {} lanes, {states} states in {} records, {:016x}\n",
                scenario.id,
                model.id(),
                if variant.is_empty() { "-" } else { &variant },
                run.outcome().map_or("nothing", |outcome| outcome.value.as_str()),
                run.elapsed,
                run.trace.lanes.len(),
                run.trace.records.len(),
                print_of(&run)
            );
        }
    }
    golden::check("lessons.txt", &text);
}
