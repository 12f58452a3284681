//! A call that blocks, on the event loop: nobody else gets a turn until it is over.

use super::lateness::{STEP, real, slack, speed_note};
use crate::aio::{Cx, Exception};
use crate::kernels::Pause;
use crate::model::params::{SPEED, count, wait};
use crate::model::stats::median;
use crate::model::time::millis;
use crate::model::units::{grouped, time, time_ms};
use crate::model::{Claim, LaneKind, Mark, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, Values, What};
use crate::scenarios::{
    Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

const BLOCKING: &str = "blocking";
const AWAIT: &str = "await";
const THREAD: &str = "thread";

/// Three ways to wait in a coroutine.
pub static SCENARIO: Scenario = Scenario {
    id: "blocking",
    title: "A call that blocks",
    chapter: Chapter::Waiting,
    question: beside(
        "Three coroutines wait two seconds each, and a heartbeat beats beside them. What if they call time.sleep instead of awaiting?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: BLOCKING, label: "blocking call", bad: true },
        Variant { id: AWAIT, label: "await", bad: false },
        Variant { id: THREAD, label: "to a thread", bad: false },
    ],
    presets: &[Preset { name: "3 × 600 ms, nothing cut short", link: "work=600" }],
    arrangements: &[
        Arrangement { models: &[Model::Asyncio], variants: &[BLOCKING], program: Program::Blocking(engine_only(run)) },
        Arrangement {
            models: &[Model::Asyncio],
            variants: &[AWAIT, THREAD],
            program: Program::Async(engine_only(run)),
        },
    ],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: engine_only(Pause::kernel),
    tasks: |plan| 2 + plan.values.count("calls") as usize,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("calls", "Coroutines", (1, 10), 3, "", "Coroutines that all start at once."),
    wait("work", "Wait", (10, 10_000), 2_000, "How long each waits. Blocking calls end after 2 s in all."),
    wait("beat", "Heartbeat", (20, 500), 50, "How often the heartbeat is due."),
    SPEED,
];

/// The heartbeat's lane.
const HEART: &str = "heartbeat";

/// How long the heart beats alone before the calls and after them, in beats.
const LEAD: u64 = 4;

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let heart = cx.create_task_named(HEART, beat(cx.clone(), values.wait("beat")));
        cx.sleep(LEAD * values.wait("beat")).await?;
        let calls = values.count("calls");
        let tasks = (1..=calls).map(|n| cx.create_task_named(format!("call {n}"), call(cx.clone(), plan.clone())));
        cx.gather_tasks(tasks.collect()).await?;
        cx.sleep(LEAD * values.wait("beat")).await?;
        heart.cancel();
        cx.wait([&heart]).await?; // raises nothing of the heart's: a cancellation heard here is ours
        if !heart.cancelled() {
            heart.result()?;
        }
        Ok(Outcome::new(format!("calls done: {calls}")))
    })
}

async fn beat(cx: Cx, every: Nanos) -> Result<(), Exception> {
    for n in 1.. {
        cx.sleep(every).await?;
        cx.mark(Mark::Level, n);
    }
    Ok(())
}

async fn call(cx: Cx, plan: Rc<Plan>) -> Result<(), Exception> {
    let values = &plan.values;
    match plan.variant.as_str() {
        BLOCKING => cx.block(each(values)),
        THREAD => drop(cx.to_thread(Pause::payload(values.wait("work") / values.speed())).await?),
        _ => cx.sleep(values.wait("work")).await?,
    }
    Ok(())
}

/// How long each blocking call takes: at most its share of what a program may block in all.
fn each(values: &Values) -> Nanos {
    values.wait("work").min(Cx::MOST_BLOCKED * values.speed() / values.count("calls").max(1))
}

/// How long all blocking calls take one after another, as it really passes.
fn blocked(report: &Report) -> Nanos {
    real(report, report.spec.values.count("calls") * each(&report.spec.values))
}

/// Whether that is long enough for a beat to be left out, not only late.
fn stops_the_heart(report: &Report) -> bool {
    blocked(report) >= 2 * real(report, report.spec.values.wait("beat"))
}

/// What a run shows of the heart and of those who waited.
struct Seen {
    beats: usize,
    /// The longest time without a beat.
    pause: Nanos,
    /// From the first call's creation to the end of the last.
    calls: Nanos,
    /// The most calls that waited at one moment.
    asleep: usize,
    /// The longest the loop was busy at a stretch.
    busy: Nanos,
}

