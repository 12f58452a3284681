//! Two transfers take the locks of two accounts: as they come, in one order for all, or with a limit.

use rust_decimal::Decimal;

use super::{deadlocked, of_runs, runs};
use crate::model::params::{SPEED, amount, wait};
use crate::model::rng::Rng;
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, State, Trace};
use crate::scenarios::waiting::lateness::speed_note;
use crate::scenarios::{Arrangement, Chapter, Program, Scenario, Threads, Variant, beside, engine_only};
use crate::threading::{Barrier, Lock, Script, Shared, Thread, ThreadCx, ThreadError, ThreadsRun};
use std::sync::Arc;

/// Locks in a circle.
pub static SCENARIO: Scenario = Scenario {
    id: "deadlock",
    title: "Two transfers, two locks",
    chapter: Chapter::Threads,
    question: beside(
        "One thread moves money from A to B, another from B to A. Each needs both accounts' locks. Can they get stuck?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: AS_THEY_COME, label: "as they come", bad: true },
        Variant { id: ORDERED, label: "ordered", bad: false },
        Variant { id: TIME_OUT, label: "time-out", bad: false },
    ],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[AS_THEY_COME, ORDERED, TIME_OUT],
        program: Program::Threads(Threads { count: |_| 3, waits: true, make: engine_only(program) }),
    }],
    models: &[Model::Threads, Model::FreeThreads],
    repeats: 3,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const AS_THEY_COME: &str = "as-they-come";
const ORDERED: &str = "ordered";
const TIME_OUT: &str = "time-out";

const PARAMS: &[Param] = &[
    amount("balance", "Balance", (50_000, 100_000_000, 100_000), 2, "", "In each account at first."),
    amount("a-to-b", "A to B", (1, 50_000, 10_000), 2, "", "What Thread-1 moves."),
    amount("b-to-a", "B to A", (1, 50_000, 5_000), 2, "", "What Thread-2 moves."),
    wait("work", "Work", (0, 2_000), 100, "How long a transfer takes once it has both locks."),
    wait("limit", "Time-out", (10, 2_000), 200, "How long to wait for the second lock."),
    SPEED,
];

const THREADS: [&str; 2] = ["Thread-1", "Thread-2"];
const LOCKS: [&str; 2] = ["lock A", "lock B"];

/// Two accounts, 0 and 1, and their locks.
struct Bank {
    locks: [Lock; 2],
    balances: Shared<[Decimal; 2]>,
    /// Where each meets the other with one lock in hand: the bad moment, which else comes seldom, comes every time.
    met: Barrier,
    work: Nanos,
    limit: Nanos,
}

impl Bank {
    fn transfer(&self, cx: &ThreadCx, plan: &Plan, from: usize, amount: Decimal) -> Result<(), ThreadError> {
        let (mine, other) = (&self.locks[from], &self.locks[1 - from]);
        match plan.variant.as_str() {
            ORDERED => {
                let [first, second] = &self.locks; // A's before B's, whichever way the money goes
                let _first = first.acquire(cx)?;
                let _second = second.acquire(cx)?;
                self.pay(cx, from, amount)
            }
            TIME_OUT => {
                let mut rng = Rng::new(plan.seed, u64::from(plan.repeat) * 2 + from as u64);
                for tries in 0_u32.. {
                    let held = mine.acquire(cx)?;
                    if tries == 0 {
                        self.met.wait(cx)?;
                    }
                    if let Some(_second) = other.acquire_timeout(cx, self.limit)? {
                        return self.pay(cx, from, amount);
                    }
                    drop(held);
                    // A random pause, longer every time: or both may go on trying in step for ever.
                    cx.sleep(self.limit * u64::from(rng.below(100 << tries.min(5))) / 100)?;
                }
                Ok(())
            }
            _ => {
                let _first = mine.acquire(cx)?;
                self.met.wait(cx)?;
                let _second = other.acquire(cx)?;
                self.pay(cx, from, amount)
            }
        }
    }

    /// Moves the money; the caller holds both locks.
    fn pay(&self, cx: &ThreadCx, from: usize, amount: Decimal) -> Result<(), ThreadError> {
        self.balances.with(|balances| balances[from] -= amount);
        cx.sleep(self.work)?;
        self.balances.with(|balances| balances[1 - from] += amount);
        Ok(())
    }
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    Script::new(plan, main).threads(THREADS).objects(LOCKS).of_deadlock(deadlocked::outcome).build()
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let values = &plan.values;
    let bank = Arc::new(Bank {
        locks: [Lock::new(0), Lock::new(1)],
        balances: Shared::new([values.amount("balance"); 2]),
        met: Barrier::unnamed(2)?,
        work: values.wait("work"),
        limit: values.wait("limit"),
    });
    let threads = [(0, "a-to-b"), (1, "b-to-a")].map(|(from, key)| {
        let (bank, plan, amount) = (bank.clone(), plan.clone(), values.amount(key));
        Thread::new(THREADS[from], move |cx| bank.transfer(cx, &plan, from, amount))
    });
    threads.iter().try_for_each(|thread| thread.start(cx))?;
    threads.iter().try_for_each(|thread| thread.join(cx))?;
    Ok(Outcome::new(balances(bank.balances.get())))
}

