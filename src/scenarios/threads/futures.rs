//! A pool of threads and its futures: results, order, exceptions, limits and cancellation.

use std::sync::Arc;

use super::{last_runs, runs};
use crate::executors::futures::{Future, ThreadPoolExecutor, as_completed};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, MS, Mark, Model, Nanos, Outcome, Param, Plan, Report, State};
use crate::scenarios::waiting::lateness::{CLOSE, real, speed_note};
use crate::scenarios::{Arrangement, Chapter, Program, Scenario, Threads, beside, engine_only};
use crate::threading::{Script, ThreadCx, ThreadError, ThreadsRun};

/// Futures of a pool.
pub static SCENARIO: Scenario = Scenario {
    id: "futures",
    title: "Futures of a thread pool",
    chapter: Chapter::Threads,
    question: beside(
        "You give work to a pool and get futures. What do you see of order, exceptions, limits and cancelling?",
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
    count("workers", "Workers", (1, 8), 3, "", "Threads of the pool."),
    count("exponent", "Exponent", (0, 62), 10, "", "The first job is 2 to this power."),
    wait("slow", "Slow job", (500, 20_000), 6_000, "How long a slow job takes."),
    wait("limit", "Limit", (10, 20_000), 5_000, "How long you wait for its result."),
    SPEED,
];

/// What is squared.
const SQUARES: u64 = 5;

/// What is no number.
const TEXT: &str = "not_a_number";

/// The pool's name, as CPython has it.
const POOL: &str = "ThreadPoolExecutor-0";

fn threads(plan: &Plan) -> usize {
    1 + plan.values.count("workers") as usize
}

fn program(plan: &Plan) -> Arc<dyn ThreadsRun> {
    let names = (0..threads(plan) - 1).map(|n| format!("{POOL}_{n}"));
    Script::new(plan, main).threads(names).objects(["pool's queue", "pool's lock", "futures"]).build()
}

/// `int(text)`.
fn int(text: &str) -> Result<u64, ThreadError> {
    text.parse()
        .map_err(|_| ThreadError::raised("ValueError", format!("invalid literal for int() with base 10: '{text}'")))
}

/// Squares a number; the greatest is first done.
fn square(cx: &ThreadCx, n: u64) -> Result<u64, ThreadError> {
    cx.sleep((SQUARES + 1 - n) * 100 * MS)?;
    Ok(n * n)
}

/// The name of an exception, or "nothing".
fn raised<T>(result: Result<T, ThreadError>) -> Result<String, ThreadError> {
    match result {
        Err(ThreadError::Interrupted) => Err(ThreadError::Interrupted),
        Err(error) => Ok(error.kind().to_owned()),
        Ok(_) => Ok("nothing".to_owned()),
    }
}

fn joined(numbers: &[u64]) -> String {
    numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")
}

fn main(cx: &ThreadCx, plan: &Plan) -> Result<Outcome, ThreadError> {
    let values = &plan.values;
    let (workers, exponent, slow) = (values.count("workers"), values.count("exponent"), values.wait("slow"));
    let pool = ThreadPoolExecutor::new(POOL, workers as usize)?.objects(0, 1, 2);
    let power = pool.submit(cx, move |_| Ok(2_u64.pow(exponent as u32)))?.result(cx)?;
    let mapped = pool.map(cx, square, 1..=SQUARES)?.all(cx)?;
    let squares = (1..=SQUARES).map(|n| pool.submit(cx, move |cx| square(cx, n))).collect::<Result<_, _>>()?;
    let (mut ends, mut ended) = (as_completed(squares, None), Vec::new());
    while let Some((_, future)) = ends.next(cx)? {
        ended.push(future.result(cx)?);
    }
    let number = raised(pool.submit(cx, |_| int(TEXT))?.result(cx))?;
    let sleep = move |cx: &ThreadCx| Ok(cx.sleep(slow)?);
    let sleepers: Vec<Future<()>> = (0..workers).map(|_| pool.submit(cx, sleep)).collect::<Result<_, _>>()?;
    let late = pool.submit(cx, sleep)?;
    let cancelled = late.cancel(cx);
    let Some(first) = sleepers.first() else { return Ok(Outcome::default()) };
    let from = cx.time();
    let limited = raised(first.result_within(cx, values.wait("limit")))?;
    let waited = cx.time().saturating_sub(from);
    let again = first.cancel(cx);
    pool.shutdown(cx, true, false)?;
    let closed = raised(pool.submit(cx, |_| Ok(())))?;
    Ok(Outcome::new(grouped(power))
        .with("power", power as f64)
        .with("cancelled", f64::from(u8::from(cancelled)))
        .with("again", f64::from(u8::from(again)))
        .with("waited", waited as f64)
        .line(joined(&mapped))
        .line(joined(&ended))
        .line(number)
        .line(limited)
        .line(closed))
}

/// Lines of the outcome.
const MAPPED: usize = 0;
const ENDED: usize = 1;
const NUMBER: usize = 2;
const LIMITED: usize = 3;
const CLOSED: usize = 4;

fn line(outcome: &Outcome, number: usize) -> &str {
    outcome.lines.get(number).map_or("nothing", String::as_str)
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let outcomes: Vec<&Outcome> = runs(report, "").map(|(_, outcome)| outcome).collect();
    let Some(last) = outcomes.last() else { return Vec::new() };
    let all = |test: &dyn Fn(&Outcome) -> bool| outcomes.iter().all(|outcome| test(outcome));
    let says = |what: &str, number: usize, wanted: &str| {
        Claim::new(what, all(&|o| line(o, number) == wanted), line(last, number))
    };
    let exponent = values.count("exponent");
    let power = grouped(1_u64 << exponent.min(63));
    let squares: Vec<u64> = (1..=SQUARES).map(|n| n * n).collect();
    let same = |o: &Outcome| {
        let mut ended: Vec<u64> = line(o, ENDED).split(' ').filter_map(|n| n.parse().ok()).collect();
        ended.sort_unstable();
        ended == squares
    };
    let mut claims = vec![
        Claim::new(format!("2 to the power of {exponent} is **{power}**"), all(&|o| o.value == power), &last.value),
        says("map keeps the **order of the call**", MAPPED, &joined(&squares)),
        Claim::new("as_completed gives **each once**", all(&same), line(last, ENDED)),
        says("The exception comes at **result()**: ValueError", NUMBER, "ValueError"),
        says("After shutdown, submit raises **RuntimeError**", CLOSED, "RuntimeError"),
    ];
    let (slow, limit) = (values.wait("slow"), values.wait("limit"));
    if real(report, slow).abs_diff(real(report, limit)) > CLOSE {
        let wanted = if slow > limit { "TimeoutError" } else { "nothing" };
        let ok = all(&|o| line(o, LIMITED) == wanted && (slow < limit || o.figure("waited") >= Some(limit as f64)));
        let measured = format!("{} after {}", line(last, LIMITED), time(last.figure("waited").unwrap_or(0.0) as Nanos));
        claims.push(
            Claim::new(format!("result(timeout) raises **{wanted}** for the slow job"), ok, measured).by_the_clock(),
        );
    }
    let told = |o: &Outcome, name| o.figure(name) == Some(1.0);
    let measured = if told(last, "cancelled") { "cancelled" } else { "not cancelled" };
    let text = "What has not begun **can be cancelled**";
    claims.push(Claim::new(text, all(&|o| told(o, "cancelled")), measured).by_the_clock());
    let measured = if told(last, "again") { "cancelled" } else { "not cancelled" };
    claims.push(Claim::new("What has begun **cannot**", all(&|o| !told(o, "again")), measured).by_the_clock());
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for (model, run, outcome) in last_runs(report, "") {
        let jobs = run.trace.marks(Mark::Job).count();
        let threads = run.trace.marks(Mark::Created).count();
        out.push(format!(
            "With {}, **{threads}** threads ran **{jobs}** jobs in **{}**, at most **{}** asleep at once. Each took its next job \
             from the same queue.",
            model.label(),
            time(run.elapsed),
            run.trace.peak(State::Sleeping),
        ));
        out.push(format!(
            "map gave **{}**, in the order of the call. as_completed gave **{}**, as they ended.",
            line(outcome, MAPPED),
            line(outcome, ENDED)
        ));
        out.push(format!(
            "The job with “{TEXT}” failed in its thread; you saw **{}** when you asked for the result. Waiting for the slow job \
             {}.",
            line(outcome, NUMBER),
            waited(outcome),
        ));
    }
    out.extend(speed_note(report));
    out
}

/// What came of the wait for the slow job.
fn waited(outcome: &Outcome) -> String {
    let (raised, after) = (line(outcome, LIMITED), time(outcome.figure("waited").unwrap_or(0.0) as Nanos));
    if raised == "nothing" {
        return format!("gave its result after **{after}**, within the limit");
    }
    format!("raised **{raised}** after {after}. The job itself went on to its end: a limit on a result stops nothing")
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
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        for (_, run, outcome) in last_runs(&report, "") {
            assert_eq!(outcome.value, "1,024");
            assert_eq!(outcome.lines[MAPPED], "1 4 9 16 25");
            assert_eq!(
                (outcome.lines[NUMBER].as_str(), outcome.lines[CLOSED].as_str()),
                ("ValueError", "RuntimeError")
            );
            assert!(run.elapsed >= 600 * MS);
        }
    }

    #[test]
    fn a_single_worker_ends_in_the_order_of_the_call() {
        let report = holds(&SCENARIO, "workers=1&slow=500");
        for (_, run, outcome) in last_runs(&report, "") {
            assert_eq!(outcome.lines[MAPPED], outcome.lines[ENDED]);
            assert_eq!(run.trace.marks(Mark::Created).count(), 1);
        }
    }

    #[test]
    fn a_limit_that_did_not_pass_raised_nothing() {
        let said = |link| explain(&holds(&SCENARIO, link)).concat();
        let within = said("slow=500&limit=20000");
        assert!(within.contains("within the limit") && !within.contains("raised"), "{within}");
        assert!(said("slow=3000&limit=500").contains("raised **TimeoutError**"));
    }

    #[test]
    fn another_result_is_found_out() {
        let mut report = holds(&SCENARIO, "slow=500");
        report.spec.values.set(PARAMS, "exponent", "11").unwrap();
        for cell in &mut report.cells {
            let crate::model::RunEnd::Finished(outcome) = &mut cell.runs[0].end else { continue };
            outcome.lines.reverse();
        }
        assert!(claims(&report).iter().filter(|c| !c.ok && !c.timed).count() >= 4);
    }
}
