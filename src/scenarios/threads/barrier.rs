//! Threads work in rounds and meet at a barrier after each: nobody begins the next one before all have ended this one.

use super::{of_runs, runs};
use crate::model::params::{SPEED, count, wait};
use crate::model::rng::Rng;
use crate::model::units::time;
use crate::model::{Claim, MS, Model, Nanos, Outcome, Param, Plan, Report, State, Trace};
use crate::scenarios::waiting::lateness::{speed_note, took};
use crate::scenarios::{Arrangement, Bound, Chapter, Program, Scenario, Threads, beside, engine_only};
use crate::threading::{Barrier, Script, Shared, Thread, ThreadCx, ThreadError, ThreadsRun};
use std::sync::Arc;

/// A meeting point.
pub static SCENARIO: Scenario = Scenario {
    id: "barrier",
    title: "Round by round",
    chapter: Chapter::Threads,
    question: beside("Threads work in rounds, some faster than others. What keeps the fast ones from running ahead?"),
    params: PARAMS,
    variants: &[],
    presets: &[],
    arrangements: &[Arrangement {
        models: &[Model::Threads, Model::FreeThreads],
        variants: &[],
        program: Program::Threads(Threads { count: |plan| threads(plan) + 1, waits: true, make: engine_only(program) }),
    }],
    models: &[Model::Threads, Model::FreeThreads],
    repeats: 3,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("threads", "Threads", (2, 8), 4, "", "Threads that meet."),
    count("rounds", "Rounds", (1, 10), 3, "", "How often they meet."),
    wait("work", "Work", (10, 2_000), 500, "Longest a round's work takes; each gets a random part of it."),
    SPEED,
];

fn threads(plan: &Plan) -> usize {
    plan.values.count("threads") as usize
}

/// How long the work of each thread takes in each round.
fn works(seed: u64, threads: usize, rounds: u64, most: Nanos) -> Vec<Vec<Nanos>> {
    let mut rng = Rng::new(seed, 0);
    let one = |rng: &mut Rng| most / 5 + u64::from(rng.below((most / MS * 4 / 5) as u32 + 1)) * MS;
    (0..rounds).map(|_| (0..threads).map(|_| one(&mut rng)).collect()).collect()
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let names = (1..=threads(plan)).map(|n| format!("Thread-{n}"));
    Script::new(plan, main).threads(names).objects(["barrier"]).build()
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let (count, rounds) = (threads(plan), plan.values.count("rounds"));
    let works = Arc::new(works(plan.seed, count, rounds, plan.values.wait("work")));
    let barrier = Arc::new(Barrier::new(0, count)?);
    // What happened, in this order: a thread began a round, or ended it.
    let log = Shared::new(Vec::new());
    let thread = |n: usize| {
        let (barrier, log, works) = (barrier.clone(), log.clone(), works.clone());
        Thread::new(format!("Thread-{n}"), move |cx| {
            for (round, works) in works.iter().enumerate() {
                log.with(|log| log.push((round, n, false)));
                cx.sleep(works.get(n - 1).copied().unwrap_or(0))?;
                log.with(|log| log.push((round, n, true)));
                barrier.wait(cx)?;
            }
            Ok(())
        })
    };
    let threads: Vec<Thread> = (1..=count).map(thread).collect();
    threads.iter().try_for_each(|thread| thread.start(cx))?;
    threads.iter().try_for_each(|thread| thread.join(cx))?;
    let log = log.get();
    let outcome = Outcome::new(format!("{rounds} rounds, {} early", early(&log)))
        .with("ends", log.iter().filter(|(.., ended)| *ended).count() as f64);
    Ok((0..rounds as usize).fold(outcome, |outcome, round| {
        let ended = log.iter().filter(|(r, _, ended)| *r == round && *ended).map(|(_, n, _)| n.to_string());
        outcome.line(format!("round {}: ended {}", round + 1, ended.collect::<Vec<_>>().join(", ")))
    }))
}

