//! Real files in the browser's private file system: written and read back one after another, or all at once.

use super::figures::{gain, instead, took, with_place, with_time};
use crate::aio::outside::{FileOp, Place};
use crate::aio::{Cx, Exception, Operation};
use crate::model::params::count;
use crate::model::rng::Rng;
use crate::model::units::{bytes, grouped, time_ms, times};
use crate::model::{Claim, Mark, Model, Outcome, Param, Plan, Report, State};
use crate::scenarios::{Arrangement, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only};
use std::rc::Rc;

const SEQUENTIAL: &str = "sequential";
const CONCURRENT: &str = "concurrent";
const KIB: usize = 1024;

/// Files of the origin's own.
pub static SCENARIO: Scenario = Scenario {
    id: "files",
    title: "Real files",
    chapter: Chapter::Waiting,
    question: beside("Twenty files are written and read back. Is it quicker to have all of them in work at once?"),
    params: PARAMS,
    variants: &[
        Variant { id: SEQUENTIAL, label: "one after another", bad: false },
        Variant { id: CONCURRENT, label: "all at once", bad: false },
    ],
    presets: &[
        Preset { name: "100 small files", link: "files=100&size=1" },
        Preset { name: "10 files of 256 KiB", link: "files=10&size=256" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[SEQUENTIAL, CONCURRENT],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 3,
    kernel: None,
    tasks: |plan| if plan.variant == SEQUENTIAL { 1 } else { 1 + plan.values.count("files") as usize },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("files", "Files", (1, 100), 20, "", "Files to write, read back, and remove."),
    count("size", "Size", (1, 256), 64, "KiB", "Size of each file; its bytes come from the seed."),
];

/// What file `number` holds: a KiB by chance, again and again. (A hundred files begin in one iteration of the loop, so this must
/// be quick.)
fn content(seed: u64, number: u64, kib: usize) -> Vec<u8> {
    let mut rng = Rng::new(seed, number + 1);
    let block: Vec<u8> = (0..KIB).map(|_| rng.below(256) as u8).collect();
    block.repeat(kib)
}

/// Writes a file and reads it back; how many of its bytes are right.
async fn there_and_back(cx: Cx, seed: u64, number: u64, kib: usize) -> Result<u64, Exception> {
    let name = format!("{number}.bin");
    let write = FileOp::Write { name: name.clone(), bytes: content(seed, number, kib) };
    cx.ask::<()>(Operation::File(write)).await?;
    let read = cx.begin(Operation::File(FileOp::Read { name })).await?;
    cx.mark(Mark::Received, read.len() as u32);
    let wanted = content(seed, number, kib);
    let right = if read == wanted { read.len() } else { read.iter().zip(&wanted).filter(|(a, b)| a == b).count() };
    Ok(if read.len() == wanted.len() { right as u64 } else { 0 })
}

async fn all(cx: &Cx, plan: &Plan) -> Result<u64, Exception> {
    let (seed, kib) = (plan.seed, plan.values.count("size") as usize);
    let files = (0..plan.values.count("files")).map(|number| there_and_back(cx.clone(), seed, number, kib));
    if plan.variant == CONCURRENT {
        return Ok(cx.gather(files).await?.into_iter().sum());
    }
    let mut right = 0;
    for file in files {
        right += file.await?;
    }
    Ok(right)
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let place: Place = cx.ask(Operation::File(FileOp::Open)).await?;
        let begun = cx.now();
        let right = all(&cx, &plan).await;
        let outcome = with_time(Outcome::default(), &cx, begun);
        // finally: whatever happened, nothing is left on the reader's disk.
        let removed = cx.ask::<()>(Operation::File(FileOp::Remove)).await;
        let right = right?;
        removed?;
        let value = format!("{} bytes read back", grouped(right));
        Ok(with_place(Outcome { value, ..outcome }.with("right", right as f64), place))
    })
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let (files, size) = (values.count("files"), values.count("size") * KIB as u64);
    let mut claims = Vec::new();
    let right: Vec<u64> = report
        .cells
        .iter()
        .flat_map(|cell| cell.finished())
        .map(|(_, outcome)| outcome.figure("right").map_or(0, |right| right as u64))
        .collect();
    if let Some(least) = right.iter().min() {
        let measured = format!("{} of {} bytes", grouped(*least), grouped(files * size));
        claims.push(Claim::new("Every byte is read back as it was written", *least == files * size, measured));
    }
    if let Some(cell) = report.cell(Model::Asyncio, CONCURRENT) {
        let peaks = cell.finished().map(|(run, _)| super::most_in(&run.trace, State::Sleeping) as u64);
        if let Some(least) = peaks.min() {
            let text = "All at once: several files are in work at the same moment";
            claims.push(Claim::new(text, least >= files.min(2), format!("{least} of {files}")).by_the_clock());
        }
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let (files, size) = (values.count("files"), values.count("size") * KIB as u64);
    let mut out = Vec::new();
    if let Some(ms) = took(report, SEQUENTIAL) {
        out.push(format!(
            "One after another, {files} files of {} were written and read back in **{}**, **{}** each. Meanwhile the loop \
             was free for other tasks.",
            bytes(size),
            time_ms(ms),
            time_ms(ms / files.max(1) as f64)
        ));
    }
    if let Some((ms, (run, _))) =
        took(report, CONCURRENT).zip(report.cell(Model::Asyncio, CONCURRENT).and_then(|c| c.last()))
    {
        out.push(format!(
            "All at once it took **{}**. Up to **{}** files were in work at the same moment.",
            time_ms(ms),
            super::most_in(&run.trace, State::Sleeping)
        ));
    }
    if let (Some(ratio), None) = (gain(took(report, SEQUENTIAL), took(report, CONCURRENT)), instead(report)) {
        out.push(format!(
            "That is **{}** as fast. A loop can keep the browser's file system busy, but it cannot make it quicker.",
            times(ratio)
        ));
    }
    match instead(report) {
        _ if out.is_empty() => {}
        Some(why) => out.push(format!(
            "Your browser gave this page no private file system ({why}). **Memory stood in** for it: the bytes are checked \
             in the same way, but no disk took part."
        )),
        None => out.push(
            "The files lay in a folder of the private file system that your browser keeps for this site. The folder is \
             **removed** again."
                .to_owned(),
        ),
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere, spec};
    use super::*;
    use crate::aio::virtual_time;
    use crate::aio::world::World;
    use crate::model::{MS, wire};
    use std::cell::RefCell;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        let of = |variant| report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
        // The folder is made and removed, 1 ms each; a file takes 2 and 1 ms.
        for (variant, elapsed) in [(SEQUENTIAL, 62 * MS), (CONCURRENT, 5 * MS)] {
            assert_eq!(of(variant).0.elapsed, elapsed, "{variant}");
            assert_eq!(of(variant).1.value, "1,310,720 bytes read back");
        }
        assert_ne!(content(1, 0, 64), content(1, 1, 64));
        assert_eq!(content(1, 0, 3).len(), 3 * KIB);
    }

    type Changed = Option<Result<Vec<u8>, Exception>>;

    /// Runs the defaults in a world whose answers are changed.
    fn in_world(change: fn(&Operation) -> Changed) -> (virtual_time::Ran, bool) {
        let plan = Rc::new(spec(&SCENARIO, "").plan(Model::Asyncio, CONCURRENT, 0));
        let (world, removed) = (World::default(), Rc::new(RefCell::new(false)));
        let seen = removed.clone();
        let work: virtual_time::Work = Box::new(move |operation| {
            *seen.borrow_mut() |= operation == Operation::File(FileOp::Remove);
            change(&operation).map_or_else(|| world.answer(operation), |answer| (answer, MS))
        });
        let ran = virtual_time::run(1, work, |cx| run(cx, plan));
        (ran, *removed.borrow())
    }

    #[test]
    fn the_folder_is_removed_when_writing_fails() {
        let (ran, removed) = in_world(|operation| match operation {
            Operation::File(FileOp::Write { name, .. }) if name == "5.bin" => {
                Some(Err(Exception::new("OSError", "QuotaExceededError")))
            }
            _ => None,
        });
        assert_eq!(ran.result.unwrap_err().message, "QuotaExceededError");
        assert!(removed);
    }

    #[test]
    fn a_byte_that_changed_and_a_stand_in_are_told() {
        let (ran, _) = in_world(|operation| match operation {
            Operation::File(FileOp::Open) => Some(Ok(wire::encode(&Place::Memory("none here".to_owned())).unwrap())),
            Operation::File(FileOp::Read { name }) if name == "5.bin" => Some(Ok(vec![0; 65_536])),
            _ => None,
        });
        let outcome = ran.result.unwrap();
        assert!(outcome.figure("right").unwrap() < 1_310_720.0 - 60_000.0);
        let mut report = holds(&SCENARIO, "");
        report.cells[1].runs[0].end = crate::model::RunEnd::Finished(outcome);
        assert!(!claims(&report)[0].ok);
        assert!(explain(&report).join("").contains("(none here). **Memory stood in**"));
    }
}
