//! Messages between two processes, there and back: over a queue and over a pipe, by size.

use super::costs::Costs;
use crate::aio::Exception;
use crate::model::params::{SPEED, count, wait};
use crate::model::units::time;
use crate::model::{Claim, Model, Nanos, Outcome, Param, Plan, Report};
use crate::multiprocessing::{Args, Connection, LocalFuture, Process, ProcessCx, Queue, Target, Value};
use crate::scenarios::waiting::lateness::speed_note;
use crate::scenarios::{
    Arrangement, Chapter, Code, Preset, Processes, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

/// Messages there and back.
pub static SCENARIO: Scenario = Scenario {
    id: "ipc",
    title: "Messages between processes",
    chapter: Chapter::Processes,
    question: beside(
        "One process sends items, another sends them back. How long does a message take, and what does its size cost?",
    ),
    params: PARAMS,
    variants: &[Variant { id: "queue", label: "queue", bad: false }, Variant { id: "pipe", label: "pipe", bad: false }],
    presets: &[Preset { name: "1 MiB", link: "size=1024&interval=0&items=20" }],
    arrangements: &[Arrangement {
        models: &[Model::Processes],
        variants: &["queue", "pipe"],
        program: Program::Processes(Processes {
            shared: false,
            count: |_| 2,
            code: engine_only(Code { main: run, targets: &[Target { name: "echo", run: echo }] }),
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

const PARAMS: &[Param] = &[
    count("items", "Items", (1, 50), 5, "", "Items sent."),
    wait("interval", "Interval", (0, 5_000), 1_000, "Wait between two items."),
    count("size", "Size", (1, 1_024), 1, "KiB", "Payload of an item."),
    SPEED,
];

/// The sizes compared, KiB.
const SIZES: [u64; 3] = [1, 64, 1_024];
/// Messages of each size. Together they are long enough for a clock that steps by a millisecond.
const ROUNDS: u64 = 20;

/// What two processes talk over.
enum Line {
    Pipe(Connection),
    Queues { there: Queue, back: Queue },
}

impl Line {
    async fn send(&self, value: &Value) -> Result<(), Exception> {
        match self {
            Line::Pipe(end) => end.send(value),
            Line::Queues { there, .. } => there.put(value).await,
        }
    }

    async fn receive(&self) -> Result<Value, Exception> {
        match self {
            Line::Pipe(end) => end.recv().await,
            Line::Queues { back, .. } => back.get().await,
        }
    }

    /// Sends an item and waits until it is back: whether it is the one that was sent.
    async fn there_and_back(&self, item: &Value) -> Result<bool, Exception> {
        self.send(item).await?;
        Ok(self.receive().await? == *item)
    }
}

fn item(number: u64, kib: u64) -> Value {
    let bytes = (0..kib * 1024).map(|i| (i + number) as u8).collect();
    Value::list([Value::Int(number as i64), Value::Bytes(bytes)])
}

fn run(cx: ProcessCx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let echo = Process::new(&cx, "echo").args(Value::from(plan.variant.as_str()));
        let (line, child) = if plan.variant == "pipe" {
            let (ours, theirs) = cx.pipe()?;
            (Line::Pipe(ours), echo.give(theirs).start()?)
        } else {
            let (there, back) = (Queue::new(&cx, "there"), Queue::new(&cx, "back"));
            let child = echo.give(there.share()?).give(back.share()?).start()?;
            (Line::Queues { there, back }, child)
        };
        line.receive().await?; // it says that it listens

        let (items, size) = (plan.values.count("items"), plan.values.count("size"));
        let mut in_order = 0;
        for number in 0..items {
            if number > 0 {
                cx.sleep(plan.values.wait("interval")).await;
            }
            in_order += u64::from(line.there_and_back(&item(number, size)).await?);
            cx.progress(number as f32 / items as f32);
        }
        let mut outcome =
            Outcome::new(format!("{in_order} items there and back in order")).with("in order", in_order as f64);
        for kib in SIZES {
            let item = item(0, kib);
            let began = cx.now();
            for _ in 0..ROUNDS {
                line.there_and_back(&item).await?;
            }
            let took = (cx.now() - began) / ROUNDS;
            let text = format!("{}: {} there and back, {}", name(kib), time(took), rate(kib, took));
            outcome = outcome.with(&figure(kib), took as f64).line(text);
        }
        line.send(&Value::None).await?;
        child.join().await;
        Ok(outcome)
    })
}

fn echo(cx: ProcessCx, mut args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let line = if args.value.text() == Some("pipe") {
            Line::Pipe(args.end()?)
        } else {
            let (back, there) = (Queue::at(&cx, args.end()?), Queue::at(&cx, args.end()?));
            Line::Queues { there, back }
        };
        line.send(&Value::from("ready")).await?;
        loop {
            match line.receive().await? {
                Value::None => return Ok(Value::None),
                item => line.send(&item).await?,
            }
        }
    })
}

fn figure(kib: u64) -> String {
    format!("{kib} KiB")
}

fn name(kib: u64) -> String {
    if kib == 1_024 { "1 MiB".to_owned() } else { figure(kib) }
}

/// What crosses in a second when `kib` go there and back in `took`.
fn rate(kib: u64, took: Nanos) -> String {
    format!("{:.0} MB/s", megabytes(kib, took))
}

fn megabytes(kib: u64, took: Nanos) -> f64 {
    (2 * kib * 1024) as f64 * 1e3 / took.max(1) as f64
}

/// The mean time there and back, by size, in the last run of a variant.
fn times(report: &Report, variant: &str) -> Option<Vec<(u64, Nanos)>> {
    let (_, outcome) = report.cell(Model::Processes, variant)?.last()?;
    SIZES.iter().map(|kib| Some((*kib, outcome.figure(&figure(*kib))? as Nanos))).collect()
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    let items = report.spec.values.count("items");
    for Variant { id, label, .. } in SCENARIO.variants {
        let runs = report.cell(Model::Processes, id).into_iter().flat_map(|c| c.finished());
        if let Some(least) = runs.filter_map(|(_, o)| o.figure("in order")).map(|n| n as u64).min() {
            let text = format!("Over the **{label}** every item comes back, in order");
            claims.push(Claim::new(text, least == items, format!("{least} of {items}")));
        }
        if let Some([(small, quick), .., (large, slow)]) = times(report, id).as_deref() {
            let text =
                format!("Over the **{label}** a small message takes less time, and large ones carry more a second");
            let ok = quick < slow && megabytes(*small, *quick) < megabytes(*large, *slow);
            let words = |kib, took| format!("{} {}, {}", name(kib), time(took), rate(kib, took));
            let measured = format!("{}; {}", words(*small, *quick), words(*large, *slow));
            claims.push(Claim::new(text, ok, measured).by_the_clock());
        }
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    for Variant { id, label, .. } in SCENARIO.variants {
        let run = report.cell(Model::Processes, id).and_then(|c| c.last());
        let (Some((run, _)), Some(times)) = (run, times(report, id)) else { continue };
        let all: Vec<String> =
            times.iter().map(|(kib, took)| format!("{} in **{}**", name(*kib), time(*took))).collect();
        out.push(format!("Over the {label}, there and back: {}. {}", all.join(", "), Costs::of(&run.trace).words()));
    }
    if !out.is_empty() {
        out.push(
            "Nothing is shared: every value is pickled into bytes, copied into the other process and built anew there. \
             A pipe has two ends; a queue may have many. Here one process hands its items out; in Python a queue is a pipe \
             with locks, and a thread that feeds it."
                .to_owned(),
        );
    }
    out.extend(speed_note(report));
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::scenarios::processes::testing::{holds_everywhere, report, values};

    #[test]
    fn claims_hold() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn items_come_back_in_order_after_their_intervals() {
        let report = report(&SCENARIO, &[("items", "4"), ("interval", "100")]);
        assert_eq!(values(&report), ["4 items there and back in order"; 2]);
        let (run, _) = report.cells[1].last().unwrap();
        assert!(run.elapsed >= 300_000_000, "three intervals: {}", run.elapsed);
        let costs = Costs::of(&run.trace);
        // "ready", each item and each of the rounds there and back, and the last word.
        assert_eq!(costs.messages as u64, 1 + 2 * 4 + 2 * ROUNDS * 3 + 1);
        assert!(costs.transfer.unwrap() > 50_000 * costs.messages as u64);
    }
}
