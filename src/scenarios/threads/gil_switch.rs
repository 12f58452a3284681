//! A thread that sleeps beside one that spins: how long it waits for the GIL is up to the switch interval.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::last_runs;
use crate::model::params::{count, wait};
use crate::model::units::{grouped, percent, time};
use crate::model::{Claim, GilUse, MS, Model, Nanos, Outcome, Param, Plan, Report, SECOND, Trace, US};
use crate::scenarios::{Arrangement, Chapter, Program, Scenario, Threads, Variant, beside, engine_only};
use crate::threading::{Script, Thread, ThreadCx, ThreadError, ThreadsRun};

/// A sleeper beside a spinner.
pub static SCENARIO: Scenario = Scenario {
    id: "gil-switch",
    title: "Waiting for the GIL",
    chapter: Chapter::Threads,
    question: beside(
        "One thread spins, another sleeps half a millisecond at a time. How often a second does it wake up and get the GIL?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: "ms-5", label: "5 ms", bad: false },
        Variant { id: "ms-1", label: "1 ms", bad: false },
        Variant { id: "ms-half", label: "0.5 ms", bad: false },
    ],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &["ms-5", "ms-1", "ms-half"],
        program: Program::Threads(Threads { count: |_| 3, waits: false, make: engine_only(program) }),
    }],
    models: &[Model::Threads],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    wait("time", "Time", (100, 2_000), 1_000, "How long the sleeper goes on."),
    count("nap", "Nap", (100, 10_000), NAP, "µs", "How long it sleeps at a time."),
];

/// The nap with which CPython was measured, µs.
const NAP: u64 = 500;

/// Variants: switch interval and wake-ups a second of CPython 3.13 (one Linux machine with 2 cores).
const WAYS: [(&str, Nanos, f64); 3] =
    [("ms-5", 5_000 * US, 176.0), ("ms-1", 1_000 * US, 586.0), ("ms-half", 500 * US, 815.0)];

/// Lanes, in the order of the program's threads.
const SPINNER: u32 = 1;
const SLEEPER: u32 = 2;

/// Turns of the spinner's loop between two looks at the GIL: about a microsecond.
const TURNS: u32 = 500;

/// Other threads' wishes for the GIL: the main thread's, as it starts two and joins two, and the sleeper's first.
const OTHERS: u32 = 6;

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    Script::new(plan, main).threads(["spinner", "sleeper"]).build()
}

fn nap(plan_nap: u64) -> Nanos {
    plan_nap * US
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let (_, interval, _) = WAYS.into_iter().find(|(id, ..)| *id == plan.variant).unwrap_or(WAYS[0]);
    if let Some(gil) = &cx.gil {
        gil.set_interval(interval);
    }
    let (enough, woken) = (Arc::new(AtomicBool::new(false)), crate::threading::Shared::new((0_u32, 0)));
    let spins = enough.clone();
    let spinner = Thread::new("spinner", move |cx| {
        while !spins.load(Relaxed) {
            black_box((0..TURNS).fold(0_u32, |n, turn| black_box(n ^ turn)));
            cx.check()?;
        }
        Ok(())
    });
    let (wait, pause, told) = (plan.values.wait("time"), nap(plan.values.count("nap")), woken.clone());
    let sleeper = Thread::new("sleeper", move |cx| {
        let (from, mut wakes) = (cx.now(), 0);
        while cx.now().saturating_sub(from) < wait {
            cx.sleep(pause)?;
            wakes += 1;
        }
        told.set((wakes, cx.now().saturating_sub(from)));
        enough.store(true, Relaxed);
        Ok(())
    });
    spinner.start(cx)?;
    sleeper.start(cx)?;
    sleeper.join(cx)?;
    spinner.join(cx)?;
    let (wakes, lasted) = woken.get();
    let rate = f64::from(wakes) * SECOND as f64 / lasted.max(1) as f64;
    let value = format!("{} ms", interval as f64 / MS as f64);
    Ok(Outcome::new(value)
        .line(format!("{rate:.0} wake-ups a second"))
        .with("rate", rate)
        .with("wakes", f64::from(wakes)))
}

/// What the GIL cost and gave a thread; of a run without one nothing.
fn of(trace: &Trace, lane: u32) -> GilUse {
    GilUse::of(trace).into_iter().find(|one| one.lane == lane).unwrap_or_default()
}

