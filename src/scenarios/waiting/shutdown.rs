//! A server and a worker that end in good order: on the signal nothing new is begun, and what was begun may end.

use super::lateness::{CLOSE, real, slack, speed_note};
use crate::aio::{Cx, Event, Exception};
use crate::model::params::{SIGNAL_AFTER, SPEED, wait};
use crate::model::units::{grouped, time};
use crate::model::{Claim, Mark, Model, Nanos, Outcome, Param, Plan, Record, Report, Run, Trace, What};
use crate::scenarios::{Arrangement, Bound, Chapter, LocalFuture, Preset, Program, Scenario, beside, engine_only};
use std::cell::Cell;
use std::rc::Rc;

/// Two tasks and a signal to stop.
pub static SCENARIO: Scenario = Scenario {
    id: "shutdown",
    title: "Ending in good order",
    chapter: Chapter::Waiting,
    question: beside(
        "A server and a worker are busy when the signal to stop comes. What still begins, what still ends, and how long does it take?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[
        Preset { name: "too little grace", link: "grace=200" },
        Preset { name: "at once", link: "signal-after=0" },
    ],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 1,
    kernel: None,
    tasks: |plan| 3 + (plan.values.wait("signal-after") / plan.values.wait("every").max(1)) as usize,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: engine_only(bound),
};

const PARAMS: &[Param] = &[
    wait("every", "Requests", (50, 2_000), 100, "A request comes to the server after each such time."),
    wait("request", "One request", (10, 5_000), 500, "How long the server needs for each; it serves many at once."),
    wait("job", "One job", (50, 5_000), 800, "How long the worker needs for each; it does one after another."),
    wait(SIGNAL_AFTER, "Signal after", (0, 10_000), 2_000, "When the signal comes, unless you give it earlier."),
    wait("grace", "Grace", (0, 10_000), 2_000, "How long what was begun may take to end; then it is cancelled."),
    SPEED,
];

/// What was begun and what came to its end.
#[derive(Default)]
struct Tally {
    begun: Cell<u32>,
    ended: Cell<u32>,
}

impl Tally {
    fn begin(&self, cx: &Cx) {
        self.begun.set(self.begun.get() + 1);
        cx.mark(Mark::Job, self.begun.get());
    }

    async fn work(&self, cx: &Cx, takes: Nanos) -> Result<(), Exception> {
        cx.sleep(takes).await?;
        self.ended.set(self.ended.get() + 1);
        Ok(())
    }
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let values = &plan.values;
        let stop = Event::new(&cx, "stop");
        let pressed = stop.clone();
        cx.add_signal_handler(move || pressed.set());
        let tally = Rc::new(Tally::default());
        let server = cx.create_task_named("server", serve(cx.clone(), plan.clone(), stop.clone(), tally.clone()));
        let worker = cx.create_task_named("worker", work(cx.clone(), plan.clone(), stop.clone(), tally.clone()));
        let by_hand = stopped_within(&cx, &stop, values.wait("signal-after")).await?;
        stop.set();
        cx.remove_signal_handler();
        cx.mark(Mark::Stopped, 0);
        let (signal, under_way) = (cx.now(), tally.begun.get() - tally.ended.get());
        let (_, late) = cx.wait([&server, &worker]).timeout(values.wait("grace")).await?;
        for task in &late {
            task.cancel();
        }
        cx.gather_tasks_settled(vec![server, worker]).await?;
        let (begun, ended) = (tally.begun.get(), tally.ended.get());
        Ok(Outcome::new(format!("{} cut off", begun - ended))
            .with("begun", f64::from(begun))
            .with("ended", f64::from(ended))
            .with("under-way", f64::from(under_way))
            .with("signal", signal as f64)
            .with("by-hand", f64::from(u8::from(by_hand)))
            .with("drained", (cx.now() - signal) as f64))
    })
}

/// Whether the signal has come, now or within this time.
async fn stopped_within(cx: &Cx, stop: &Event, limit: Nanos) -> Result<bool, Exception> {
    match cx.timeout(limit, stop.wait()).await {
        Err(e) if e.is_timeout() => Ok(stop.is_set()),
        waited => waited.map(|()| true),
    }
}

/// Serves each request in a task of its own. The group waits for them: that is the draining.
async fn serve(cx: Cx, plan: Rc<Plan>, stop: Event, tally: Rc<Tally>) -> Result<(), Exception> {
    let (every, takes) = (plan.values.wait("every"), plan.values.wait("request"));
    cx.task_group(async |requests| {
        let mut number = 0;
        while !stopped_within(&cx, &stop, every).await? {
            number += 1;
            tally.begin(&cx);
            let (cx, tally) = (cx.clone(), tally.clone());
            requests.create_task_named(format!("request-{number}"), async move { tally.work(&cx, takes).await })?;
        }
        Ok(())
    })
    .await
}

/// Does one job after another, and looks at the signal in between.
async fn work(cx: Cx, plan: Rc<Plan>, stop: Event, tally: Rc<Tally>) -> Result<(), Exception> {
    while !stop.is_set() {
        tally.begin(&cx);
        tally.work(&cx, plan.values.wait("job")).await?;
    }
    Ok(())
}

/// What was begun before the signal and after it, in the order of the record.
fn begun(trace: &Trace) -> (usize, usize) {
    let signal = trace.records.iter().position(|r| r.what == What::Level(0) && r.arg == 1);
    let (before, after) = trace.records.split_at(signal.unwrap_or(trace.records.len()));
    let jobs = |records: &[Record]| records.iter().filter(|r| r.what == What::Instant(Mark::Job)).count();
    (jobs(before), jobs(after))
}

