//! CPU work beside a heartbeat: on the loop itself, in a thread, in a process.

use std::rc::Rc;

use crate::aio::{Cx, Exception};
use crate::kernels::{Kernel, Squares};
use crate::model::params::{count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, LaneKind, Mark, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, What};
use crate::scenarios::measure::{longest, same_result};
use crate::scenarios::waiting::lateness::{STEP, slack};
use crate::scenarios::{Arrangement, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only};

const LOOP: &str = "loop";
const THREAD: &str = "thread";
const PROCESS: &str = "process";

/// Three places for CPU work.
pub static SCENARIO: Scenario = Scenario {
    id: "offload",
    title: "Away from the loop",
    chapter: Chapter::Together,
    question: beside("A coroutine computes while a heartbeat should go on beside it. Where may the computing be done?"),
    params: PARAMS,
    variants: &[
        Variant { id: LOOP, label: "on the loop", bad: true },
        Variant { id: THREAD, label: "to a thread", bad: false },
        Variant { id: PROCESS, label: "to a process", bad: false },
    ],
    presets: &[Preset { name: "one sum", link: "sums=1&numbers=20000000" }],
    arrangements: &[
        Arrangement { models: &[Model::Asyncio], variants: &[LOOP], program: Program::Blocking(engine_only(run)) },
        Arrangement { models: &[Model::Asyncio], variants: &[THREAD], program: Program::Async(engine_only(run)) },
        Arrangement { models: &[Model::Hybrid], variants: &[PROCESS], program: Program::Async(engine_only(run)) },
    ],
    models: &[Model::Asyncio, Model::Hybrid],
    repeats: 1,
    kernel: engine_only(Squares::kernel),
    tasks: |plan| if plan.variant == LOOP { 2 } else { 2 + plan.values.count("sums") as usize },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("sums", "Sums", (1, 50), 20, "", "How many are computed."),
    count("numbers", "Numbers", (1_000, 20_000_000), 10_000_000, "", "A sum of the squares of all numbers below this."),
    wait("beat", "Heartbeat", (10, 500), 20, "How often the heartbeat is due."),
    count("workers", "Processes", (1, 16), 2, "", "Processes that share the sums."),
];

/// The heartbeat's lane.
const HEART: &str = "heartbeat";
/// How long the heart beats alone before the work and after it, in beats.
const LEAD: u64 = 4;

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let every = plan.values.wait("beat");
        let heart = cx.create_task_named(HEART, beat(cx.clone(), every));
        cx.sleep(LEAD * every).await?;
        cx.mark(Mark::Job, 0);
        let sums = compute(&cx, &plan).await?;
        cx.mark(Mark::Merged, 0);
        cx.sleep(LEAD * every).await?;
        heart.cancel();
        if let Err(exception) = heart.await
            && !exception.is_cancelled()
        {
            return Err(exception);
        }
        let mut sums: Vec<String> = sums.iter().map(u128::to_string).collect();
        sums.dedup();
        Ok(Outcome::new(sums.join(" and ")))
    })
}

async fn beat(cx: Cx, every: Nanos) -> Result<(), Exception> {
    for n in 1.. {
        cx.sleep(every).await?;
        cx.mark(Mark::Level, n);
    }
    Ok(())
}

async fn compute(cx: &Cx, plan: &Plan) -> Result<Vec<u128>, Exception> {
    let payload = Squares::payload(plan.values.count("numbers") as u32);
    let sums = plan.values.count("sums");
    let results = if plan.variant == LOOP {
        let mut results = Vec::new();
        for _ in 0..sums {
            let mut kernel = Squares::kernel(&payload)?;
            results.push(on_the_spot(kernel.as_mut())); // no await: nobody else gets a turn
        }
        results
    } else {
        cx.gather((0..sums).map(|_| cx.run_in_executor(payload.clone()))).await?
    };
    Ok(results.iter().map(|result| Squares::sum(result)).collect::<Result<_, _>>()?)
}

fn on_the_spot(kernel: &mut dyn Kernel) -> Vec<u8> {
    loop {
        if let Some(result) = kernel.slice() {
            return result;
        }
    }
}

/// What a run shows of the work and the heart beside it.
struct Seen {
    /// How long the work took.
    took: Nanos,
    /// Beats while it was done.
    beats: usize,
    /// The longest time without a beat.
    pause: Nanos,
}

fn seen(trace: &Trace) -> Option<Seen> {
    let heart = trace.lanes.iter().find(|lane| lane.name == HEART)?.id;
    let main = trace.lanes.iter().find(|lane| lane.kind == LaneKind::Task)?.id;
    let of_main = |mark| trace.marks(mark).find(|r| r.lane == main).map(|r| r.at);
    let (begun, ended) = (of_main(Mark::Job)?, of_main(Mark::Merged)?);
    let beats: Vec<Nanos> = trace
        .records
        .iter()
        .filter(|r| r.lane == heart && r.what == What::Instant(Mark::Level))
        .map(|r| r.at)
        .collect();
    let pause = beats.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).max().unwrap_or(0);
    // A beat at the very moment the work ends belongs to what comes after it.
    let beats = beats.iter().filter(|at| (begun + 1..ended).contains(at)).count();
    Some(Seen { took: ended.saturating_sub(begun), beats, pause })
}