fn rate(outcome: &Outcome) -> f64 {
    outcome.figure("rate").unwrap_or(0.0)
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    let pause = nap(report.spec.values.count("nap"));
    for (id, interval, cpython) in WAYS {
        let Some(cell) = report.cell(Model::Threads, id) else { continue };
        let Some((run, outcome)) = cell.last() else { continue };
        let label = time(interval);
        // The spinner never waits: who takes the GIL from it has asked for it. (A sleeper that finds it free need not.)
        let (forced, taken) = (of(&run.trace, SPINNER).forced, of(&run.trace, SLEEPER).hand_overs);
        let measured = format!("forced {} times, taken {}", grouped(forced.into()), grouped(taken.into()));
        let ok = forced > 0 && forced.abs_diff(taken) <= OTHERS;
        claims.push(Claim::new(format!("At {label}, the spinner gives way **only when asked**"), ok, measured));
        let most = SECOND as f64 / (pause + interval) as f64;
        let measured = format!("{:.0} a second", rate(outcome));
        let text = format!("At {label}, each wake-up takes a nap and an interval: at most **{most:.0}** a second");
        claims.push(Claim::new(text, rate(outcome) <= most * 1.05, measured.clone()).by_the_clock());
        if pause == nap(NAP) {
            let ok = (rate(outcome) / cpython - 1.0).abs() <= 0.2;
            let text = format!("At {label}, near CPython's **{cpython}** a second (± 20 %)");
            claims.push(Claim::new(text, ok, measured).by_the_clock());
        }
    }
    let free: Vec<f64> = WAYS
        .iter()
        .flat_map(|(id, ..)| report.cell(Model::FreeThreads, id))
        .filter_map(|c| Some(rate(c.last()?.1)))
        .collect();
    if let Some(least) = free.into_iter().reduce(f64::min).filter(|_| report.machine.cores > 1) {
        let most = SECOND as f64 / pause as f64;
        let text = format!("Without a GIL there is no interval to wait for: at least half of **{most:.0}** a second");
        claims.push(Claim::new(text, least >= most / 2.0, format!("{least:.0} a second")).by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for (id, interval, _) in WAYS {
        for (_, run, outcome) in last_runs(report, id).filter(|(model, ..)| *model == Model::Threads) {
            let sleeper = of(&run.trace, SLEEPER);
            let wakes = outcome.figure("wakes").unwrap_or(0.0).max(1.0) as u64;
            let hand_overs: u32 = GilUse::of(&run.trace).iter().map(|one| one.hand_overs).sum();
            out.push(format!(
                "At **{}**: **{:.0}** wake-ups a second. The sleeper waited **{}** for the GIL on average; it went from hand to hand **{}** times in {}. \
                 The sleeper held it for **{}** of the time.",
                time(interval),
                rate(outcome),
                time(sleeper.wanted / wakes),
                grouped(hand_overs.into()),
                time(run.elapsed),
                percent(sleeper.held as f64 / run.elapsed.max(1) as f64),
            ));
        }
    }
    if !out.is_empty() {
        out.push(
            "That is the convoy: a thread that needs next to nothing waits a whole interval for it, again and again. A shorter \
             interval makes it wake up more often, and costs more hand-overs."
                .to_owned(),
        );
    }
    out.extend(
        free_rate(report).map(|rate| format!("Without a GIL, nobody was in its way: **{rate:.0}** wake-ups a second.")),
    );
    out
}

/// Wake-ups a second without a GIL, in the last run there is.
fn free_rate(report: &Report) -> Option<f64> {
    let cells = report.cells.iter().filter(|cell| cell.model == Model::FreeThreads);
    cells.filter_map(|cell| Some(rate(cell.last()?.1))).next_back()
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere};
    use super::*;
    use crate::model::{Mark, State, What};

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn each_wake_up_waits_a_whole_interval_and_no_two_compute_at_once() {
        let report = holds(&SCENARIO, "time=300");
        for (id, interval, _) in WAYS {
            let (run, outcome) = report.cell(Model::Threads, id).unwrap().last().unwrap();
            let sleeper = of(&run.trace, SLEEPER);
            let asked = u64::from(sleeper.hand_overs.saturating_sub(OTHERS));
            assert!(outcome.figure("wakes") > Some(0.0) && sleeper.wanted >= asked * interval, "{id}: {sleeper:?}");
            assert_eq!(run.trace.peak(State::Running), 1, "{id}");
        }
    }

    #[test]
    fn a_spinner_that_never_gave_way_is_found_out() {
        let mut report = holds(&SCENARIO, "time=100");
        for cell in &mut report.cells {
            cell.runs.iter_mut().for_each(|run| run.trace.records.retain(|r| r.what != What::Instant(Mark::Forced)));
        }
        assert_eq!(claims(&report).iter().filter(|c| !c.ok && !c.timed).count(), 3);
    }
}
