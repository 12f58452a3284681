//! Ten tasks on a pool, and how to see how far they are: map, apply_async, imap.

use super::costs::Costs;
use crate::aio::Exception;
use crate::model::params::{WORKERS, count};
use crate::model::units::{grouped, time};
use crate::model::{Cell, Claim, MS, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, State, Trace};
use crate::multiprocessing::{LocalFuture, Pool, PoolOrder, ProcessCx, Value};
use crate::scenarios::waiting::lateness::STEP;
use crate::scenarios::{
    Arrangement, Chapter, Code, Preset, Processes, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

/// Progress of a pool's tasks.
pub static SCENARIO: Scenario = Scenario {
    id: "progress",
    title: "A pool's progress",
    chapter: Chapter::Processes,
    question: beside("Ten tasks, each longer than the one before, on one pool. When do you learn how far it is?"),
    params: PARAMS,
    variants: &[
        Variant { id: "map", label: "map", bad: false },
        Variant { id: "apply", label: "apply_async", bad: false },
        Variant { id: "imap", label: "imap", bad: false },
    ],
    presets: &[Preset { name: "30 tasks", link: "tasks=30" }],
    arrangements: &[Arrangement {
        models: &[Model::Processes],
        variants: &["map", "apply", "imap"],
        program: Program::Processes(Processes {
            shared: false,
            count: |plan| 1 + plan.values.count("workers") as usize,
            code: engine_only(Code { main: run, targets: super::sums::TARGETS }),
        }),
    }],
    models: &[Model::Processes],
    repeats: 1,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[count("tasks", "Tasks", (1, 30), 10, "", "Task n makes n million additions."), WORKERS];

fn run(cx: ProcessCx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let tasks = plan.values.count("tasks");
        let values: Vec<Value> = (1..=tasks).map(|n| Value::Int(n as i64 * 1_000_000)).collect();
        let pool = Pool::start(&cx, PoolOrder::new(plan.values.count("workers") as u32))?;
        let mut bar = Bar { cx: &cx, of: tasks, shown: Vec::new() };
        let results = match plan.variant.as_str() {
            "map" => {
                let results = pool.map("add_up", values, 0).await?;
                bar.show(tasks);
                results
            }
            "apply" => {
                let calls: Result<Vec<_>, _> = values.into_iter().map(|n| pool.apply_async("add_up", n)).collect();
                let mut results = Vec::new();
                for (done, call) in (1..).zip(calls?) {
                    results.push(call.get().await?);
                    bar.show(done);
                }
                results
            }
            _ => {
                let (mut results, mut coming) = (Vec::new(), pool.imap("add_up", values, 1)?);
                while let Some(result) = coming.next().await? {
                    results.push(result);
                    bar.show(results.len() as u64);
                }
                results
            }
        };
        let shown = bar.shown;
        pool.close();
        pool.join().await?;
        let sums: Vec<i64> = results.iter().filter_map(Value::int).collect();
        let ordered = sums.len() as u64 == tasks && (1..).zip(&sums).all(|(n, sum)| *sum == sum_below(n * 1_000_000));
        Ok(Outcome::new(grouped(sums.iter().sum::<i64>() as u64))
            .with("ordered", f64::from(u8::from(ordered)))
            .with("first", shown.first().copied().unwrap_or(0) as f64)
            .with("last", shown.last().copied().unwrap_or(0) as f64))
    })
}

/// A progress bar: the page's own, and when it moved.
struct Bar<'a> {
    cx: &'a ProcessCx,
    of: u64,
    shown: Vec<Nanos>,
}

impl Bar<'_> {
    fn show(&mut self, done: u64) {
        self.cx.progress(done as f32 / self.of as f32);
        self.cx.mark(Mark::Job, done as usize);
        self.shown.push(self.cx.now());
    }
}

fn sum_below(n: i64) -> i64 {
    n * (n - 1) / 2
}

