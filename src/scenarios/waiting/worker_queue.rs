//! Donations in a queue, and workers that take them: join says when all are done, and then the workers are cancelled.

use super::lateness::{real, speed_note, took};
use crate::aio::{Cx, Exception, Queue};
use crate::model::params::{SPEED, count, wait};
use crate::model::rng::Rng;
use crate::model::units::{grouped, time};
use crate::model::{Claim, MS, Mark, Model, Nanos, Outcome, Param, Plan, Report, Trace, Values};
use crate::scenarios::measure::waits::makespan;
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, beside, engine_only};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Which of the uses of the seed this is.
const STREAM: u64 = 0x71;

/// Twenty donations and five workers.
pub static SCENARIO: Scenario = Scenario {
    id: "worker-queue",
    title: "Workers and a queue",
    chapter: Chapter::Waiting,
    question: beside(
        "Five workers take twenty donations from a queue, and none of them knows which is the last. How do they end?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "one worker", link: "workers=1" },
        Preset { name: "more workers than work", link: "items=5&workers=20" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| 1 + plan.values.count("workers") as usize,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("items", "Donations", (1, 500), 20, "", "Put into the queue at once."),
    count("workers", "Workers", (1, 50), 5, "", "Tasks that take donations until they are cancelled."),
    wait("shortest", "Shortest", (0, 2_000), 100, "The least time a donation takes."),
    wait("longest", "Longest", (0, 2_000), 300, "The most time a donation takes; between them the seed decides."),
    SPEED,
];

/// How long each donation takes.
fn delays(values: &Values, seed: u64) -> Vec<Nanos> {
    let (one, other) = (values.wait("shortest"), values.wait("longest"));
    let (least, steps) = (one.min(other), one.abs_diff(other) / MS);
    let mut rng = Rng::new(seed, STREAM);
    (0..values.count("items")).map(|_| least + u64::from(rng.below(steps as u32 + 1)) * MS).collect()
}

/// What the workers have done.
#[derive(Default)]
struct Done {
    /// The donations, in the order they were processed.
    items: RefCell<Vec<usize>>,
    busy: Cell<usize>,
    most: Cell<usize>,
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let delays = delays(&plan.values, plan.seed);
        let queue = Queue::new(&cx, "queue", 0);
        let done = Rc::new(Done::default());
        let workers: Vec<_> = (1..=plan.values.count("workers"))
            .map(|n| cx.create_task_named(format!("worker-{n}"), work(cx.clone(), queue.clone(), done.clone())))
            .collect();
        for (number, delay) in delays.iter().enumerate() {
            queue.put((number, *delay)).await?;
        }
        queue.join().await?;
        let at_join = done.items.borrow().len();
        for worker in &workers {
            worker.cancel();
        }
        let ended = cx.gather_tasks_settled(workers).await?;
        let cancelled = ended.iter().filter(|end| end.as_ref().is_err_and(Exception::is_cancelled)).count();
        let items = done.items.borrow();
        Ok(Outcome::new(format!("{} processed", grouped(items.len() as u64)))
            .with("processed", items.len() as f64)
            .with("different", items.iter().collect::<BTreeSet<_>>().len() as f64)
            .with("at-join", at_join as f64)
            .with("cancelled", cancelled as f64)
            .with("most", done.most.get() as f64))
    })
}

/// Takes donations for ever: only a cancellation ends it, at the await where it stands.
async fn work(cx: Cx, queue: Queue<(usize, Nanos)>, done: Rc<Done>) -> Result<(), Exception> {
    loop {
        let (number, delay) = queue.get().await?;
        cx.mark(Mark::Job, number as u32);
        done.busy.set(done.busy.get() + 1);
        done.most.set(done.most.get().max(done.busy.get()));
        cx.sleep(delay).await?;
        done.busy.set(done.busy.get() - 1);
        done.items.borrow_mut().push(number);
        queue.task_done()?;
    }
}

/// When the last donation is done, if whoever is free takes the next.
fn total(values: &Values, seed: u64) -> Nanos {
    makespan(&delays(values, seed), values.count("workers"))
}