fn seen(trace: &Trace) -> Option<Seen> {
    let heart = trace.lanes.iter().find(|lane| lane.name == HEART)?.id;
    let calls: Vec<u32> =
        trace.lanes.iter().filter(|lane| lane.name.starts_with("call ")).map(|lane| lane.id).collect();
    let of_calls = |mark| trace.marks(mark).filter(|r| calls.contains(&r.lane)).map(|r| r.at);
    let lasted = of_calls(Mark::Finished).max()?.saturating_sub(of_calls(Mark::Created).min()?);
    let of_heart = trace.records.iter().filter(|r| r.lane == heart);
    let moments: Vec<Nanos> =
        of_heart.filter(|r| matches!(r.what, What::Instant(Mark::Created | Mark::Level))).map(|r| r.at).collect();
    let pause = moments.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).max().unwrap_or(0);
    let lanes = trace.lanes.iter().filter(|lane| calls.contains(&lane.id)).cloned().collect();
    let asleep = Trace { lanes, ..trace.clone() }.peak(State::Sleeping);
    let looping = trace.lanes.iter().find(|lane| lane.kind == LaneKind::Loop)?.id;
    let running = trace.spans().into_iter().filter(|s| s.lane == looping && s.state == State::Running);
    let busy = running.map(|s| s.end - s.start).max().unwrap_or(0);
    Some(Seen { beats: moments.len().saturating_sub(1), pause, calls: lasted, asleep, busy })
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let (calls, beat) = (values.count("calls"), real(report, values.wait("beat")));
    let mut claims = Vec::new();
    for variant in SCENARIO.variants {
        let Some(cell) = report.cell(Model::Asyncio, variant.id) else { continue };
        let all: Vec<Seen> = cell.finished().filter_map(|(run, _)| seen(&run.trace)).collect();
        let Some(last) = all.last() else { continue };
        if variant.bad {
            let sum = calls * each(values);
            if stops_the_heart(report) {
                let text = format!("Blocking: the heart **stops** for the sum of all calls, {}", time(blocked(report)));
                let ok = all.iter().all(|seen| seen.pause + STEP >= blocked(report));
                claims.push(Claim::new(text, ok, format!("no beat for {}", time(last.pause))));
            }
            let text = "Blocking: **no** two calls ever wait at the same moment";
            claims.push(Claim::new(text, all.iter().all(|seen| seen.asleep == 0), format!("{} at once", last.asleep)));
            claims.extend(lasted(report, &all, "Blocking: one call after another takes", sum, 1));
            continue;
        }
        let name = if variant.id == THREAD { "To a thread" } else { "await" };
        let text = format!("{name}: **{calls}** at the same moment, waiting");
        let ok = all.iter().all(|seen| seen.asleep as u64 == calls);
        claims.push(Claim::new(text, ok, format!("{} at once", last.asleep)));
        let most = beat + slack(1);
        let text = format!("{name}: the heart **goes on**, never more than {} without a beat", time(most));
        let measured = format!("{}, {} beats", time(last.pause), last.beats);
        claims.push(Claim::new(text, all.iter().all(|seen| seen.pause <= most), measured).by_the_clock());
        let text = format!("{name}: together they take one wait");
        claims.extend(lasted(report, &all, &text, values.wait("work"), 4));
    }
    claims
}

/// The claim that the calls took `wait` (of the simulated world): none less, and the median at most [`slack`] more.
fn lasted(report: &Report, all: &[Seen], what: &str, wait: Nanos, waits: u64) -> Option<Claim> {
    let (wait, late) = (real(report, wait), slack(waits));
    let times: Vec<f64> = all.iter().map(|seen| millis(seen.calls)).collect();
    let middle = median(&times)?;
    let ok = all.iter().all(|seen| seen.calls + STEP >= wait) && middle <= millis(wait + late);
    let text = format!("{what}: **{}** (at most {} late)", time(wait), time(late));
    Some(Claim::new(text, ok, time_ms(middle)).by_the_clock())
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let (calls, work, beat) =
        (values.count("calls"), real(report, values.wait("work")), real(report, values.wait("beat")));
    let last = |variant: &str| seen(&report.cell(Model::Asyncio, variant)?.last()?.0.trace);
    let mut out = Vec::new();
    if let Some(seen) = last(BLOCKING) {
        let heart = if stops_the_heart(report) {
            let still = time(seen.pause);
            format!("it stood still for **{still}**. The beat that was due first came late, the others not at all.")
        } else {
            let short = if blocked(report) < beat { "a beat" } else { "two beats" };
            format!("the block was shorter than {short}, and its longest pause was **{}**.", time(seen.pause))
        };
        out.push(format!(
            "A blocking call does not give way. The loop was stuck for **{}** at a stretch, and nobody else got a turn. The \
             heartbeat is due every {}; {heart}",
            time(seen.busy),
            time(beat),
        ));
        if each(values) < values.wait("work") {
            out.push(format!(
                "Each call blocked for {} only, not for {}: nothing can stop a blocked loop, so the page ends it after 2 s in \
                 all. In full, one after another, it would have taken **{}** (computed).",
                time(real(report, each(values))),
                time(work),
                time(calls * work),
            ));
        }
    }
    if let Some(seen) = last(AWAIT) {
        out.push(format!(
            "With await each call tells the loop when to come back. Waiting at the same moment: **{}**, for **{}** in all. The \
             heart beat **{}** times; its longest pause was **{}**.",
            seen.asleep,
            time(seen.calls),
            grouped(seen.beats as u64),
            time(seen.pause),
        ));
    }
    if let Some(seen) = last(THREAD) {
        out.push(format!(
            "to_thread is for a call that you cannot rewrite. It blocks as ever, but away from the loop, which only awaited its \
             end: **{}** in all, **{}** beats, the longest pause **{}**. Python keeps as many threads for this as there are cores, \
             and four more, at most 32: further calls wait their turn. In this page all of them live in one Web Worker, which \
             attends to another whenever one of them waits.",
            time(seen.calls),
            grouped(seen.beats as u64),
            time(seen.pause),
        ));
    }
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, variant: &str) -> Option<Bound> {
    let values = &report.spec.values;
    let (label, all) = match variant {
        BLOCKING => ("the calls in turn, and 8 beats", values.count("calls") * each(values)),
        _ => ("one wait, and 8 beats", values.wait("work")),
    };
    Some(Bound { label: label.to_owned(), time: real(report, all + 2 * LEAD * values.wait("beat")) })
}

#[cfg(test)]
mod tests;
