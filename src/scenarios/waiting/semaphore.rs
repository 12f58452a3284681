//! A semaphore lets K of N jobs in at once; the others wait their turn.

use super::lateness::{STEP, real, slack, speed_note, took};
use crate::aio::{Cx, Exception, Semaphore};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, LaneIndex, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, State, Trace, What};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, beside, engine_only};
use std::collections::VecDeque;
use std::rc::Rc;

/// Jobs behind a semaphore.
pub static SCENARIO: Scenario = Scenario {
    id: "semaphore",
    title: "At most K at once",
    chapter: Chapter::Waiting,
    question: beside("Ten jobs of one second each, but only three are allowed in at a time. How long will it take?"),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "100 jobs, 10 at once", link: "jobs=100&limit=10" },
        Preset { name: "50 short jobs, 5 at once", link: "jobs=50&limit=5&work=500" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| 1 + plan.values.count("jobs") as usize,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("jobs", "Jobs", (1, 1_000), 10, "", "Tasks that all start at once."),
    count("limit", "Limit", (1, 100), 3, "", "How many the semaphore lets in at a time."),
    wait("work", "Work", (10, 10_000), 1_000, "How long each job stays inside."),
    SPEED,
];

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (jobs, work) = (plan.values.count("jobs"), plan.values.wait("work"));
        let gate = Semaphore::new(&cx, "gate", plan.values.count("limit"));
        cx.gather((0..jobs).map(|_| job(cx.clone(), gate.clone(), work))).await?;
        Ok(Outcome::new(format!("{} jobs done", grouped(jobs))).with("jobs", jobs as f64))
    })
}

async fn job(cx: Cx, gate: Semaphore, work: Nanos) -> Result<(), Exception> {
    let _inside = gate.acquire().await?;
    cx.sleep(work).await
}

/// What a trace says about the gate.
struct Seen {
    /// The most jobs inside at one moment.
    peak: usize,
    /// The longest row of jobs of which each got its permit from the one before.
    rounds: u64,
    /// Mean time from a job's creation to its end.
    response: Nanos,
    /// Jobs that had to wait.
    blocked: usize,
}

/// Follows the permits: the n-th to be taken beyond the first K is the n-th that was given back.
fn seen(trace: &Trace, limit: usize) -> Seen {
    let (mut inside, mut peak, mut taken) = (0_usize, 0, 0_usize);
    let index = LaneIndex::of(trace);
    // Of each lane: the round of its permit, and when it was created.
    let mut jobs: Vec<(Option<u64>, Option<Nanos>)> = vec![(None, None); trace.lanes.len()];
    let mut returned: VecDeque<u64> = VecDeque::new();
    let mut responses: Vec<Nanos> = Vec::new();
    for record in &trace.records {
        let (What::Instant(mark), Some(lane)) = (record.what, index.get(record.lane)) else { continue };
        let (round, created) = &mut jobs[lane];
        match mark {
            Mark::Created => *created = Some(record.at),
            Mark::Acquired => {
                inside += 1;
                taken += 1;
                peak = peak.max(inside);
                let before = if taken > limit { returned.pop_front().unwrap_or(0) } else { 0 };
                *round = Some(before + 1);
            }
            Mark::Released => {
                inside = inside.saturating_sub(1);
                returned.push_back(round.unwrap_or(0));
            }
            Mark::Finished if round.is_some() => {
                responses.extend(created.map(|from| record.at.saturating_sub(from)));
            }
            _ => {}
        }
    }
    let blocked = trace.spans().iter().filter(|span| span.state == State::Blocked).count();
    let response = responses.iter().sum::<Nanos>() / responses.len().max(1) as u64;
    Seen { peak, rounds: jobs.iter().filter_map(|(round, _)| *round).max().unwrap_or(0), response, blocked }
}

/// Whether the gate let them in in the order they came, which is that of their creation.
fn in_turn(trace: &Trace) -> bool {
    let index = LaneIndex::of(trace);
    trace.marks(Mark::Acquired).map(|mark| index.get(mark.lane)).is_sorted_by(|one, next| one < next)
}

/// Jobs, limit, work (as it really passes) and ⌈jobs ÷ limit⌉.
fn asked(report: &Report) -> (u64, u64, Nanos, u64) {
    let values = &report.spec.values;
    let (jobs, limit) = (values.count("jobs"), values.count("limit").max(1));
    (jobs, limit, real(report, values.wait("work")), jobs.div_ceil(limit))
}

