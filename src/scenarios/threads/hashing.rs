//! SHA-256 of files: work for which CPython lets go of the GIL.

use crate::kernels::FileHash;
use crate::model::params::{WORKERS, count};
use crate::model::stats::summary;
use crate::model::units::{bytes, percent, time, time_ms, times};
use crate::model::{Claim, Failure, Model, Outcome, Param, Plan, Report, State};
use crate::scenarios::measure::{
    DIFFER, best_possible, gain, gains, gil_excludes, machine_limits, micros, overlap, parallel, same_result,
};
use crate::scenarios::{Arrangement, Bound, Chapter, Jobs, Preset, Program, Scenario, Variant, beside, engine_only};

mod native;

/// Hashing files.
pub static SCENARIO: Scenario = Scenario {
    id: "hashing",
    title: "Hashing files",
    chapter: Chapter::Threads,
    question: beside(
        "Threads compute the SHA-256 of many files. There is a GIL. Can they still be faster than one thread?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: "ours", label: "our kernel", bad: false },
        Variant { id: "native", label: "the browser's own", bad: false },
    ],
    presets: &[
        Preset { name: "100 × 1 MiB", link: "files=100&size=1024" },
        Preset { name: "1 KiB each: the GIL stays", link: "files=200&size=1" },
    ],
    arrangements: &[
        Arrangement {
            models: &Model::ALL,
            variants: &["ours"],
            program: Program::Jobs(engine_only(Jobs { split, merge })),
        },
        Arrangement {
            models: &[Model::Sequential, Model::Asyncio],
            variants: &["native"],
            program: Program::Async(engine_only(native::coroutine)),
        },
        Arrangement {
            models: &[Model::Processes],
            variants: &["native"],
            program: Program::Processes(native::PROCESSES),
        },
    ],
    models: &[Model::Sequential, Model::Threads, Model::FreeThreads, Model::Processes],
    repeats: 5,
    kernel: engine_only(FileHash::kernel),
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("files", "Files", (1, 200), 20, "", "Files to hash; each is one job."),
    count("size", "Size", (1, 4_096), 512, "KiB", "Size of each file; it holds the bytes 0 to 255 over and over."),
    WORKERS,
];

/// SHA-256 of 512 KiB of the bytes 0 to 255, repeated.
const HALF_MEBIBYTE: &str = "33bc8aab40703678c3ebe94d2dd8f2afff285dd901f9234e841e4679f8204fd5";

/// SHA-256 of so many KiB of the bytes 0 to 255, repeated, as hashlib gives it.
const KNOWN: [(u64, &str); 5] = [
    (1, "785b0751fc2c53dc14a4ce3d800e69ef9ce1009eb327ccf458afe09c242c26c9"),
    (2, "10fc3c51a152e90e5b90319b601d92ccf37290ef53c35ff92507687d8a911a08"),
    (512, HALF_MEBIBYTE),
    (1_024, "fbbab289f7f94b25736c58be46a994c441fd02552cc6022352e3d86d2fab7c83"),
    (4_096, "2b07811057df887086f06a67edc6ebf911de8b6741156e7a2eb1416a4b8b1b2e"),
];

fn files(report: &Report) -> u64 {
    report.spec.values.count("files")
}

/// What the browser does inside is its own affair: there is a bound for our kernel only.
fn bound(report: &Report, model: Model, variant: &str) -> Option<Bound> {
    if variant == "ours" { best_possible(report, model, variant, files(report), !lets_go(report)) } else { None }
}

fn size(plan: &Plan) -> u32 {
    plan.values.count("size") as u32 * 1024
}

fn split(plan: &Plan) -> Vec<Vec<u8>> {
    vec![FileHash::payload(size(plan)); plan.values.count("files") as usize]
}

fn merge(_plan: &Plan, results: &[Vec<u8>]) -> Result<Outcome, Failure> {
    Ok(outcome(results.iter().map(|digest| FileHash::hex(digest)).collect()))
}

/// All files hold the same, so all digests must be equal; a second one would show.
fn outcome(mut digests: Vec<String>) -> Outcome {
    let files = digests.len();
    digests.sort_unstable();
    digests.dedup();
    Outcome::new(digests.join(DIFFER)).with("files", files as f64).line(format!("{files} files"))
}

/// Whether hashlib lets go of the GIL for files of this size.
fn lets_go(report: &Report) -> bool {
    report.spec.values.count("size") * 1024 > FileHash::HOLDS_GIL_UP_TO as u64
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let known = KNOWN.iter().find(|(size, _)| *size == values.count("size")).map(|(_, digest)| *digest);
    let mut claims = Vec::new();
    claims.extend(same_result(report, "SHA-256 of each file", known));
    if !lets_go(report) {
        claims.extend(gil_excludes(report, "ours"));
    }
    // Less than a few milliseconds of work is over before the last thread has begun.
    if files(report) * values.count("size") < 4 * 1024 {
        return claims;
    }
    if lets_go(report) {
        claims.extend(computes_together(report));
        claims.extend(gains(report, Model::Threads, "ours", files(report)));
    }
    claims.extend(gains(report, Model::FreeThreads, "ours", files(report)));
    claims
}