/// How many rounds a thread began before another had ended the one before.
fn early(log: &[(usize, usize, bool)]) -> usize {
    let too_early = |(at, (round, _, ended)): &(usize, &(usize, usize, bool))| {
        !ended && log.iter().skip(*at).any(|(other, _, ended)| other < round && *ended)
    };
    log.iter().enumerate().filter(too_early).count()
}

/// How often all parties stood at the barrier.
fn complete(trace: &Trace, threads: u64) -> usize {
    trace.levels(0).filter(|(_, level)| u64::from(*level) == threads).count()
}

/// The sum of each round's longest work.
fn slowest(report: &Report) -> Nanos {
    let (spec, values) = (&report.spec, &report.spec.values);
    let works = works(spec.seed, values.count("threads") as usize, values.count("rounds"), values.wait("work"));
    works.iter().filter_map(|works| works.iter().max()).sum()
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    let time = slowest(report) / report.spec.values.speed();
    Some(Bound { label: "the slowest of each round".to_owned(), time })
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let (threads, rounds) = (values.count("threads"), values.count("rounds"));
    let done: Vec<_> = runs(report, "").collect();
    let Some((last, outcome)) = done.last() else { return Vec::new() };
    let expected = format!("{rounds} rounds, 0 early");
    let ends = Some((threads * rounds) as f64);
    let right = done.iter().filter(|(_, o)| o.value == expected && o.figure("ends") == ends).count();
    let mut claims = vec![Claim::new(
        "**Nobody** begins a round before all have ended the one before",
        right == done.len(),
        format!("{}: {}", of_runs(right, done.len()), outcome.value),
    )];
    let met = |trace: &Trace| complete(trace, threads) as u64;
    claims.push(Claim::new(
        format!("All {threads} stand at the barrier together **{rounds}** times"),
        done.iter().all(|(run, _)| met(&run.trace) == rounds),
        format!("{} times", met(&last.trace)),
    ));
    for model in [Model::Threads, Model::FreeThreads] {
        let what = format!("Each round is as long as its slowest thread ({})", model.label());
        claims.extend(took(report, model, "", &what, slowest(report), rounds));
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = runs(report, "").last() else { return Vec::new() };
    let waited = run.trace.total(State::Blocked);
    let mut out = vec![format!(
        "Who came first waited for the others: **{}** in all, the price of the barrier. The last to come let all go on.",
        time(waited),
    )];
    if let Some(line) = outcome.lines.first() {
        out.push(format!(
            "In which order they come does not matter (**{line}**): the next round begins when all have."
        ));
    }
    out.push(format!("The whole took **{}**, each round as long as its slowest thread.", time(run.elapsed)));
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
    fn every_thread_ends_every_round_once() {
        let report = holds(&SCENARIO, "");
        for (run, outcome) in runs(&report, "") {
            assert_eq!((outcome.value.as_str(), complete(&run.trace, 4)), ("3 rounds, 0 early", 3));
            for line in &outcome.lines {
                let mut ended: Vec<&str> = line.split("ended ").nth(1).unwrap().split(", ").collect();
                ended.sort_unstable();
                assert_eq!(ended, ["1", "2", "3", "4"], "{line}");
            }
        }
    }

    #[test]
    fn an_early_start_is_counted() {
        let (begins, ends) = (false, true);
        let fair = [(0, 1, begins), (0, 2, begins), (0, 1, ends), (0, 2, ends), (1, 2, begins), (1, 1, begins)];
        assert_eq!(early(&fair), 0);
        let unfair = [(0, 1, begins), (0, 2, begins), (0, 1, ends), (1, 1, begins), (0, 2, ends), (1, 2, begins)];
        assert_eq!(early(&unfair), 1);
    }

    #[test]
    fn a_round_too_few_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "rounds", "4").unwrap();
        // Whether three rounds are also shorter than four would be depends on how late they were.
        let by_count = |claim: &&Claim| !claim.text.starts_with("Each round");
        assert_eq!(claims(&report).iter().filter(by_count).filter(|claim| !claim.ok).count(), 2);
    }
}
