//! What it costs to hand over bytes: copied, transferred, shared; and what cannot be pickled at all.

use super::costs::Costs;
use crate::aio::Exception;
use crate::model::params::count;
use crate::model::units::{bytes, time, times};
use crate::model::{Cell, Claim, Model, Nanos, Outcome, Param, Plan, Report};
use crate::multiprocessing::{Args, Block, Connection, LocalFuture, Process, ProcessCx, Target, Value};
use crate::scenarios::{
    Arrangement, Chapter, Code, Preset, Processes, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

/// Handing over bytes.
pub static SCENARIO: Scenario = Scenario {
    id: "pickling",
    title: "Pickling, moving, sharing",
    chapter: Chapter::Processes,
    question: beside(
        "Bytes go to another process: pickled and copied, moved whole, or in memory both see. From which size does it matter?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: "copied", label: "copied", bad: false },
        Variant { id: "transferred", label: "transferred", bad: false },
        Variant { id: "shared", label: "shared", bad: false },
    ],
    presets: &[Preset { name: "up to 1 MiB", link: "largest=1" }],
    arrangements: &[
        Arrangement { models: &[Model::Processes], variants: &["copied", "transferred"], program: program(false) },
        Arrangement { models: &[Model::Processes], variants: &["shared"], program: program(true) },
    ],
    models: &[Model::Processes],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("largest", "Largest", (1, 16), 16, "MiB", "Size of the largest message."),
    count("rounds", "Rounds", (1, 20), 5, "", "Messages of each size."),
];

const fn program(shared: bool) -> Program {
    let targets = &[Target { name: "look", run: look }];
    Program::Processes(Processes { shared, count: |_| 2, code: engine_only(Code { main: run, targets }) })
}

/// The sizes, bytes.
fn sizes(largest: u64) -> Vec<u64> {
    let steps = [10, 12, 15, 18, 20, 22].map(|power| 1 << power);
    steps.into_iter().filter(|size| *size < largest << 20).chain([largest << 20]).collect()
}

/// Functions that no other process could find by their names.
const NAMELESS: [&str; 2] = ["main.<locals>.add", "<lambda>"];

fn run(cx: ProcessCx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (ours, theirs) = cx.pipe()?;
        let child = Process::new(&cx, "look").args(Value::from(plan.variant.as_str())).give(theirs).start()?;
        ours.recv().await?; // it is there
        let refused: Vec<String> = NAMELESS
            .iter()
            .filter_map(|name| ours.send(&Value::function(name)).err())
            .map(|refusal| refusal.to_string())
            .collect();
        let (sizes, rounds) = (sizes(plan.values.count("largest")), plan.values.count("rounds"));
        let (mut whole, mut figures) = (0, Vec::new());
        for size in &sizes {
            let (took, arrived) = hand_over(&cx, &ours, &plan.variant, *size as u32, rounds).await?;
            whole += u64::from(arrived);
            figures.push((bytes(*size), took));
            cx.progress(figures.len() as f32 / sizes.len() as f32);
        }
        ours.close();
        child.join().await;
        let mut outcome = Outcome::new(format!("{whole} sizes arrived whole, {} functions refused", refused.len()))
            .with("whole", whole as f64)
            .with("refused", refused.len() as f64);
        for (name, took) in figures {
            outcome = outcome.with(&name, took as f64);
        }
        outcome.lines = refused;
        Ok(outcome)
    })
}

/// Hands over `size` bytes again and again: how long it took until the child had looked at them, and whether all was right.
async fn hand_over(
    cx: &ProcessCx,
    end: &Connection,
    variant: &str,
    size: u32,
    rounds: u64,
) -> Result<(Nanos, bool), Exception> {
    let mut right = true;
    if variant == "copied" {
        let mut payload = vec![0; size as usize];
        if let Some(last) = payload.last_mut() {
            *last = 7;
        }
        let payload = Value::Bytes(payload);
        let began = cx.now();
        for _ in 0..rounds {
            end.send(&payload)?;
            right &= end.recv().await? == Value::list([Value::from(size), Value::Int(7)]);
        }
        return Ok(((cx.now() - began) / rounds, right));
    }
    let mut block = Block::new(cx, size, variant == "shared")?;
    let began = cx.now();
    for round in 0..rounds {
        block.set(size - 1, round as u8);
        end.send_block(block);
        block = end.recv_block().await?;
        right &= block.len() == size && block.get(size - 1) == round as u8 + 1;
    }
    Ok(((cx.now() - began) / rounds, right))
}

