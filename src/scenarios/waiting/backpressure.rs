//! A queue with little room: when it is full the producer waits, so that it is never far ahead of the consumers.

use super::lateness::{STEP, real, slack, speed_note, took};
use crate::aio::{Cx, Exception, Queue};
use crate::model::params::{SPEED, count, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, State, Trace, Values};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, beside, engine_only};
use std::cell::{Cell, RefCell};
use std::ops::RangeBounds;
use std::rc::Rc;

/// A producer, a queue for five, two consumers.
pub static SCENARIO: Scenario = Scenario {
    id: "backpressure",
    title: "A queue with little room",
    chapter: Chapter::Waiting,
    question: beside(
        "A producer puts an item into a queue for five every 100 ms. Two consumers need 200 ms for each. What if they were slower?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "slow consumers", link: "items=20&work=600" },
        Preset { name: "all at once", link: "items=20&every=0" },
        Preset { name: "room for one", link: "size=1&work=500" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| 2 + plan.values.count("consumers") as usize,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    count("items", "Items", (1, 500), 10, "", "How many are produced."),
    wait("every", "Producing", (0, 2_000), 100, "How long each item takes to produce."),
    count("size", "Room", (1, 100), 5, "", "How many items the queue holds."),
    count("consumers", "Consumers", (1, 20), 2, "", "Tasks that take items out."),
    wait("work", "Consuming", (0, 2_000), 200, "How long a consumer needs for an item."),
    SPEED,
];

/// An item, or the sentinel behind the last one.
type Item = Option<u64>;

/// What producer and consumers have done.
#[derive(Default)]
struct Seen {
    /// Most items in the queue.
    deepest: Cell<usize>,
    /// Items in the order in which they were taken.
    taken: RefCell<Vec<u64>>,
    consumed: Cell<u64>,
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (items, work) = (plan.values.count("items"), plan.values.wait("work"));
        let queue: Queue<Item> = Queue::new(&cx, "queue", plan.values.count("size") as usize);
        let seen = Rc::new(Seen::default());
        let mut tasks =
            vec![cx.create_task_named("producer", produce(cx.clone(), plan.clone(), queue.clone(), seen.clone()))];
        tasks.extend((1..=plan.values.count("consumers")).map(|n| {
            cx.create_task_named(format!("consumer-{n}"), consume(cx.clone(), queue.clone(), seen.clone(), work))
        }));
        cx.gather_tasks(tasks).await?;
        let taken = seen.taken.borrow();
        let in_order = taken.iter().copied().eq(1..=items);
        Ok(Outcome::new(format!("{} consumed", grouped(seen.consumed.get())))
            .with("in-order", f64::from(u8::from(in_order)))
            .with("deepest", seen.deepest.get() as f64)
            .with("left", queue.qsize() as f64))
    })
}

async fn produce(cx: Cx, plan: Rc<Plan>, queue: Queue<Item>, seen: Rc<Seen>) -> Result<(), Exception> {
    for number in 1..=plan.values.count("items") {
        cx.sleep(plan.values.wait("every")).await?;
        put(&queue, &seen, Some(number)).await?;
    }
    put(&queue, &seen, None).await
}

/// Waits here as long as the queue is full: that is the back-pressure.
async fn put(queue: &Queue<Item>, seen: &Seen, item: Item) -> Result<(), Exception> {
    queue.put(item).await?;
    seen.deepest.set(seen.deepest.get().max(queue.qsize()));
    Ok(())
}

async fn consume(cx: Cx, queue: Queue<Item>, seen: Rc<Seen>, work: Nanos) -> Result<(), Exception> {
    while let Some(number) = queue.get().await? {
        cx.mark(Mark::Job, number as u32);
        seen.taken.borrow_mut().push(number);
        cx.sleep(work).await?;
        seen.consumed.set(seen.consumed.get() + 1);
    }
    queue.put(None).await // passed on, so that every consumer sees it
}

