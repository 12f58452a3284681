//! Real requests for files of this very site: one after another, all at once, or a few at a time.

use super::figures::{gain, instead, took, with_reason, with_time};
use crate::aio::outside::{Fetched, Request, Timing};
use crate::aio::{Cx, Exception, Operation, Semaphore};
use crate::model::params::count;
use crate::model::units::{grouped, time_ms, times};
use crate::model::{Claim, Mark, Model, Outcome, Param, Plan, Report, State, Trace};
use crate::scenarios::{Arrangement, Chapter, LocalFuture, Preset, Program, Scenario, Variant, beside, engine_only};
use std::rc::Rc;

pub mod parts;
mod wire;

const SEQUENTIAL: &str = "sequential";
const CONCURRENT: &str = "concurrent";
const LIMITED: &str = "limited";

/// Requests to the site the page came from.
pub static SCENARIO: Scenario = Scenario {
    id: "http",
    title: "Real requests",
    chapter: Chapter::Waiting,
    question: beside(
        "Thirty files are fetched from this site. You ask for all at once. Does the browser do as you ask?",
    ),
    params: PARAMS,
    variants: &[
        Variant { id: SEQUENTIAL, label: "one after another", bad: false },
        Variant { id: CONCURRENT, label: "all at once", bad: false },
        Variant { id: LIMITED, label: "semaphore", bad: false },
    ],
    presets: &[Preset { name: "40 files, 6 at a time", link: "files=40&limit=6" }],
    arrangements: &[Arrangement {
        models: &[Model::Asyncio],
        variants: &[SEQUENTIAL, CONCURRENT, LIMITED],
        program: Program::Async(engine_only(run)),
    }],
    models: &[Model::Asyncio],
    repeats: 3,
    kernel: None,
    tasks: |plan| if plan.variant == SEQUENTIAL { 1 } else { 1 + plan.values.count("files") as usize },
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[
    count("files", "Files", (1, parts::COUNT as u64), 30, "", "Files of 8 KiB, asked of the server each time."),
    count("limit", "Limit", (1, 20), 3, "", "Requests the semaphore lets out at a time."),
];

/// Before the protocol the browser names.
const SPOKEN: &str = "spoken: ";

/// One answer: bytes that are right, bytes in all, and why it was not the site's.
type Got = (usize, usize, Option<String>);

async fn fetch(cx: Cx, number: u32) -> Result<Got, Exception> {
    let path = format!("{}/{}", parts::FOLDER, parts::name(number));
    let request = Request { path, stand_in: parts::content(number) };
    let fetched: Fetched = cx.ask(Operation::Fetch(request)).await?;
    cx.mark(Mark::Received, fetched.body.len() as u32);
    Ok((parts::right(number, &fetched.body), fetched.body.len(), fetched.instead))
}

async fn fetch_in_turn(cx: Cx, gate: Semaphore, number: u32) -> Result<Got, Exception> {
    let _permit = gate.acquire().await?;
    fetch(cx, number).await
}

async fn fetch_all(cx: &Cx, plan: &Plan) -> Result<Vec<Got>, Exception> {
    let numbers = 0..plan.values.count("files") as u32;
    match plan.variant.as_str() {
        CONCURRENT => cx.gather(numbers.map(|number| fetch(cx.clone(), number))).await,
        LIMITED => {
            let gate = Semaphore::new(cx, "requests", plan.values.count("limit"));
            cx.gather(numbers.map(|number| fetch_in_turn(cx.clone(), gate.clone(), number))).await
        }
        _ => {
            let mut all = Vec::new();
            for number in numbers {
                all.push(fetch(cx.clone(), number).await?);
            }
            Ok(all)
        }
    }
}

fn run(cx: Cx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let begun = cx.now();
        let got = fetch_all(&cx, &plan).await?;
        let right: usize = got.iter().map(|(right, ..)| right).sum();
        let came: usize = got.iter().map(|(_, came, _)| came).sum();
        let mut outcome = Outcome::new(format!("{} bytes right", grouped(right as u64)))
            .with("right", right as f64)
            .with("came", came as f64);
        outcome = with_time(outcome, &cx, begun);
        if let Some(reason) = got.iter().find_map(|(.., instead)| instead.as_ref()) {
            outcome = with_reason(outcome, reason);
        }
        let timings: Vec<Timing> = cx.ask(Operation::Timings).await?;
        if let Some(wire) = wire::seen(&timings).filter(|_| timings.len() == got.len()) {
            let line = format!("{SPOKEN}{}", wire.protocol);
            outcome = outcome.with("out", wire.peak as f64).with("queued", wire.queued).line(line);
        }
        Ok(outcome)
    })
}