/// How long the last task must go on after the first for the bar to be told in time, however busy the machine is.
const WHILE: Nanos = 20 * MS;

/// When the first task was done for sure, and when the last, by the records of the processes. The first task is the first of whoever
/// has it, and who that is nobody can tell from clocks (whoever was sent it first may hear it last): it is done once all have done one.
fn done(trace: &Trace) -> Option<(Nanos, Nanos)> {
    let processes = trace.lanes.iter().map(|lane| lane.id).filter(|id| *id != 0);
    let sent = |lane: u32| trace.marks(Mark::Sent).filter(move |r| r.lane == lane).map(|r| r.at);
    let first = processes.clone().filter_map(|lane| sent(lane).min()).max()?;
    Some((first, processes.flat_map(sent).max()?))
}

/// When the bar first moved in a run, and when the last task was done; none where nothing went on long enough after the first one.
fn moved(id: &str, run: &Run, outcome: &Outcome) -> Option<(Nanos, Nanos)> {
    let (first, last) = done(&run.trace)?;
    (id == "map" || last >= first + WHILE).then_some((outcome.figure("first")? as Nanos, last))
}

/// How many tasks the bar showed as done, each time it moved.
fn bar(trace: &Trace) -> Vec<u64> {
    trace.marks(Mark::Job).filter(|r| r.lane == 0).map(|r| r.arg.into()).collect()
}

