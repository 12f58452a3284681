//! Threads that wait, together and in turn; and daemons, which the program does not wait for.

use std::sync::Arc;

use super::{last_runs, runs};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, Values};
use crate::scenarios::measure::waits::at_once;
use crate::scenarios::waiting::lateness::{CLOSE, real, speed_note, took};
use crate::scenarios::{Arrangement, Bound, Chapter, Program, Scenario, Threads, Variant, beside, engine_only};
use crate::threading::{Script, Shared, Thread, ThreadCx, ThreadError, ThreadsRun};

const IN_TURN: &str = "in-turn";
const THREADS: &str = "threads";
const DAEMON: &str = "daemon";

/// Threads that wait for files.
pub static SCENARIO: Scenario = Scenario {
    id: "downloads",
    title: "Downloads in threads",
    chapter: Chapter::Threads,
    question: beside(
        "Three downloads wait 2, 3 and 1 seconds. How long do they take in threads? What becomes of daemons when the program ends?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: IN_TURN, label: "in turn", bad: false },
        Variant { id: THREADS, label: "threads", bad: false },
        Variant { id: DAEMON, label: "daemons", bad: false },
    ],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[IN_TURN, THREADS, DAEMON],
        program: Program::Threads(Threads { count: threads, waits: false, make: engine_only(program) }),
    }],
    models: &[Model::Threads],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("files", "Files", (1, 16), 3, "", "One thread each. The three waits repeat."),
    wait("first", "First wait", (10, 10_000), 2_000, "How long the first takes."),
    wait("second", "Second wait", (10, 10_000), 3_000, "How long the second takes."),
    wait("third", "Third wait", (10, 10_000), 1_000, "How long the third takes."),
    wait("main", "Main", (10, 10_000), 1_500, "When the main thread of the daemons ends."),
    SPEED,
];

fn files(values: &Values) -> usize {
    values.count("files") as usize
}

/// How long each file takes.
fn waits(values: &Values) -> Vec<Nanos> {
    let three = ["first", "second", "third"].map(|key| values.wait(key));
    three.into_iter().cycle().take(files(values)).collect()
}

fn threads(plan: &Plan) -> usize {
    1 + if plan.variant == IN_TURN { 0 } else { files(&plan.values) }
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    Script::new(plan, main).threads((1..threads(plan)).map(|n| format!("Thread-{n}"))).build()
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let (waits, done) = (waits(&plan.values), Shared::new(0_usize));
    if plan.variant == IN_TURN {
        for (wait, number) in waits.iter().zip(0..) {
            download(cx, number, *wait, &done)?;
        }
    } else {
        let daemon = plan.variant == DAEMON;
        let thread = |(wait, number): (&Nanos, u32)| {
            let (wait, done) = (*wait, done.clone());
            let name = format!("Thread-{}", number + 1);
            Thread::new(name, move |cx| download(cx, number, wait, &done)).daemon(daemon)
        };
        let threads: Vec<Thread> = waits.iter().zip(0..).map(thread).collect();
        threads.iter().try_for_each(|thread| thread.start(cx))?;
        if daemon {
            cx.sleep(plan.values.wait("main"))?;
        } else {
            threads.iter().try_for_each(|thread| thread.join(cx))?;
        }
    }
    Ok(Outcome::new(format!("{} of {} files", done.get(), waits.len())).with("files", done.get() as f64))
}

fn download(cx: &ThreadCx, number: u32, wait: Nanos, done: &Shared<usize>) -> Result<(), ThreadError> {
    cx.sleep(wait)?;
    done.with(|done| *done += 1);
    cx.lane.mark(Mark::Finished, number);
    Ok(())
}

/// How many downloads ended, and how many daemons were cut short; `None` when some thread did both or neither.
fn ends(trace: &Trace, files: usize) -> Option<(usize, usize)> {
    let lanes = |mark| trace.marks(mark).map(|r| r.lane).collect::<Vec<_>>();
    let (done, cut) = (lanes(Mark::Finished), lanes(Mark::CutShort));
    (done.len() + cut.len() == files && cut.iter().all(|lane| !done.contains(lane))).then_some((done.len(), cut.len()))
}

/// The time theory gives for a variant, as it really passes, and after how many waits.
fn expected(report: &Report, variant: &str) -> (Nanos, u64) {
    let waits = waits(&report.spec.values);
    match variant {
        IN_TURN => (waits.iter().sum(), waits.len() as u64),
        DAEMON => (report.spec.values.wait("main"), 1),
        _ => (waits.iter().copied().max().unwrap_or(0), 1),
    }
}