/// How long the producer waits for room, and when all is over: an item goes in when there is room, and out when a consumer
/// is free.
fn expected(values: &Values) -> (Nanos, Nanos) {
    let (items, size) = (values.count("items") as usize, values.count("size") as usize);
    let mut free = vec![0; values.count("consumers").max(1) as usize];
    let mut taken: Vec<Nanos> = Vec::new();
    let (mut now, mut waited) = (0, 0);
    for number in 0..=items {
        let ready = if number < items { now + values.wait("every") } else { now };
        let room = number.checked_sub(size).and_then(|before| taken.get(before)).copied().unwrap_or(0);
        now = ready.max(room);
        waited += now - ready;
        if let Some(first) = free.iter_mut().min().filter(|_| number < items) {
            let begins = now.max(*first);
            taken.push(begins);
            *first = begins + values.wait("work");
        }
    }
    (waited, free.into_iter().max().unwrap_or(0).max(now))
}

/// How long these tasks (numbered as they were created, the main task first) waited at the queue, all together.
fn blocked(trace: &Trace, tasks: impl RangeBounds<usize>) -> Nanos {
    let lanes: Vec<u32> = super::tasks_only(trace).lanes.iter().map(|lane| lane.id).collect();
    let chosen = |lane| lanes.iter().position(|id| *id == lane).is_some_and(|task| tasks.contains(&task));
    let spans = trace.spans().into_iter().filter(|span| span.state == State::Blocked && chosen(span.lane));
    spans.map(|span| span.end - span.start).sum()
}

/// How long the producer waited for room. (A clock read around each put goes on where nobody waits, too.)
fn waited(trace: &Trace) -> Nanos {
    blocked(trace, 1..2)
}

/// The most that was in the queue at the end of a moment, as the record has it.
fn highest(trace: &Trace) -> u32 {
    trace.levels(0).map(|(_, level)| level).max().unwrap_or(0)
}