/// The mean response that theory gives: each job waits for the rounds before its own, and its own.
fn mean_response(report: &Report) -> Nanos {
    let (jobs, limit, work, _) = asked(report);
    let rounds: u64 = (0..jobs).map(|job| job / limit + 1).sum();
    rounds * work / jobs.max(1)
}

fn claims(report: &Report) -> Vec<Claim> {
    let (jobs, limit, _, rounds) = asked(report);
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let runs: Vec<(&Run, Seen)> = cell.finished().map(|(run, _)| (run, seen(&run.trace, limit as usize))).collect();
    let Some((_, last)) = runs.last() else { return Vec::new() };
    let most = limit.min(jobs) as usize;
    let ok = |test: &dyn Fn(&Seen) -> bool| runs.iter().all(|(_, seen)| test(seen));
    let mut claims = vec![
        Claim::new(
            format!("Never more than **{most}** inside, and at some moment that many"),
            ok(&|s| s.peak == most),
            format!("{} at once", last.peak),
        ),
        Claim::new(
            format!("**{rounds}** rounds: {jobs} jobs ÷ {limit}, rounded up"),
            ok(&|s| s.rounds == rounds),
            format!("{} rounds", grouped(last.rounds)),
        ),
    ];
    let work = report.spec.values.wait("work");
    claims.extend(took(report, Model::Asyncio, "", "All rounds one after another take", rounds * work, rounds));
    let (mean, late) = (mean_response(report), slack(rounds));
    let response = Claim::new(
        format!("The mean response is **{}** (at most {} late)", time(mean), time(late)),
        ok(&|s| s.response + STEP >= mean && s.response <= mean + late),
        time(last.response),
    );
    claims.push(response.by_the_clock());
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let (jobs, limit, work, rounds) = asked(report);
    let Some((run, _)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let seen = seen(&run.trace, limit as usize);
    let order = if in_turn(&run.trace) { " The semaphore let them in in the order they came." } else { "" };
    let mut out = vec![format!(
        "At most **{}** of {} jobs were inside at the same moment. **{}** had to wait at the gate, {} in all.{order}",
        seen.peak,
        grouped(jobs),
        grouped(seen.blocked as u64),
        time(run.trace.total(State::Blocked)),
    )];
    out.push(format!(
        "That makes **{}** rounds of {}. All {} jobs were done after **{}**; without the gate it would have been one round.",
        grouped(seen.rounds),
        time(work),
        grouped(jobs),
        time(run.elapsed),
    ));
    let last_round = jobs - (rounds - 1) * limit;
    let fill = if last_round < limit && rounds > 1 {
        format!(" The last round had only {last_round}, so {} places stayed empty.", limit - last_round)
    } else {
        String::new()
    };
    out.push(format!("Seen by one job, the answer came after **{}** on average.{fill}", time(seen.response)));
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    let (_, _, work, rounds) = asked(report);
    Some(Bound { label: format!("{} rounds", grouped(rounds)), time: rounds * work })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere};
    use super::*;
    use crate::model::{MS, SECOND};

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        let (run, _) = report.cell(Model::Asyncio, "").unwrap().last().unwrap();
        let seen = seen(&run.trace, 3);
        assert_eq!((run.elapsed, seen.peak, seen.rounds, seen.blocked), (4 * SECOND, 3, 4, 7));
        assert_eq!(seen.response, 2_200 * MS);
        assert_eq!(run.trace.objects, ["gate"]);
    }

    #[test]
    fn an_order_is_told_of_where_it_was_seen() {
        let mut report = holds(&SCENARIO, "");
        assert!(explain(&report)[0].contains("in the order they came"));
        let records = &mut report.cells[0].runs[0].trace.records;
        let is_in = |record: &crate::model::Record| record.what == What::Instant(Mark::Acquired);
        let first = records.iter().position(is_in).unwrap();
        let last = records.iter().rposition(is_in).unwrap();
        let lane = records[first].lane;
        records[first].lane = std::mem::replace(&mut records[last].lane, lane);
        assert!(!explain(&report)[0].contains("in the order they came"));
    }

    #[test]
    fn a_gate_that_lets_too_many_in_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "limit", "2").unwrap();
        assert!(claims(&report).iter().filter(|c| !c.ok).count() >= 3);
    }
}