fn claims(report: &Report) -> Vec<Claim> {
    let all = files(&report.spec.values);
    let mut claims = Vec::new();
    for (variant, what) in [(IN_TURN, "In turn, the sum of the waits"), (THREADS, "In threads, the longest wait")] {
        let done: Vec<f64> = runs(report, variant).map(|(_, o)| o.figure("files").unwrap_or(0.0)).collect();
        if let Some(least) = done.iter().copied().reduce(f64::min) {
            let label = if variant == IN_TURN { "In turn" } else { "In threads" };
            let text = format!("{label}: **{all}** files are there");
            claims.push(Claim::new(text, least == all as f64, format!("{least} files")));
        }
        claims.extend(timed(report, variant, what));
    }
    let shortest = waits(&report.spec.values).into_iter().min().unwrap_or(0);
    for model in [Model::Threads, Model::FreeThreads] {
        claims.extend(at_once(report, model, THREADS, all as u64, real(report, shortest)));
    }
    let daemons: Vec<_> = runs(report, DAEMON).map(|(run, _)| ends(&run.trace, all)).collect();
    if let Some(last) = daemons.last() {
        let measured = last.map_or("not so".to_owned(), |(done, cut)| format!("{done} ended, {cut} cut short"));
        let text = "Each daemon ends or is **cut short** by the program's end";
        claims.push(Claim::new(text, daemons.iter().all(Option::is_some), measured));
        claims.extend(timed(report, DAEMON, "With daemons, nobody is waited for"));
        // Where a wait ends near the program's end, either may be first.
        let main = real(report, report.spec.values.wait("main"));
        let waits: Vec<Nanos> = waits(&report.spec.values).iter().map(|wait| real(report, *wait)).collect();
        if waits.iter().all(|wait| wait.abs_diff(main) > CLOSE) {
            let late = waits.iter().filter(|wait| **wait > main).count();
            let ok = daemons.iter().all(|ends| *ends == Some((all - late, late)));
            let measured = last.map_or(0, |(_, cut)| cut).to_string();
            claims.push(Claim::new(format!("Cut short: **{late}** that wait longer"), ok, measured).by_the_clock());
        }
    }
    claims
}

fn timed<'a>(report: &'a Report, variant: &'a str, what: &'a str) -> impl Iterator<Item = Claim> + 'a {
    let (wait, waits) = expected(report, variant);
    let say = move |model: Model| format!("{what} ({})", model.label());
    last_runs(report, variant).filter_map(move |(model, ..)| took(report, model, variant, &say(model), wait, waits))
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for (_, run, _) in last_runs(report, IN_TURN).take(1) {
        out.push(format!("One thread waited for file after file: **{}** in all.", time(run.elapsed)));
    }
    for (model, run, _) in last_runs(report, THREADS) {
        let gil =
            if model == Model::Threads { " Who waits gives the GIL back, so it was in nobody's way." } else { "" };
        out.push(format!(
            "With {}, **{}** waits went on at once. Together they waited **{}**, in only **{}**.{gil}",
            model.label(),
            run.trace.peak(State::Sleeping),
            time(run.trace.total(State::Sleeping)),
            time(run.elapsed),
        ));
    }
    for (_, run, _) in last_runs(report, DAEMON).take(1) {
        let cut: Vec<&str> = run
            .trace
            .marks(Mark::CutShort)
            .filter_map(|r| Some(run.trace.lanes.iter().find(|lane| lane.id == r.lane)?.name.as_str()))
            .collect();
        let what = if cut.is_empty() {
            "All daemons had ended by then".to_owned()
        } else {
            format!("**{}** died with it, in the middle of a download", cut.join("**, **"))
        };
        out.push(format!("The main thread of the daemons ended after **{}**. {what}.", time(run.elapsed)));
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, variant: &str) -> Option<Bound> {
    let label = match variant {
        IN_TURN => "sum of the waits",
        THREADS => "longest wait",
        _ => return None,
    };
    Some(Bound { label: label.to_owned(), time: real(report, expected(report, variant).0) })
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere};
    use super::*;
    use crate::model::MS;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn threads_wait_together_and_daemons_die() {
        let report = holds(&SCENARIO, "");
        for model in [Model::Threads, Model::FreeThreads] {
            let run = |variant| report.cell(model, variant).unwrap().last().unwrap();
            assert!(run(IN_TURN).0.elapsed >= 600 * MS && run(THREADS).0.elapsed >= 300 * MS);
            assert!(run(THREADS).1.value == "3 of 3 files");
            assert!(run(DAEMON).0.elapsed >= 150 * MS);
        }
    }

    #[test]
    fn a_daemon_that_did_not_end_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "files", "4").unwrap();
        assert!(claims(&report).iter().filter(|c| !c.ok && !c.timed).count() >= 3);
    }
}