/// The claim that threads under the GIL were seen computing at the same moment.
fn computes_together(report: &Report) -> Option<Claim> {
    if parallel(report, files(report)) < 2 {
        return None;
    }
    let cell = report.cell(Model::Threads, "ours")?;
    let (both, elapsed) = cell.finished().map(|(run, _)| (overlap(&run.trace), run.elapsed)).max()?;
    let share = both as f64 / elapsed.max(1) as f64;
    let text = "Although there is a GIL, **threads hash at the same moment**";
    let measured = format!("{} of {} ({})", micros(both), time(elapsed), percent(share));
    Some(Claim::new(text, share >= 0.25, measured).by_the_clock())
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let size = report.spec.values.count("size") * 1024;
    if let Some(s) = summary(report, Model::Sequential, "ours") {
        out.push(format!("One thread hashes {} files of {} in **{}**.", files(report), bytes(size), time_ms(s.median)));
    }
    if let Some((run, _)) = report.cell(Model::Threads, "ours").and_then(|c| c.last()) {
        let why = if lets_go(report) {
            "hashlib lets go of the GIL while it hashes more than 2,047 bytes, so the others go on."
        } else {
            "For so few bytes hashlib keeps the GIL, so the threads take turns. Try 2 KiB or more."
        };
        out.push(format!(
            "Under the GIL two threads or more hashed at once for **{}** of {}, and they waited **{}** in all for the GIL. {why}",
            micros(overlap(&run.trace)),
            time(run.elapsed),
            micros(run.trace.total(State::Gil)),
        ));
    }
    let gains: Vec<String> = [Model::Threads, Model::FreeThreads, Model::Processes]
        .into_iter()
        .filter_map(|m| Some(format!("{} **{}**", m.label(), times(gain(report, m, "ours")?.median))))
        .collect();
    let native: Vec<String> = [Model::Sequential, Model::Asyncio, Model::Processes]
        .into_iter()
        .filter_map(|m| Some(format!("{} **{}**", m.label(), time_ms(summary(report, m, "native")?.median))))
        .collect();
    if !native.is_empty() {
        let ours = summary(report, Model::Sequential, "ours");
        let ours = ours.map(|s| format!(" One thread needs {} with our kernel.", time_ms(s.median)));
        out.push(format!(
            "With the browser's own SHA-256 the same files took: {}.{} It is machine code and may use the processor's SHA \
             instructions, as hashlib does; our kernel is WebAssembly. It answers with a promise: a loop awaits that, and here each \
             process has a loop of its own; a thread that blocks could never hear it.",
            native.join(", "),
            ours.unwrap_or_default(),
        ));
    }
    if !gains.is_empty() {
        out.push(format!("Compared with one thread: {}.", gains.join(", ")));
    }
    out.extend(machine_limits(&report.machine));
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::kernels::Kernel;
    use crate::model::{Cell, Lane, LaneKind, MS, Machine, Record, Run, RunEnd, Trace, What};

    #[test]
    fn the_kernel_comes_to_hashlibs_digests() {
        for (size, known) in KNOWN {
            let mut kernel = FileHash::new(size as usize * 1024);
            assert_eq!(FileHash::hex(&(0..).find_map(|_| kernel.slice()).unwrap()), known, "{size} KiB");
        }
    }

    #[test]
    fn small_files_hashed_at_the_same_moment_under_the_gil_are_found_out() {
        let judged = |second: u64| {
            let lane = |id| Lane { id, kind: LaneKind::Thread, name: format!("Thread-{id}") };
            let mut trace = Trace { lanes: (0..2).map(lane).collect(), ..Trace::default() };
            let enter = |lane, at, state| Record { at: at * MS, lane, what: What::Enter(state), arg: 0 };
            trace.extend([enter(0, 0, State::Running), enter(1, second, State::Running)]);
            trace.extend([enter(0, 5, State::Done), enter(1, 10, State::Done)]);
            let mut spec = SCENARIO.defaults();
            spec.values.set(PARAMS, "size", "1").unwrap();
            let run = Run { repeat: 0, end: RunEnd::Finished(Outcome::new(KNOWN[0].1)), elapsed: 10 * MS, trace };
            let cells = vec![Cell { model: Model::Threads, variant: "ours".to_owned(), runs: vec![run] }];
            let machine = Machine { cores: 2, isolated: true, shared_memory: true, top_level: true, clock_step: 5_000 };
            claims(&Report { spec, machine, cells, recorded: None }).iter().all(|claim| claim.ok)
        };
        assert_eq!([5, 1].map(judged), [true, false]);
    }
}