fn cells(report: &Report) -> Vec<(&'static Variant, Vec<Seen>)> {
    let of = |variant: &'static Variant| {
        let cell = report.cells.iter().find(|cell| cell.variant == variant.id)?;
        let all: Vec<Seen> = cell.finished().filter_map(|(run, _)| seen(&run.trace)).collect();
        (!all.is_empty()).then_some((variant, all))
    };
    SCENARIO.variants.iter().filter_map(of).collect()
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let known = Squares::formula(values.count("numbers") as u32).to_string();
    let mut claims = Vec::new();
    claims.extend(same_result(report, "Every sum, wherever it is computed", Some(&known)));
    for (variant, all) in cells(report) {
        let Some(last) = all.last() else { continue };
        let measured = format!("{} beats in {}, longest pause {}", last.beats, time(last.took), time(last.pause));
        if variant.bad {
            // Work that is over before the next beat is due stops nothing.
            let mut long = all.iter().filter(|seen| seen.took > values.wait("beat")).peekable();
            if long.peek().is_some() {
                let text = "On the loop: the heart **stops** as long as the loop computes";
                let ok = long.all(|seen| seen.beats == 0 && seen.pause + STEP >= seen.took);
                claims.push(Claim::new(text, ok, measured));
            }
            continue;
        }
        let most = values.wait("beat") + slack(1);
        let who = if variant.id == THREAD { "In a thread" } else { "In processes" };
        let text = format!("{who}: the heart **goes on**, never more than {} without a beat", time(most));
        let enough = |seen: &Seen| seen.beats > 0 || seen.took < most;
        let ok = all.iter().all(|seen| seen.pause <= most && enough(seen));
        claims.push(Claim::new(text, ok, measured).by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let mut out = Vec::new();
    for (variant, all) in cells(report) {
        let Some(seen) = all.last() else { continue };
        let (took, beats, pause) = (time(seen.took), seen.beats, time(seen.pause));
        out.push(match variant.id {
            LOOP => format!(
                "On the loop **{}** sums took **{took}**. There was no await in between, so the loop could do nothing else: the \
                 heart stood still for **{pause}**.",
                grouped(values.count("sums")),
            ),
            THREAD => format!(
                "In a thread they took **{took}**, and the loop only awaited them: **{beats}** beats meanwhile, the longest pause \
                 **{pause}**. The thread of this page is a Web Worker without any GIL. CPython's thread and loop share one, so there a \
                 beat waits 5 ms or more for it, the longer the more threads compute.",
            ),
            _ => {
                let run = report.cell(Model::Hybrid, PROCESS).and_then(|c| c.last()).map(|(run, _)| run);
                let start = run.map_or(0, |run| longest(&run.trace, State::Starting));
                format!(
                    "In processes they took **{took}**, with **{beats}** beats meanwhile; the longest pause was **{pause}**. The \
                     slowest start took **{}** of it, but the sums shared the cores.",
                    time(start),
                )
            }
        });
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::MS;
    use crate::scenarios::waiting::testing::{holds, holds_everywhere};

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_sum_below_ten_million_is_the_same_everywhere() {
        let report = holds(&SCENARIO, "sums=3");
        assert_eq!(report.cells.len(), 3);
        for cell in &report.cells {
            assert_eq!(cell.last().unwrap().1.value, "333333283333335000000", "{}", cell.variant);
        }
        let thread = seen(&report.cell(Model::Asyncio, THREAD).unwrap().last().unwrap().0.trace).unwrap();
        assert_eq!((thread.took, thread.pause), (5 * MS, 20 * MS), "a job takes 5 ms of virtual time");
    }

    #[test]
    fn a_heart_that_beats_while_the_loop_computes_is_not_believed() {
        let mut report = holds(&SCENARIO, "sums=3&beat=10");
        let steady = report.cell(Model::Asyncio, THREAD).unwrap().runs.clone();
        let at = report.cells.iter().position(|cell| cell.variant == LOOP).unwrap();
        report.cells[at].runs = steady;
        let trace = &mut report.cells[at].runs[0].trace;
        let heart = trace.lanes.iter().find(|lane| lane.name == HEART).unwrap().id;
        let begun = trace.marks(Mark::Job).next().unwrap().at;
        let ended = |r: &&mut crate::model::Record| r.what == What::Instant(Mark::Merged);
        trace.records.iter_mut().find(ended).unwrap().at = begun + 11 * MS;
        trace.records.push(crate::model::Record {
            at: begun + MS,
            lane: heart,
            what: What::Instant(Mark::Level),
            arg: 99,
        });
        let stops = |report: &Report| claims(report).into_iter().find(|claim| claim.text.contains("stops"));
        assert!(stops(&report).is_some_and(|claim| !claim.ok));
        let trace = &mut report.cells[at].runs[0].trace;
        trace.records.iter_mut().find(ended).unwrap().at = begun + 9 * MS;
        assert_eq!(stops(&report), None, "no beat was due while it computed");
    }
}