/// Looks at the last byte of whatever comes, and says that it did.
fn look(_: ProcessCx, mut args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let end = args.end()?;
        end.send(&Value::from("here"))?;
        if args.value.text() == Some("copied") {
            while let Ok(value) = end.recv().await {
                let Value::Bytes(bytes) = value else { continue };
                let last = bytes.last().copied().unwrap_or_default();
                end.send(&Value::list([Value::from(bytes.len() as u32), Value::Int(last.into())]))?;
            }
        } else {
            while let Ok(block) = end.recv_block().await {
                let last = block.len().saturating_sub(1);
                block.set(last, block.get(last).wrapping_add(1));
                end.send_block(block);
            }
        }
        Ok(Value::None)
    })
}

/// By size, what a message took in the last run of a variant.
fn took(report: &Report, variant: &str) -> Option<Vec<(u64, Nanos)>> {
    let (_, outcome) = report.cell(Model::Processes, variant)?.last()?;
    let sizes = sizes(report.spec.values.count("largest"));
    sizes.into_iter().map(|size| Some((size, outcome.figure(&bytes(size))? as Nanos))).collect()
}

/// The size from which on, at every greater one too, handing over takes half as long as copying or less; and its gain.
fn twice_as_fast(copied: &[(u64, Nanos)], other: &[(u64, Nanos)]) -> Option<(u64, f64)> {
    let pairs: Vec<_> = copied.iter().zip(other).map(|((size, slow), (_, quick))| (*size, *slow, *quick)).collect();
    let slower = pairs.iter().rposition(|(_, slow, quick)| *slow < 2 * quick);
    let (size, slow, quick) = pairs.get(slower.map_or(0, |place| place + 1))?;
    Some((*size, *slow as f64 / (*quick).max(1) as f64))
}

/// The claim that from some size on handing over what is shared is faster at every greater one, too.
fn crossover(copied: &[(u64, Nanos)], shared: &[(u64, Nanos)]) -> Option<Claim> {
    let pairs: Vec<_> = copied.iter().zip(shared).map(|((size, slow), (_, quick))| (*size, *slow, *quick)).collect();
    let from = pairs.iter().rposition(|(_, slow, quick)| slow <= quick).map_or(0, |place| place + 1);
    let ok = from < pairs.len();
    let (size, ..) = pairs.get(from).or(pairs.last())?;
    let told = |(size, slow, quick): &(u64, Nanos, Nanos)| {
        format!("{} {} against {}", bytes(*size), time(*quick), time(*slow))
    };
    // Around the crossover, and the largest: what lies between says no more.
    let near = from.saturating_sub(1)..(from + 1).min(pairs.len());
    let ends = pairs.len().saturating_sub(1).max(near.end)..pairs.len();
    let measured: Vec<String> = pairs[near].iter().chain(&pairs[ends]).map(told).collect();
    let text = format!("From **{}** on, shared is faster than copied", bytes(*size));
    Some(Claim::new(text, ok, measured.join("; ")).by_the_clock())
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    let sizes = sizes(report.spec.values.count("largest"));
    for Variant { id, label, .. } in SCENARIO.variants {
        let Some(cell) = report.cell(Model::Processes, id) else { continue };
        let least = cell.finished().map(|(_, o)| o.figure("whole").map_or(0, |n| n as usize)).min();
        let (Some(whole), Some((_, outcome))) = (least, cell.last()) else { continue };
        let text = format!("**{label}**: every size arrives whole");
        claims.push(Claim::new(text, whole == sizes.len(), format!("{whole} of {}", sizes.len())));
        if *id == "copied" {
            let ok = cell.finished().all(|(_, o)| o.figure("refused") == Some(NAMELESS.len() as f64));
            let text = "A closure and a lambda are **refused**: pickle sends names, and theirs nobody could look up";
            claims.push(Claim::new(text, ok, outcome.lines.join("; ")));
        }
    }
    // Of a transferred block that cannot be claimed: Firefox 153 copies one on its way through a message port (16 MiB there and back
    // take 230 ms transferred or not; without a port, between a worker and its maker, 1 ms).
    if let (Some(copied), Some(shared)) = (took(report, "copied"), took(report, "shared")) {
        claims.extend(crossover(&copied, &shared));
    }
    claims
}