/// The fewest and the most donations a worker took.
fn shares(trace: &Trace) -> (usize, usize) {
    let workers = super::tasks_only(trace).lanes.into_iter().skip(1);
    let taken: Vec<usize> = workers.map(|w| trace.marks(Mark::Job).filter(|mark| mark.lane == w.id).count()).collect();
    (taken.iter().copied().min().unwrap_or(0), taken.into_iter().max().unwrap_or(0))
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let (items, workers) = (values.count("items"), values.count("workers"));
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let runs: Vec<&Outcome> = cell.finished().map(|(_, outcome)| outcome).collect();
    let Some(last) = runs.last() else { return Vec::new() };
    let figure = |outcome: &Outcome, name| outcome.figure(name).map_or(0, |n| n as u64);
    let all = |name, expected| runs.iter().all(|outcome| figure(outcome, name) == expected);
    let most = workers.min(items);
    let mut claims = vec![
        Claim::new(
            format!("All **{}** donations are processed, each **once**", grouped(items)),
            all("processed", items) && all("different", items),
            format!("{}, {} different ones", last.value, figure(last, "different")),
        ),
        Claim::new(
            "join() returns when **the last one is done**, not when the queue is empty",
            all("at-join", items),
            format!("{} done by then", figure(last, "at-join")),
        ),
        Claim::new(
            "Every worker ends **as cancelled**",
            all("cancelled", workers),
            format!("{} of {workers} cancelled", figure(last, "cancelled")),
        ),
        Claim::new(
            format!("At work at the same moment: **{most}**"),
            all("most", most),
            format!("{} at once", figure(last, "most")),
        ),
    ];
    let what = "Whoever is free takes the next: all is over after";
    let total = total(values, report.spec.seed);
    claims.extend(took(report, Model::Asyncio, "", what, total, items.div_ceil(workers.max(1)) + 1));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let one_after_another = real(report, delays(values, report.spec.seed).iter().sum());
    let (fewest, most) = shares(&run.trace);
    let mut out = vec![format!(
        "**{}** in **{}**. Added up, they take {}.",
        outcome.value,
        time(run.elapsed),
        time(one_after_another)
    )];
    out.push(if fewest == most {
        format!("Every worker took **{most}**.")
    } else {
        format!("The workers took **{fewest}** to **{most}** each: nobody hands the work out, whoever is free takes the next.")
    });
    out.push(
        "At the end all workers waited for one more item. join() counts task_done() calls, so the main task knew that \
         nothing was left, and cancelled them at their await."
            .to_owned(),
    );
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    let time = real(report, total(&report.spec.values, report.spec.seed));
    Some(Bound { label: "always somebody free".to_owned(), time })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_anywhere, holds_everywhere};
    use super::*;

    #[test]
    fn claims_hold_at_every_end_and_in_between() {
        holds_everywhere(&SCENARIO);
        holds_anywhere(&SCENARIO);
        holds(&SCENARIO, "shortest=300&longest=100");
    }

    #[test]
    fn delays_come_from_the_seed_and_stay_in_their_range() {
        let values = Values::defaults(PARAMS);
        let some = delays(&values, 42);
        assert_eq!(some, delays(&values, 42));
        assert_ne!(some, delays(&values, 43));
        assert!(some.iter().all(|delay| (100 * MS..=300 * MS).contains(delay)), "{some:?}");
    }

    #[test]
    fn the_time_is_that_of_the_free_workers() {
        let report = holds(&SCENARIO, "");
        let (run, _) = report.cell(Model::Asyncio, "").unwrap().last().unwrap();
        assert_eq!(run.elapsed, total(&report.spec.values, report.spec.seed));
        let equal = holds(&SCENARIO, "shortest=200&longest=200");
        let (run, _) = equal.cell(Model::Asyncio, "").unwrap().last().unwrap();
        assert_eq!((run.elapsed, shares(&run.trace)), (800 * MS, (4, 4)));
    }

    #[test]
    fn it_is_never_shorter_but_by_the_steps_of_the_clock() {
        let mut report = holds(&SCENARIO, "items=500&speed=10");
        let whole = total(&report.spec.values, report.spec.seed) / 10;
        let mut judged = |elapsed: Nanos, clock_step: Nanos| {
            report.cells[0].runs[0].elapsed = elapsed;
            report.machine.clock_step = clock_step;
            let claim = claims(&report).into_iter().find(|claim| claim.text.contains("over after")).unwrap();
            (claim.ok, claim.timed)
        };
        assert_eq!(judged(whole, 5_000), (true, true));
        assert_eq!(judged(whole - 5 * MS, 5_000), (false, false));
        // A hundred timers, each early by most of a step.
        assert_eq!(judged(whole - 90 * MS, MS), (true, true));
        // What was once seen where a loop believed in steps of 8 ms.
        assert_eq!(judged(1_880 * MS, 8 * MS), (false, false));
    }

    #[test]
    fn a_lost_donation_is_found_out() {
        let mut report = holds(&SCENARIO, "");
        report.spec.values.set(PARAMS, "items", "21").unwrap();
        assert!(claims(&report).iter().filter(|claim| !claim.ok).count() >= 2);
    }
}