/// Whether it moved so often, each time further, and to the end.
fn climbs(trace: &Trace, steps: u64, tasks: u64) -> bool {
    let shown = bar(trace);
    shown.len() as u64 == steps && shown.is_sorted_by(|a, b| a < b) && shown.last() == Some(&tasks)
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    let tasks = report.spec.values.count("tasks");
    for Variant { id, label, .. } in SCENARIO.variants {
        let Some(cell) = report.cell(Model::Processes, id) else { continue };
        if let Some((run, outcome)) = cell.last() {
            let text = format!("**{label}** gives every result, in the order of the tasks");
            let ok = cell.finished().all(|(_, o)| o.figure("ordered") == Some(1.0));
            claims.push(Claim::new(text, ok, format!("their sum is {}", outcome.value)));
            let steps = if *id == "map" { 1 } else { tasks };
            let ok = cell.finished().all(|(run, _)| climbs(&run.trace, steps, tasks));
            let text = match steps {
                1 => format!("With **{label}** the bar moves **once**, and is full then"),
                _ => format!("With **{label}** the bar never goes back, and is full after **{steps}** steps"),
            };
            let shown = bar(&run.trace);
            let count = if shown.len() == 1 { "1 step".to_owned() } else { format!("{} steps", shown.len()) };
            let measured = format!("{count}, the last at {} of {tasks}", shown.last().unwrap_or(&0));
            claims.push(Claim::new(text, ok, measured));
        }
        let all: Vec<_> = cell.finished().filter_map(|(run, outcome)| moved(id, run, outcome)).collect();
        let Some((bar, last)) = all.last().filter(|_| tasks > 1) else { continue };
        let measured = format!("it moved at {}, the last task was done at {}", time(*bar), time(*last));
        // The bar's clock is the main process's, the tasks' are their own processes'.
        let (text, ok) = if *id == "map" {
            let text = "With **map** the bar moves **only when the last task is done**".to_owned();
            (text, all.iter().all(|(bar, last)| bar + STEP >= *last))
        } else {
            let text = format!("With **{label}** the bar first moves **while tasks are still computed**");
            (text, all.iter().all(|(bar, last)| bar < last))
        };
        claims.push(Claim::new(text, ok, measured).by_the_clock());
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for Variant { id, label, .. } in SCENARIO.variants {
        let Some((run, outcome)) = report.cell(Model::Processes, id).and_then(Cell::last) else { continue };
        let starts = run.trace.spans().into_iter().filter(|s| s.state == State::Starting && s.lane != 0);
        let ready = starts.map(|s| s.end).min().unwrap_or(0);
        let after = |name: &str| time((outcome.figure(name).unwrap_or_default() as Nanos).saturating_sub(ready));
        out.push(format!(
            "With {label} the bar first moved **{}** after the first process was there, and was full after **{}**. {}",
            after("first"),
            after("last"),
            Costs::of(&run.trace).words()
        ));
    }
    if !out.is_empty() {
        out.push(
            "“map” tells nothing until all is done. “imap” hands over each result in order, as soon as it and all before it \
             are there; “apply_async” gives a handle on every task."
                .to_owned(),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::{Lane, LaneKind, Record, RunEnd, What};
    use crate::scenarios::processes::testing::{holds_everywhere, report, values};

    #[test]
    fn claims_hold() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn a_bar_that_moves_at_another_time_is_seen_in_whichever_run() {
        let plain = report(&SCENARIO, &[("tasks", "30")]);
        let timed =
            |report: &Report| claims(report).into_iter().map(|claim| (claim.ok, claim.timed)).collect::<Vec<_>>();
        let (sure, moved) = ((true, false), (true, true));
        assert_eq!(timed(&plain), [sure, sure, moved].repeat(3));
        let mut other = plain.clone();
        for (early, late) in [(0, 1), (1, 0), (2, 0)] {
            let mut run = plain.cells[early].runs[0].clone();
            let moved = plain.cells[late].runs[0].outcome().unwrap().figure("first").unwrap();
            if let RunEnd::Finished(outcome) = &mut run.end {
                outcome.figures.iter_mut().filter(|(name, _)| name == "first").for_each(|(_, at)| *at = moved);
            }
            other.cells[early].runs.insert(0, run);
        }
        assert_eq!(timed(&other), [sure, sure, (false, true)].repeat(3));
    }

    #[test]
    fn a_bar_that_goes_back_or_stops_short_is_seen() {
        let plain = report(&SCENARIO, &[("tasks", "4")]);
        for cell in 0..3 {
            let mut other = plain.clone();
            let records = &mut other.cells[cell].runs[0].trace.records;
            let last = records.iter().rposition(|r| r.lane == 0 && r.what == What::Instant(Mark::Job)).unwrap();
            records[last].arg = 3;
            let wrong: Vec<Claim> = claims(&other).into_iter().filter(|claim| !claim.ok).collect();
            assert!(wrong.len() == 1 && wrong[0].measured.contains("at 3 of 4"), "{wrong:?}");
        }
    }

    #[test]
    fn the_first_task_is_done_once_each_process_has_done_one() {
        let done = |moments: &[(Nanos, Mark, u32)]| {
            let lane = |id| Lane { id, kind: LaneKind::Process, name: id.to_string() };
            let mut trace = Trace { lanes: (0..3).map(lane).collect(), ..Trace::default() };
            let record = |(at, mark, lane)| Record { at: at * MS, lane, what: What::Instant(mark), arg: 0 };
            trace.extend(moments.iter().copied().map(record));
            super::done(&trace).map(|(first, last)| (first / MS, last / MS))
        };
        let (heard, sent) = (Mark::Received, Mark::Sent);
        // Nobody knows whose was sent first.
        let both = [(10, heard, 2), (20, sent, 2), (90, heard, 1), (95, sent, 1)];
        assert_eq!(done(&both), Some((95, 95)));
        assert_eq!(done(&[&both[..], &[(96, heard, 2), (120, sent, 2)]].concat()), Some((95, 120)));
        assert_eq!(done(&both[..2]), Some((20, 20)), "the other one has done none");
    }

    #[test]
    fn results_are_exact_and_the_bar_moves_early_or_late() {
        let report = report(&SCENARIO, &[("tasks", "4")]);
        assert_eq!(values(&report), ["14,999,995,000,000"; 3]);
        let first = |i: usize| report.cells[i].last().unwrap().1.figure("first").unwrap();
        assert!(first(1) < first(0) && first(2) < first(0));
    }
}
