//! A method that takes a lock calls itself: a lock shuts its own holder out, a re-entrant one does not.

use super::{deadlocked, of_runs, runs};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run};
use crate::scenarios::waiting::lateness::speed_note;
use crate::scenarios::{Arrangement, Chapter, Program, Scenario, Threads, Variant, beside, engine_only};
use crate::threading::{Lock, RLock, Script, Shared, Thread, ThreadCx, ThreadError, ThreadsRun};
use std::sync::Arc;

/// Re-entry.
pub static SCENARIO: Scenario = Scenario {
    id: "rlock",
    title: "A lock taken twice",
    chapter: Chapter::Threads,
    question: beside(
        "A method sums a tree under a lock. For each branch it calls itself and takes the same lock again. What happens?",
    ),
    params: PARAMS,
    variants: &[Variant { id: LOCK, label: "Lock", bad: true }, Variant { id: RLOCK, label: "RLock", bad: false }],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[LOCK, RLOCK],
        program: Program::Threads(Threads { count: |plan| threads(plan) + 1, waits: true, make: engine_only(program) }),
    }],
    models: &[Model::Threads, Model::FreeThreads],
    repeats: 3,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const LOCK: &str = "lock";
const RLOCK: &str = "rlock";

const PARAMS: &[Param] = &[
    count("depth", "Depth", (2, 8), 5, "", "Levels of the tree; node n has the value n."),
    count("threads", "Threads", (1, 4), 2, "", "Threads that each sum it."),
    wait("visit", "Visit", (0, 10), 5, "How long a node takes."),
    SPEED,
];

fn threads(plan: &Plan) -> usize {
    plan.values.count("threads") as usize
}

fn nodes(depth: u64) -> u64 {
    (1 << depth) - 1
}

enum Guard {
    Lock(Lock),
    RLock(RLock),
}

/// A full binary tree: below node n are 2n and 2n + 1.
struct Tree {
    nodes: u64,
    visit: Nanos,
    guard: Guard,
    /// The most often that a thread held the lock at once.
    deepest: Shared<u32>,
}

impl Tree {
    fn total(&self, cx: &ThreadCx, node: u64) -> Result<u64, ThreadError> {
        if node > self.nodes {
            return Ok(0);
        }
        match &self.guard {
            Guard::Lock(lock) => {
                let _held = lock.acquire(cx)?;
                self.with_branches(cx, node)
            }
            Guard::RLock(lock) => {
                let _held = lock.acquire(cx)?;
                self.deepest.with(|deepest| *deepest = lock.count(cx).max(*deepest));
                self.with_branches(cx, node)
            }
        }
    }

    fn with_branches(&self, cx: &ThreadCx, node: u64) -> Result<u64, ThreadError> {
        cx.sleep(self.visit)?;
        Ok(node + self.total(cx, 2 * node)? + self.total(cx, 2 * node + 1)?)
    }
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let names = (1..=threads(plan)).map(|n| format!("Thread-{n}"));
    Script::new(plan, main).threads(names).objects(["the lock"]).of_deadlock(deadlocked::outcome).build()
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let guard = if plan.variant == RLOCK { Guard::RLock(RLock::new(0)) } else { Guard::Lock(Lock::new(0)) };
    let (nodes, visit) = (nodes(plan.values.count("depth")), plan.values.wait("visit"));
    let tree = Arc::new(Tree { nodes, visit, guard, deepest: Shared::new(0) });
    let sums = Shared::new(Vec::new());
    let thread = |n| {
        let (tree, sums) = (tree.clone(), sums.clone());
        Thread::new(format!("Thread-{n}"), move |cx| {
            let sum = tree.total(cx, 1)?;
            sums.with(|sums| sums.push(grouped(sum)));
            Ok(())
        })
    };
    let threads: Vec<Thread> = (1..=threads(plan)).map(thread).collect();
    threads.iter().try_for_each(|thread| thread.start(cx))?;
    threads.iter().try_for_each(|thread| thread.join(cx))?;
    let mut sums = sums.get();
    let all = sums.len();
    sums.dedup();
    Ok(Outcome::new(sums.join(" and ")).with("sums", all as f64).with("deepest", tree.deepest.get().into()))
}

