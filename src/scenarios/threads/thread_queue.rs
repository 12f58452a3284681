//! Producers and consumers with a bounded queue between them, ended by poison pills.

use std::sync::Arc;

use super::{last_runs, runs};
use crate::model::params::{SPEED, count, wait};
use crate::model::rng::Rng;
use crate::model::units::time;
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, State, Trace};
use crate::scenarios::waiting::lateness::speed_note;
use crate::scenarios::{Arrangement, Chapter, Program, Scenario, Threads, beside, engine_only};
use crate::threading::{Queue, Script, Shared, Thread, ThreadCx, ThreadError, ThreadsRun};

/// A queue between threads.
pub static SCENARIO: Scenario = Scenario {
    id: "thread-queue",
    title: "A queue between threads",
    chapter: Chapter::Threads,
    question: beside(
        "Three producers and two consumers share a queue with room for ten. How do the consumers know that no more will come?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[],
        program: Program::Threads(Threads { count: threads, waits: true, make: engine_only(program) }),
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
    count("producers", "Producers", (1, 8), 3, "", "Threads that put items."),
    count("items", "Items", (1, 50), 5, "", "Items of each producer."),
    count("consumers", "Consumers", (1, 8), 2, "", "Threads that take items."),
    count("size", "Size", (1, 100), 10, "", "Items the queue has room for."),
    wait("make", "Making", (10, 1_000), 50, "Longest time for an item; shortest a fifth."),
    wait("use", "Using", (10, 1_000), 80, "Longest time for an item; shortest a quarter."),
    SPEED,
];

/// Producers and consumers.
fn crew(plan: &Plan) -> (usize, usize) {
    (plan.values.count("producers") as usize, plan.values.count("consumers") as usize)
}

fn threads(plan: &Plan) -> usize {
    let (producers, consumers) = crew(plan);
    1 + producers + consumers
}

fn producer(n: usize) -> String {
    format!("producer-{n}")
}

fn consumer(n: usize) -> String {
    format!("consumer-{n}")
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let (producers, consumers) = crew(plan);
    let names = (1..=producers).map(producer).chain((1..=consumers).map(consumer));
    Script::new(plan, main).threads(names).objects(["queue"]).build()
}

/// A random time of at most `longest`, and at least one `part`th of it.
fn between(rng: &mut Rng, longest: Nanos, part: Nanos) -> Nanos {
    let least = longest / part;
    least + (longest - least) * u64::from(rng.below(1001)) / 1000
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let ((producers, consumers), values) = (crew(plan), &plan.values);
    let (items, make, using, seed) = (values.count("items"), values.wait("make"), values.wait("use"), plan.seed);
    let queue = Arc::new(Queue::new(0, values.count("size") as usize));
    let (used, pills) = (Shared::new(Vec::new()), Shared::new(0_usize));
    let produce = |n: usize| {
        let (queue, mut rng) = (queue.clone(), Rng::new(seed, n as u64));
        Thread::new(producer(n), move |cx| {
            for item in 0..items {
                cx.sleep(between(&mut rng, make, 5))?;
                queue.put(cx, Some((n, item)))?;
            }
            Ok(())
        })
    };
    let consume = |n: usize| {
        let (queue, used, pills) = (queue.clone(), used.clone(), pills.clone());
        let mut rng = Rng::new(seed, (producers + n) as u64);
        Thread::new(consumer(n), move |cx| {
            while let Some(item) = queue.get(cx)? {
                cx.lane.mark(Mark::Received, 0);
                cx.sleep(between(&mut rng, using, 4))?;
                used.with(|used| used.push(item));
            }
            pills.with(|pills| *pills += 1);
            Ok(())
        })
    };
    let producers: Vec<Thread> = (1..=producers).map(produce).collect();
    let consumers: Vec<Thread> = (1..=consumers).map(consume).collect();
    producers.iter().chain(&consumers).try_for_each(|thread| thread.start(cx))?;
    producers.iter().try_for_each(|thread| thread.join(cx))?;
    consumers.iter().try_for_each(|_| queue.put(cx, None))?;
    consumers.iter().try_for_each(|thread| thread.join(cx))?;
    let mut used = used.get();
    let count = used.len();
    used.sort_unstable();
    used.dedup();
    Ok(Outcome::new(format!("{count} items used, {} different", used.len()))
        .with("used", count as f64)
        .with("different", used.len() as f64)
        .with("pills", pills.get() as f64))
}

/// The most items that waited at one moment.
fn deepest(trace: &Trace) -> u64 {
    trace.levels(0).map(|(_, depth)| u64::from(depth)).max().unwrap_or(0)
}

/// Time that the threads with names that begin so waited at the queue.
fn waited(trace: &Trace, who: &str) -> Nanos {
    let lanes: Vec<u32> = trace.lanes.iter().filter(|lane| lane.name.starts_with(who)).map(|lane| lane.id).collect();
    let spans = trace.spans().into_iter().filter(|s| s.state == State::Blocked && lanes.contains(&s.lane));
    spans.map(|s| s.end - s.start).sum()
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let (all, consumers, size) =
        (values.count("producers") * values.count("items"), values.count("consumers"), values.count("size"));
    let Some((run, outcome)) = runs(report, "").last() else { return Vec::new() };
    let figure = |outcome: &Outcome, name| outcome.figure(name).unwrap_or(0.0) as u64;
    let every = |test: &dyn Fn(&Trace, &Outcome) -> bool| runs(report, "").all(|(run, o)| test(&run.trace, o));
    vec![
        Claim::new(
            format!("**{all}** items are used, once each"),
            every(&|_, o| figure(o, "used") == all && figure(o, "different") == all),
            outcome.value.clone(),
        ),
        Claim::new(
            format!("All **{consumers}** consumers end, each by its pill"),
            every(&|_, o| figure(o, "pills") == consumers),
            format!("{} ended", figure(outcome, "pills")),
        ),
        Claim::new(
            format!("Never more than **{size}** in the queue"),
            every(&|trace, _| (1..=size).contains(&deepest(trace))),
            format!("at most {}", deepest(&run.trace)),
        ),
    ]
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for (model, run, outcome) in last_runs(report, "") {
        out.push(format!(
            "With {}: {} in **{}**. At most **{}** waited in the queue. Producers waited **{}** for room, consumers **{}** \
             for items.",
            model.label(),
            outcome.value,
            time(run.elapsed),
            deepest(&run.trace),
            time(waited(&run.trace, "producer")),
            time(waited(&run.trace, "consumer")),
        ));
    }
    if !out.is_empty() {
        out.push(format!(
            "When all producers had ended, the main thread put **{}** pills. A consumer that gets one ends, so each needs \
             its own.",
            report.spec.values.count("consumers")
        ));
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
    fn a_small_queue_holds_producers_up() {
        let report = holds(&SCENARIO, "size=1&use=1000&make=10");
        for (_, run, outcome) in last_runs(&report, "") {
            assert_eq!(outcome.value, "15 items used, 15 different");
            assert!(deepest(&run.trace) == 1 && waited(&run.trace, "producer") > 0);
        }
    }

    #[test]
    fn a_lost_item_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "items", "6").unwrap();
        report.spec.values.set(PARAMS, "consumers", "3").unwrap();
        assert_eq!(claims(&report).iter().filter(|c| !c.ok).count(), 2);
    }
}