/// How many tasks ended, in whichever way, before the main task did, and how many there were beside it.
fn ended_in_time(trace: &Trace) -> (usize, usize) {
    let tasks = super::tasks_only(trace).lanes;
    let Some(main) = tasks.first().map(|lane| lane.id) else { return (0, 0) };
    let is_end = |what| matches!(what, What::Instant(Mark::Finished | Mark::Failed | Mark::Cancelled));
    let ends = trace.records.iter().filter(|record| is_end(record.what)).take_while(|record| record.lane != main);
    (ends.count(), tasks.len() - 1)
}

/// Requests that were cancelled, and the worker if it was; the server itself has no work to lose.
fn cancelled(trace: &Trace) -> u64 {
    let server = super::tasks_only(trace).lanes.get(1).map(|lane| lane.id);
    trace.marks(Mark::Cancelled).filter(|mark| Some(mark.lane) != server).count() as u64
}

/// Whether the server was cancelled with requests in its group.
fn requests_cut_off(trace: &Trace) -> bool {
    let tasks = super::tasks_only(trace).lanes;
    let was_cancelled = |lane: u32| trace.marks(Mark::Cancelled).any(|mark| mark.lane == lane);
    // The main task, the server, the worker; then requests.
    tasks.get(1).is_some_and(|server| was_cancelled(server.id)) && tasks.iter().skip(3).any(|r| was_cancelled(r.id))
}

/// The longest piece of work, as it really passes.
fn longest(report: &Report) -> Nanos {
    let values = &report.spec.values;
    real(report, values.wait("request").max(values.wait("job")))
}

fn grace(report: &Report) -> Nanos {
    real(report, report.spec.values.wait("grace"))
}

fn figure(outcome: &Outcome, name: &str) -> u64 {
    outcome.figure(name).map_or(0, |figure| figure as u64)
}

fn claims(report: &Report) -> Vec<Claim> {
    let Some(cell) = report.cell(Model::Asyncio, "") else { return Vec::new() };
    let runs: Vec<_> = cell.finished().collect();
    let Some((last, outcome)) = runs.last() else { return Vec::new() };
    let (before, after) = begun(&last.trace);
    let mut claims = vec![Claim::new(
        "After the signal **nothing new** begins",
        runs.iter()
            .all(|(run, o)| begun(&run.trace) == (figure(o, "begun") as usize, 0) && o.figure("begun").is_some()),
        format!("{} before, {after} after", grouped(before as u64)),
    )];
    if grace(report) >= longest(report) + CLOSE {
        let ok = runs.iter().all(|(_, o)| o.figure("begun").is_some() && o.figure("begun") == o.figure("ended"));
        let measured = format!("{} begun, {} ended", figure(outcome, "begun"), figure(outcome, "ended"));
        claims.push(Claim::new("Everything that was begun **comes to its end**", ok, measured));
    } else {
        let fits = |run: &Run, o: &Outcome| figure(o, "ended") + cancelled(&run.trace) == figure(o, "begun");
        let ok = runs.iter().all(|(run, o)| o.figure("begun").is_some() && fits(run, o));
        let measured = format!("{} ended, {} cancelled", figure(outcome, "ended"), cancelled(&last.trace));
        claims.push(Claim::new("What has not ended after the grace time is **cancelled**", ok, measured));
    }
    let (ended, tasks) = ended_in_time(&last.trace);
    claims.push(Claim::new(
        "**No task is left** when the program ends",
        runs.iter().all(|(run, _)| ended_in_time(&run.trace).0 == ended_in_time(&run.trace).1),
        format!("{ended} of {tasks} had ended"),
    ));
    let (most, late) = (grace(report).min(longest(report)), slack(1));
    let ok = runs.iter().all(|(_, o)| o.figure("drained").is_some_and(|took| took as Nanos <= most + late));
    let text = format!("The end comes at most **{}** after the signal (and {} late)", time(most), time(late));
    claims.push(Claim::new(text, ok, time(figure(outcome, "drained"))).by_the_clock());
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, outcome)) = report.cell(Model::Asyncio, "").and_then(|c| c.last()) else { return Vec::new() };
    let signal = time(figure(outcome, "signal"));
    let who = if figure(outcome, "by-hand") == 1 { "You gave the signal" } else { "The signal came" };
    let mut out = vec![format!(
        "{who} after **{signal}**. Requests and jobs begun by then: **{}**. Still under way: **{}**.",
        figure(outcome, "begun"),
        figure(outcome, "under-way")
    )];
    let drained = time(figure(outcome, "drained"));
    let grace = time(grace(report));
    out.push(if figure(outcome, "begun") == figure(outcome, "ended") {
        format!("All of them ended within the grace time of {grace}. The last one took **{drained}** after the signal.")
    } else {
        let whose = if requests_cut_off(&run.trace) {
            "Cancelling the server cancelled the requests in its group."
        } else {
            "No request was under way any more; the worker's job was cut off."
        };
        format!(
            "After the grace time of {grace} there were some left: **{}**. {whose} All was over **{drained}** after the signal.",
            outcome.value
        )
    });
    out.push(
        "The signal only sets an event. The server waits for it and for the next request at once; the worker looks at it \
         between two jobs."
            .to_owned(),
    );
    out.extend(speed_note(report));
    out
}

fn bound(report: &Report, _model: Model, _variant: &str) -> Option<Bound> {
    let values = &report.spec.values;
    Some(Bound { label: "the signal".to_owned(), time: real(report, values.wait("signal-after")) })
}

#[cfg(test)]
mod tests;