/// How often threads took the lock that did not hold it already.
fn taken(run: &Run) -> u64 {
    run.trace.marks(Mark::Acquired).count() as u64
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let (depth, threads) = (values.count("depth"), values.count("threads"));
    let nodes = nodes(depth);
    let sum = grouped(nodes * (nodes + 1) / 2);
    let mut claims = Vec::new();
    claims.extend(deadlocked::named(
        report,
        LOCK,
        "With a Lock the thread **waits for itself**: the deadlock is found and named",
        1,
        &["waits for the lock, which it holds itself."],
    ));
    claims.extend(deadlocked::soon(report, LOCK));
    let done: Vec<(&Run, &Outcome)> = runs(report, RLOCK).collect();
    let Some((last, outcome)) = done.last() else { return claims };
    let right = |(_, o): &&(&Run, &Outcome)| o.value == sum && o.figure("sums") == Some(threads as f64);
    let right = done.iter().filter(right).count();
    let text = format!("With an RLock every thread's sum is **{sum}**");
    let measured = format!("{}: {}", of_runs(right, done.len()), outcome.value);
    claims.push(Claim::new(text, right == done.len(), measured));
    let deep = |o: &Outcome| o.figure("deepest").unwrap_or(0.0);
    let ok = done.iter().all(|(_, o)| deep(o) == depth as f64);
    claims.push(Claim::new(
        format!("Its holder holds it **{depth}** times at once"),
        ok,
        format!("{} times", deep(outcome)),
    ));
    let text = if threads == 1 {
        "All of that is one hold: the lock is taken **once**".to_owned()
    } else {
        format!("To the other threads that is one hold: the lock changes hands **{threads}** times")
    };
    let ok = done.iter().all(|(run, _)| taken(run) == threads);
    claims.push(Claim::new(text, ok, format!("{} times", taken(last))));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    if let Some((run, outcome)) = runs(report, LOCK).last() {
        let after = deadlocked::found_after(run, outcome).map(time).unwrap_or_default();
        out.push(format!(
            "**{}** A Lock does not ask who comes: it is held, so even its holder waits. That was named after **{after}**; \
             CPython would wait for ever.",
            deadlocked::words(outcome),
        ));
    }
    if let Some((run, outcome)) = runs(report, RLOCK).last() {
        let values = &report.spec.values;
        let (took, deepest) = (nodes(values.count("depth")), outcome.figure("deepest").unwrap_or(0.0));
        let mut text = format!(
            "An RLock knows its holder and counts. Each thread took it **{took}** times, up to **{deepest}** deep, and it was \
             free again only when it had been given back as often."
        );
        if values.count("threads") > 1 {
            text += &format!(" It changed hands **{}** times.", taken(run));
        }
        out.push(text);
    }
    out.extend(speed_note(report));
    out
}

#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere};
    use super::*;

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_sum_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        assert!(runs(&report, RLOCK).all(|(_, o)| o.value == "496" && o.figure("deepest") == Some(5.0)));
        assert!(runs(&report, LOCK).all(|(_, o)| o.value == deadlocked::VALUE));
    }

    #[test]
    fn a_thread_alone_shuts_itself_out_too() {
        let report = holds(&SCENARIO, "threads=1");
        let said = runs(&report, LOCK).map(|(_, outcome)| deadlocked::words(outcome));
        for words in said {
            assert!(words.starts_with("Thread-1 waits for the lock, which it holds itself."), "{words}");
        }
    }

    #[test]
    fn a_wrong_sum_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "depth", "4").unwrap();
        // A busy machine may cost a claim that the clock judges, too.
        assert_eq!(claims(&report).iter().filter(|claim| !claim.ok && !claim.timed).count(), 2);
    }
}