/// Whether at the largest size handing over took about as long as copying.
fn copies_all_the_same(copied: &[(u64, Nanos)], transferred: &[(u64, Nanos)]) -> bool {
    let last = |times: &[(u64, Nanos)]| times.last().map(|(_, took)| *took);
    last(copied).zip(last(transferred)).is_some_and(|(copied, transferred)| 4 * transferred > 3 * copied)
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let copied = took(report, "copied");
    for Variant { id, label, .. } in SCENARIO.variants {
        let Some(times_by_size) = took(report, id) else { continue };
        let all: Vec<String> =
            times_by_size.iter().map(|(size, took)| format!("{} **{}**", bytes(*size), time(*took))).collect();
        let mut text = format!("Handed over {label}, until the answer: {}.", all.join(", "));
        if let (Some(copied), true) = (&copied, *id != "copied") {
            text += &match twice_as_fast(copied, &times_by_size) {
                Some((size, gain)) => {
                    format!(" From **{}** on that is at least twice as fast as copying ({}).", bytes(size), times(gain))
                }
                None => " Not even at the largest size was that twice as fast as copying.".to_owned(),
            };
            if *id == "transferred" && copies_all_the_same(copied, &times_by_size) {
                text += " Some browsers copy a transferred block all the same on its way through a message port; Firefox is one.";
            }
        }
        out.push(text);
    }
    if let Some((run, _)) = report.cell(Model::Processes, "copied").and_then(Cell::last) {
        out.push(format!(
            "A copy is paid for four times: pickled, handed to the browser, fetched from it, unpickled. {} A transferred \
             block is gone from its sender; a shared one is seen by both, with all a race can do.",
            Costs::of(&run.trace).words()
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::scenarios::processes::testing::{holds_everywhere, report, values};

    #[test]
    fn claims_hold() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn a_small_size_that_was_late_once_is_no_crossover() {
        let copied = [(1, 90), (32, 20), (1_024, 100), (16_384, 900)];
        let shared = [(1, 20), (32, 19), (1_024, 20), (16_384, 30)];
        assert_eq!(twice_as_fast(&copied, &shared), Some((1_024, 5.0)));
        assert_eq!(twice_as_fast(&copied[..2], &shared[..2]), None);
    }

    #[test]
    fn sharing_is_claimed_to_gain_from_where_it_always_does() {
        let copied = [(1_024, 90), (4_096, 20), (32_768, 100), (1 << 20, 900)];
        let judged = |shared: [Nanos; 4]| {
            let shared: Vec<_> = copied.iter().zip(shared).map(|((size, _), took)| (*size, took)).collect();
            let claim = crossover(&copied, &shared).unwrap();
            (claim.ok, claim.text.split("**").nth(1).unwrap().to_owned(), claim.measured.matches(';').count())
        };
        assert_eq!(judged([20, 21, 30, 30]), (true, bytes(32_768), 2), "a small size that was late once");
        assert_eq!(judged([20, 19, 30, 30]), (true, bytes(1_024), 1));
        assert_eq!(judged([20, 19, 100, 30]), (true, bytes(1 << 20), 1));
        assert_eq!(judged([20, 19, 30, 900]), (false, bytes(1 << 20), 0));
        assert_eq!(crossover(&[], &[]), None);
    }

    #[test]
    fn a_block_that_was_copied_all_the_same_is_told_from_one_that_was_late() {
        let copied = [(1, 2), (16_384, 900)];
        assert!(copies_all_the_same(&copied, &[(1, 1), (16_384, 700)]));
        assert!(!copies_all_the_same(&copied, &[(1, 9), (16_384, 600)]));
        assert!(!copies_all_the_same(&[], &[]));
    }

    #[test]
    fn all_sizes_arrive_and_pythons_words_are_heard() {
        let report = report(&SCENARIO, &[]);
        assert_eq!(values(&report), ["7 sizes arrived whole, 2 functions refused"; 3]);
        let lines = &report.cells[0].last().unwrap().1.lines;
        assert_eq!(lines[0], "AttributeError: Can't get local object 'main.<locals>.add'");
        assert!(lines[1].starts_with("PicklingError: Can't pickle <function <lambda>>:"), "{lines:?}");
        assert!(explain(&report)[1].contains("From **256 KiB** on"), "{:?}", explain(&report));
    }
}