/// The last result of a variant.
fn last<'a>(report: &'a Report, variant: &str) -> Option<(&'a Trace, &'a Outcome)> {
    report.cell(Model::Asyncio, variant)?.last().map(|(run, outcome)| (&run.trace, outcome))
}

/// A line of the outcome that begins with this.
fn line<'a>(outcome: &'a Outcome, begin: &str) -> Option<&'a str> {
    outcome.lines.iter().find_map(|line| line.strip_prefix(begin)).filter(|rest| !rest.is_empty())
}

fn claims(report: &Report) -> Vec<Claim> {
    let files = report.spec.values.count("files");
    let limit = report.spec.values.count("limit").min(files);
    let expected = files * parts::SIZE as u64;
    let mut claims = Vec::new();
    let ended: Vec<&Outcome> = report.cells.iter().flat_map(|cell| cell.finished()).map(|(_, o)| o).collect();
    let figure = |o: &Outcome, name| o.figure(name).map(|f| f as u64);
    let right = |o: &&Outcome| figure(o, "right") == Some(expected) && figure(o, "came") == Some(expected);
    if let Some(shown) = ended.iter().find(|o| !right(o)).or(ended.last()) {
        let measured = format!("{} of {}", grouped(figure(shown, "right").unwrap_or(0)), grouped(expected));
        claims.push(Claim::new("Every byte is the one that was published", ended.iter().all(right), measured));
    }
    if let Some(cell) = report.cell(Model::Asyncio, CONCURRENT) {
        let peaks = cell.finished().map(|(run, _)| super::most_in(&run.trace, State::Sleeping) as u64);
        if let Some(least) = peaks.min() {
            // More than the browser has connections; it need not be all, because the first answers come soon.
            let enough = if files > 2 * CONNECTIONS { CONNECTIONS + 1 } else { files.min(2) };
            let text = format!("All at once: **{enough}** answers or more are awaited at the same moment");
            claims.push(Claim::new(text, least >= enough, format!("{least} at once")).by_the_clock());
        }
        claims.extend(own_limit(cell.finished().map(|(_, outcome)| outcome)));
    }
    if let Some(cell) = report.cell(Model::Asyncio, LIMITED) {
        let peaks = cell.finished().filter_map(|(run, _)| run.trace.levels(0).map(|(_, level)| level).max());
        if let Some(most) = peaks.max() {
            let text = format!("The semaphore never lets more than **{limit}** out");
            claims.push(Claim::new(text, u64::from(most) <= limit, format!("{most} at once")));
        }
    }
    claims
}

/// Connections that browsers open to one host, as long as a connection carries one request at a time.
const CONNECTIONS: u64 = 6;

/// The claim that the browser keeps its own limit, where it says what it did.
fn own_limit<'a>(outcomes: impl Iterator<Item = &'a Outcome>) -> Option<Claim> {
    let one_a_connection = |o: &&Outcome| line(o, SPOKEN).is_some_and(|p| p.starts_with("http/1"));
    let most = outcomes.filter(one_a_connection).filter_map(|o| o.figure("out")).map(|out| out as u64).max()?;
    let text = format!("The browser itself has at most **{CONNECTIONS}** of them out at once");
    Some(Claim::new(text, most <= CONNECTIONS, format!("{most} at once")).by_the_clock())
}

/// What the browser noted, in words.
fn noted(outcome: &Outcome, asked: u64) -> String {
    let (Some(out), Some(queued)) = (outcome.figure("out"), outcome.figure("queued")) else {
        return "How many of them the browser really had out at once is not known: it noted nothing.".to_owned();
    };
    let spoken = line(outcome, SPOKEN).map(|p| format!(" over {p}")).unwrap_or_default();
    if out as u64 >= asked {
        return format!("The browser had all **{out}** of them out at the same moment{spoken}.");
    }
    format!(
        "The browser had at most **{out}** of them out at the same moment{spoken}. The others stood in its own queue, **{}** on \
         average.",
        time_ms(queued)
    )
}