fn balances([a, b]: [Decimal; 2]) -> String {
    format!("A {a}, B {b}, sum {}", a + b)
}

/// What the accounts must hold in the end.
fn expected(report: &Report) -> String {
    let values = &report.spec.values;
    let (before, moved) = (values.amount("balance"), values.amount("a-to-b") - values.amount("b-to-a"));
    balances([before - moved, before + moved])
}

/// How often a thread that held one lock gave up waiting for the other.
fn given_up(trace: &Trace) -> usize {
    trace.marks(Mark::TimedOut).count()
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    claims.extend(deadlocked::named(
        report,
        AS_THEY_COME,
        "Locks taken as they come end in a **deadlock**: both threads, both locks and both holders are named",
        2,
        &["Thread-1 waits for lock B, held by Thread-2.", "Thread-2 waits for lock A, held by Thread-1."],
    ));
    claims.extend(deadlocked::soon(report, AS_THEY_COME));
    let expected = expected(report);
    for variant in &SCENARIO.variants[1..] {
        let values: Vec<&str> = runs(report, variant.id).map(|(_, outcome)| outcome.value.as_str()).collect();
        let right = values.iter().filter(|value| **value == expected).count();
        if let Some(last) = values.last() {
            let text = format!("With **{}** both balances are right and the sum is kept", variant.label);
            let measured = format!("{}: {last}", of_runs(right, values.len()));
            claims.push(Claim::new(text, right == values.len(), measured));
        }
    }
    if let Some((most, all)) = waits_for_second(report) {
        let text = "Ordered, **nobody waits** for lock B: only who has lock A asks for it";
        claims.push(Claim::new(text, most == 0, format!("{most} waits in {all} runs")));
    }
    let gave: Vec<usize> = runs(report, TIME_OUT).map(|(run, _)| given_up(&run.trace)).collect();
    if let (Some(least), Some(most)) = (gave.iter().min(), gave.iter().max()) {
        let text = "With a time-out, a thread **gives its lock back** and tries again";
        claims.push(Claim::new(text, *least > 0, format!("{least} to {most} times a run")));
    }
    claims
}

/// How often any thread waited for the second lock of the order, and in how many runs.
fn waits_for_second(report: &Report) -> Option<(usize, usize)> {
    let waits = runs(report, ORDERED)
        .map(|(run, _)| run.trace.spans().iter().filter(|span| span.state == State::Blocked && span.arg == 1).count());
    let waits: Vec<usize> = waits.collect();
    (!waits.is_empty()).then(|| (waits.iter().sum(), waits.len()))
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    if let Some((run, outcome)) = runs(report, AS_THEY_COME).last() {
        let after = deadlocked::found_after(run, outcome).map(time).unwrap_or_default();
        out.push(format!(
            "**{}** The circle was found **{after}** after the last of these waits began, and the run was ended. CPython \
             looks for no circles: there the program hangs for ever.",
            deadlocked::words(outcome),
        ));
    }
    if let Some((run, _)) = runs(report, ORDERED).last() {
        out.push(format!(
            "Ordered, both threads take lock A first. One waited **{}** with nothing in its hands, so no circle can close.",
            time(run.trace.total(State::Blocked)),
        ));
    }
    if let Some((run, _)) = runs(report, TIME_OUT).last() {
        out.push(format!(
            "With a time-out the circle closed too, but **{}** waits ended with the limit. The thread gave its lock back, \
             paused for a random time and tried again. The whole took **{}**: a time-out repairs, an order prevents.",
            given_up(&run.trace),
            time(run.elapsed),
        ));
    }
    out.extend(speed_note(report));
    out
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere, once};
    use super::*;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_balances_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        for variant in [ORDERED, TIME_OUT] {
            assert!(runs(&report, variant).all(|(_, o)| o.value == "A 950.00, B 1050.00, sum 2000.00"));
        }
    }

    #[test]
    fn bad_is_named_and_good_keeps_the_sum_100_times_out_of_100() {
        let spec = crate::scenarios::waiting::testing::spec(&SCENARIO, "speed=10&work=0&limit=10");
        for repeat in 0..50 {
            for model in [Model::Threads, Model::FreeThreads] {
                let value = |variant| once(spec.plan(model, variant, repeat)).outcome().unwrap().value.clone();
                assert_eq!(value(AS_THEY_COME), deadlocked::VALUE);
                assert_eq!(value(ORDERED), "A 950.00, B 1050.00, sum 2000.00");
                assert_eq!(value(TIME_OUT), "A 950.00, B 1050.00, sum 2000.00");
            }
        }
    }

    #[test]
    fn a_wrong_balance_and_a_run_that_does_not_end_in_a_deadlock_are_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "a-to-b", "1.00").unwrap();
        for cell in &mut report.cells {
            cell.variant = if cell.variant == AS_THEY_COME { ORDERED } else { AS_THEY_COME }.to_owned();
        }
        assert!(claims(&report).iter().filter(|claim| !claim.ok).count() >= 2);
    }
}