fn claims(report: &Report) -> Vec<Claim> {
    let values = &report.spec.values;
    let (items, size) = (values.count("items"), values.count("size"));
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let runs: Vec<_> = cell.finished().collect();
    let Some((last, outcome)) = runs.last() else { return Vec::new() };
    let figure = |outcome: &Outcome, name| outcome.figure(name).map(|n| n as u64);
    let right = format!("{} consumed", grouped(items));
    let in_order = if figure(outcome, "in-order") == Some(1) { "in order" } else { "not in order" };
    let fits = |outcome: &Outcome| figure(outcome, "deepest").is_some_and(|deepest| deepest <= size);
    let ended = |trace: &Trace| trace.marks(Mark::Finished).count() as u64;
    let tasks = values.count("consumers") + 2;
    let mut claims = vec![
        Claim::new(
            format!("Never more than **{size}** items in the queue"),
            runs.iter().all(|(run, outcome)| fits(outcome) && u64::from(highest(&run.trace)) <= size),
            format!("{} at most", figure(outcome, "deepest").unwrap_or(0)),
        ),
        Claim::new(
            format!("Nothing is lost: **{right}**, taken in order"),
            runs.iter().all(|(_, outcome)| outcome.value == right && figure(outcome, "in-order") == Some(1)),
            format!("{}, {in_order}", outcome.value),
        ),
        Claim::new(
            "The sentinel is passed on: **every consumer ends**, and only the sentinel is left",
            runs.iter().all(|(run, o)| ended(&run.trace) == tasks && figure(o, "left") == Some(1)),
            format!("{} of {tasks} tasks ended, {} left", ended(&last.trace), figure(outcome, "left").unwrap_or(0)),
        ),
    ];
    let (waits, total) = expected(values);
    let rounds = items.div_ceil(values.count("consumers").max(1));
    let (waits, late) = (real(report, waits), slack(rounds));
    let near = |waited: Nanos| waited + late >= waits && waited <= waits + late + STEP;
    claims.push(
        Claim::new(
            format!("The producer waits **{}** for room (at most {} more or less)", time(waits), time(late)),
            runs.iter().all(|(run, _)| near(waited(&run.trace))),
            time(waited(&last.trace)),
        )
        .by_the_clock(),
    );
    claims.extend(took(report, Model::Asyncio, "", "All is over after", total, rounds + items));
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let values = &report.spec.values;
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let (deepest, waited) = (outcome.figure("deepest").unwrap_or(0.0), waited(&run.trace));
    let full = run.trace.levels(0).any(|(_, level)| u64::from(level) >= values.count("size"));
    let idle = blocked(&run.trace, 2..);
    let mut out = vec![format!(
        "**{}** in **{}**. The queue held **{deepest:.0}** items at most, of {} it has room for.",
        outcome.value,
        time(run.elapsed),
        values.count("size")
    )];
    out.push(if full && waited >= STEP {
        format!(
            "The queue was full, and the producer waited **{}** in put(). That is back-pressure: whoever is too fast is \
             slowed down, and the queue cannot grow without end.",
            time(waited)
        )
    } else {
        format!("The consumers kept up, so the producer hardly waited: **{}** in put().", time(waited))
    });
    out.push(format!(
        "The consumers waited **{}** for items, all together. The last thing in the queue was a sentinel. Each consumer put it \
         back before it ended, so that the next one saw it too.",
        time(idle)
    ));
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    let (_, total) = expected(&report.spec.values);
    Some(Bound { label: "producing and consuming".to_owned(), time: real(report, total) })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_anywhere, holds_everywhere};
    use super::*;
    use crate::model::{MS, RunEnd};

    fn came_to(link: &str) -> (Nanos, u64, Nanos) {
        let report = holds(&SCENARIO, link);
        let (run, outcome) = report.cell(Model::Asyncio, "").unwrap().last().unwrap();
        assert_eq!(run.elapsed, expected(&report.spec.values).1, "{link}");
        let waited = waited(&run.trace);
        assert_eq!(waited, expected(&report.spec.values).0, "{link}");
        (run.elapsed, outcome.figure("deepest").unwrap() as u64, waited)
    }

    #[test]
    fn claims_hold_at_every_end_and_in_between() {
        holds_everywhere(&SCENARIO);
        holds_anywhere(&SCENARIO);
    }

    #[test]
    fn the_figures() {
        // As in CPython: an item and the sentinel, at most.
        assert_eq!(came_to(""), (1_200 * MS, 2, 0));
        let (_, deepest, waited) = came_to("items=20&work=600");
        assert_eq!(deepest, 5);
        assert!(waited > 0);
        // Five fit in at once; the consumers take two every 200 ms, and the sentinel needs room too.
        assert_eq!(came_to("items=20&every=0").1, 5);
        came_to("size=1&work=500");
        came_to("consumers=20&size=1&every=0&work=1");
    }

    #[test]
    fn a_clock_that_goes_on_is_no_back_pressure() {
        let kept_up = |report: &Report| explain(report)[1].contains("The consumers kept up");
        let mut report = holds(&SCENARIO, "size=1");
        for run in &mut report.cells[0].runs {
            let RunEnd::Finished(outcome) = &mut run.end else { continue };
            outcome.figures.retain(|(name, _)| name != "waited");
            outcome.figures.push(("waited".to_owned(), 5_000.0)); // what a clock adds around puts that wait for nothing
        }
        assert!(kept_up(&report));
        assert!(
            kept_up(&holds(&SCENARIO, "items=2&every=9&work=10&consumers=1&size=1")),
            "1 ms is within a clock's step"
        );
        assert!(!kept_up(&holds(&SCENARIO, "size=1&work=500")));
    }

    #[test]
    fn a_queue_that_grew_too_deep_is_found_out() {
        let mut report = holds(&SCENARIO, "items=20&work=600");
        report.spec.values.set(PARAMS, "size", "4").unwrap();
        assert!(!claims(&report)[0].ok);
    }
}