fn explain(report: &Report) -> Vec<String> {
    let files = report.spec.values.count("files");
    let mut out = Vec::new();
    if let Some(ms) = took(report, SEQUENTIAL) {
        out.push(format!(
            "One after another, {files} requests took **{}**: **{}** for each question and answer.",
            time_ms(ms),
            time_ms(ms / files.max(1) as f64)
        ));
    }
    if let (Some(ms), Some((_, outcome))) = (took(report, CONCURRENT), last(report, CONCURRENT)) {
        let asked = format!("Your program asked for all {files} at once, and had them after **{}**.", time_ms(ms));
        out.push(format!("{asked} {}", noted(outcome, files)));
    }
    if let (Some(ms), Some((trace, outcome))) = (took(report, LIMITED), last(report, LIMITED)) {
        let waited = trace.spans().iter().filter(|span| span.state == State::Blocked).count() as u64;
        let limit = report.spec.values.count("limit").min(files);
        out.push(format!(
            "With the semaphore **{}** requests waited in your program instead. It took **{}**. {}",
            grouped(waited),
            time_ms(ms),
            noted(outcome, limit)
        ));
    }
    if let Some(ratio) = gain(took(report, SEQUENTIAL), took(report, CONCURRENT)) {
        out.push(format!(
            "All at once was **{}** as fast as one after another. The farther the server, the more there is to gain.",
            times(ratio)
        ));
    }
    if let Some(reason) = instead(report) {
        out.push(format!(
            "Your browser could not reach this site ({reason}). It requested the same bytes from memory instead, at blob: \
             addresses. So this was **not the network**."
        ));
    }
    out
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::super::testing::{holds, holds_everywhere, spec};
    use super::*;
    use crate::aio::virtual_time;
    use crate::model::{Cell, MS, Run, RunEnd, wire as bytes};

    #[test]
    fn claims_hold_at_every_end() {
        holds_everywhere(&SCENARIO);
    }

    #[test]
    fn the_figures_of_the_defaults() {
        let report = holds(&SCENARIO, "");
        let of = |variant| report.cell(Model::Asyncio, variant).unwrap().last().unwrap();
        for (variant, elapsed) in [(SEQUENTIAL, 600 * MS), (CONCURRENT, 20 * MS), (LIMITED, 200 * MS)] {
            assert_eq!(of(variant).0.elapsed, elapsed, "{variant}");
            assert_eq!(of(variant).1.value, "245,760 bytes right");
        }
    }

    #[test]
    fn wrong_bytes_a_stand_in_and_the_browsers_limit_are_told() {
        let asked = spec(&SCENARIO, "files=4");
        let plan = Rc::new(asked.plan(Model::Asyncio, CONCURRENT, 0));
        let work: virtual_time::Work = Box::new(|operation| match operation {
            Operation::Fetch(Request { mut stand_in, .. }) => {
                stand_in[7] = b'#';
                let fetched = Fetched { body: stand_in, instead: Some("HTTP 404".to_owned()) };
                (Ok(bytes::encode(&fetched).unwrap()), MS)
            }
            _ => {
                let timing = |sent| Timing { asked: 0, sent, answered: sent + 5, protocol: "http/1.1".to_owned() };
                (Ok(bytes::encode(&[0, 1, 5, 6].map(timing).to_vec()).unwrap()), 0)
            }
        });
        let ran = virtual_time::run(1, work, |cx| super::run(cx, plan));
        let end = RunEnd::Finished(ran.result.unwrap());
        let run = Run { repeat: 0, end, elapsed: ran.elapsed, trace: ran.trace };
        let cells = vec![Cell { model: Model::Asyncio, variant: CONCURRENT.to_owned(), runs: vec![run] }];
        let report = Report { spec: asked, cells, ..holds(&SCENARIO, "files=4") };
        let claims = claims(&report);
        assert!(!claims[0].ok && claims[0].measured == "32,764 of 32,768", "{claims:?}");
        let words = explain(&report).join("\n");
        assert!(words.contains("at most **2** of them") && words.contains("over http/1.1"), "{words}");
        assert!(words.contains("(HTTP 404)"), "{words}");
    }
}
