//! A thread that sleeps beside one that spins: how long it waits for the GIL is up to the switch interval.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::last_runs;
use crate::model::params::{count, wait};
use crate::model::units::{grouped, percent, time};
use crate::model::{Cell, Claim, GilUse, MS, Model, Nanos, Outcome, Param, Plan, Report, Run, SECOND, Trace, US};
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

/// Wake-ups a second in every run of a cell, ascending.
fn rates(cell: &Cell) -> Vec<f64> {
    let mut rates: Vec<f64> = cell.finished().map(|(_, outcome)| rate(outcome)).collect();
    rates.sort_by(f64::total_cmp);
    rates
}

/// What became of the GIL in a run.
struct Hands {
    /// How often the spinner had to give it up.
    forced: u32,
    /// How often the sleeper took it from another.
    taken: u32,
    /// How often it went from one thread to another in all.
    all: u32,
    wakes: u32,
    lasted: Nanos,
}

impl Hands {
    fn of_runs(cell: &Cell) -> Vec<Hands> {
        let of_run = |(run, outcome): (&Run, &Outcome)| Hands {
            forced: of(&run.trace, SPINNER).forced,
            taken: of(&run.trace, SLEEPER).hand_overs,
            all: GilUse::of(&run.trace).iter().map(|one| one.hand_overs).sum(),
            wakes: outcome.figure("wakes").unwrap_or(0.0) as u32,
            lasted: run.elapsed,
        };
        cell.finished().map(of_run).collect()
    }

    /// How far it is from one taking for each time the spinner was made to give way.
    fn unforced(&self) -> u32 {
        self.forced.abs_diff(self.taken)
    }

    /// How far it is from there and back at each wake-up.
    fn astray(&self) -> u32 {
        self.all.abs_diff(2 * self.wakes)
    }

    fn there_and_back(&self) -> bool {
        self.astray() <= self.wakes * 2 / 3 + OTHERS
    }
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    for (id, interval, cpython) in WAYS {
        if let Some(cell) = report.cell(Model::Threads, id) {
            claims.extend(hand_overs(report, cell, interval));
            claims.extend(wake_ups(report, cell, interval, cpython));
        }
    }
    claims.extend(without(report));
    claims
}

/// The claims about who gives way to whom, in every run.
fn hand_overs(report: &Report, cell: &Cell, interval: Nanos) -> Vec<Claim> {
    let values = &report.spec.values;
    let (pause, label) = (nap(values.count("nap")), time(interval));
    let hands = Hands::of_runs(cell);
    let mut claims = Vec::new();
    // The spinner never waits: who takes the GIL from it has asked for it. (A sleeper that finds it free need not.) Where there
    // are few hand-overs, those of others would hide it.
    let enough = values.wait("time") > Nanos::from(2 * OTHERS) * (pause + interval);
    if let Some(worst) = hands.iter().max_by_key(|hands| hands.unforced()).filter(|_| enough) {
        let ok = hands.iter().all(|hands| hands.forced > 0 && hands.unforced() <= OTHERS);
        let between = worst.lasted.checked_div(worst.forced.into());
        let between = between.map(|between| format!(", once in {}", time(between))).unwrap_or_default();
        let (forced, taken) = (grouped(worst.forced.into()), grouped(worst.taken.into()));
        let measured = format!("forced {forced} times{between}; taken {taken}");
        claims.push(Claim::new(format!("At {label}, the spinner gives way **only when asked**"), ok, measured));
    }
    // During a shorter nap the spinner may not have woken up to take it back.
    if let Some(worst) = hands.iter().max_by_key(|hands| hands.astray()).filter(|_| enough && pause >= nap(NAP)) {
        let ok = hands.iter().all(Hands::there_and_back);
        let measured = format!("{} for {} wake-ups", grouped(worst.all.into()), grouped(worst.wakes.into()));
        let text = format!("At {label}, the GIL goes there and back: about **two** hand-overs for each wake-up");
        claims.push(Claim::new(text, ok, measured).by_the_clock());
    }
    claims
}

/// The claims about how often the sleeper wakes up.
fn wake_ups(report: &Report, cell: &Cell, interval: Nanos, cpython: f64) -> Vec<Claim> {
    let (pause, label, rates) = (nap(report.spec.values.count("nap")), time(interval), rates(cell));
    let (Some(fastest), Some(median)) = (rates.last(), rates.get(rates.len() / 2)) else { return Vec::new() };
    let most = SECOND as f64 / (pause + interval) as f64;
    let text = format!("At {label}, each wake-up takes a nap and an interval: at most **{most:.0}** a second");
    let mut claims = vec![Claim::new(text, *fastest <= most * 1.05, format!("{fastest:.0} a second")).by_the_clock()];
    if pause == nap(NAP) {
        let ok = (median / cpython - 1.0).abs() <= 0.2;
        let text = format!("At {label}, near CPython's **{cpython}** a second (± 20 %)");
        claims.push(Claim::new(text, ok, format!("{median:.0} a second")).by_the_clock());
    }
    claims
}

/// The claim that without a GIL nobody waits for an interval.
fn without(report: &Report) -> Option<Claim> {
    let cells = report.cells.iter().filter(|cell| cell.model == Model::FreeThreads);
    let slowest = cells.flat_map(rates).reduce(f64::min).filter(|_| report.machine.cores > 1)?;
    let pause = nap(report.spec.values.count("nap"));
    // A short nap costs more than itself.
    let least = SECOND as f64 / (pause + pause.max(MS / 2)) as f64;
    let text = format!("Without a GIL there is no interval to wait for: at least **{least:.0}** a second");
    Some(Claim::new(text, slowest >= least, format!("{slowest:.0} a second")).by_the_clock())
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
mod tests;
