//! A manager: one process owns a dict and a list, and the others use them through proxies.

use super::costs::Costs;
use crate::aio::Exception;
use crate::model::params::count;
use crate::model::units::{grouped, time};
use crate::model::{Cell, Claim, Mark, Model, Nanos, Outcome, Param, Plan, Report, Run, State, Trace};
use crate::multiprocessing::{Args, LocalFuture, Manager, Process, ProcessCx, Proxies, Target, Value};
use crate::scenarios::{Arrangement, Chapter, Code, Preset, Processes, Program, Scenario, beside, engine_only};
use std::rc::Rc;

/// A dict and a list in a process of their own.
pub static SCENARIO: Scenario = Scenario {
    id: "manager",
    title: "A manager and its proxies",
    chapter: Chapter::Processes,
    question: beside(
        "A dict and a list live in one process; others change them through proxies. What does each change cost?",
    ),
    params: PARAMS,
    variants: &[],
    presets: &[Preset { name: "8 × 100", link: "processes=8&updates=100" }],
    arrangements: &[Arrangement {
        models: &[Model::Processes],
        variants: &[],
        program: Program::Processes(Processes {
            shared: false,
            count: |plan| 2 + plan.values.count("processes") as usize,
            code: engine_only(Code { main: run, targets: &[Target { name: "update", run: update }] }),
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
    count("processes", "Processes", (1, 8), 4, "", "Processes that use the proxies."),
    count("updates", "Updates", (1, 200), 5, "", "How often each changes the dict and the list."),
];

fn run(cx: ProcessCx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let (processes, updates) = (plan.values.count("processes"), plan.values.count("updates"));
        let (manager, ends) = Manager::start(&cx, processes as usize)?;
        let mut children = Vec::with_capacity(ends.len());
        for (number, end) in (0..).zip(ends) {
            children.push(Process::new(&cx, "update").args(Value::Int(number)).give(end).start()?);
        }
        for (done, child) in (1..).zip(&children) {
            child.join().await;
            cx.progress(done as f32 / processes as f32);
        }
        let proxies = manager.proxies();
        let (dict, list) = (proxies.dict().await?, proxies.list().await?);
        let calls = manager.shutdown().await?;
        let (pairs, items) = (dict.pairs().unwrap_or_default(), list.items().unwrap_or_default());
        let right = pairs.iter().filter(|(_, value)| value.int() == Some(updates as i64)).count();
        let value = format!("{} keys, {} entries, {calls} calls", pairs.len(), items.len());
        Ok(Outcome::new(value)
            .with("right keys", right as f64)
            .with("entries", items.len() as f64)
            .with("calls", calls as f64)
            .line(dict.to_string()))
    })
}

fn update(_: ProcessCx, mut args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let end = args.end()?;
        let (proxies, me) = (Proxies::over(&end), args.value);
        for n in 1..=args.plan.values.count("updates") {
            proxies.set(me.clone(), Value::Int(n as i64)).await?;
            proxies.append(me.clone()).await?;
        }
        Ok(Value::None)
    })
}

fn calls(report: &Report) -> u64 {
    // Two for each update, and the two that read everything at the end.
    2 * report.spec.values.count("processes") * report.spec.values.count("updates") + 2
}

fn claims(report: &Report) -> Vec<Claim> {
    let (processes, updates) = (report.spec.values.count("processes"), report.spec.values.count("updates"));
    let runs: Vec<_> = report.cell(Model::Processes, "").into_iter().flat_map(Cell::finished).collect();
    let figure = |outcome: &Outcome, name: &str| outcome.figure(name).map(|n| n as u64);
    let held = |(_, o): &(&Run, &Outcome)| Some((figure(o, "right keys")?, figure(o, "entries")?));
    let mut claims = Vec::new();
    let all: Vec<_> = runs.iter().filter_map(held).collect();
    // The figure shown is of a run that is not as it should be, if there is one.
    let wanted = (processes, processes * updates);
    if let Some((keys, entries)) = all.iter().find(|held| **held != wanted).or(all.last()) {
        let ok = all.iter().all(|held| *held == wanted);
        let text = format!(
            "The dict has **{processes}** keys at {updates} each, the list **{}** entries: nothing is lost",
            grouped(processes * updates)
        );
        claims.push(Claim::new(text, ok, format!("{keys} and {}", grouped(*entries))));
    }
    // Ending the server is a message there and one back, too.
    let sent = |run: &Run| (run.trace.marks(Mark::Sent).count() as u64).saturating_sub(2);
    let all: Vec<_> = runs.iter().filter_map(|(run, o)| Some((figure(o, "calls")?, sent(run)))).collect();
    let wanted = (calls(report), 2 * calls(report));
    if let Some((made, messages)) = all.iter().find(|made| **made != wanted).or(all.last()) {
        let text = "Every call is a **round trip**: one message there, one back";
        let measured = format!("{} calls, {} messages", grouped(*made), grouped(*messages));
        claims.push(Claim::new(text, all.iter().all(|made| *made == wanted), measured));
    }
    claims
}

/// What one call took a client on average: pickling and waiting, from its side.
fn call_time(trace: &Trace, calls: u64) -> Nanos {
    let spans = trace.spans();
    let clients = spans.iter().filter(|s| s.lane >= 2 && matches!(s.state, State::Pickling | State::Waiting));
    clients.map(|s| s.end - s.start).sum::<Nanos>() / calls.max(1)
}

fn explain(report: &Report) -> Vec<String> {
    let Some((run, _)) = report.cell(Model::Processes, "").and_then(|c| c.last()) else { return Vec::new() };
    let clients = calls(report) - 2;
    vec![
        format!(
            "The dict and the list are in SyncManager-1 alone. What the others hold are proxies: each of their {} calls was \
             pickled, sent, carried out there and answered. A call took **{}** on average; with a dict and a list of its own \
             a process would send nothing.",
            grouped(clients),
            time(call_time(&run.trace, clients)),
        ),
        "Python's server has a thread for each client. One call on a dict or a list is a single step all the same, so single \
         calls never mix. Two calls together can: between reading a value and writing it back, another process may write."
            .to_owned(),
        Costs::of(&run.trace).words(),
    ]
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
    fn an_entry_lost_in_an_earlier_run_is_seen() {
        let mut report = report(&SCENARIO, &[]);
        let mut lost = report.cells[0].runs[0].clone();
        lost.trace.records.retain(|r| r.what != crate::model::What::Instant(Mark::Sent));
        if let crate::model::RunEnd::Finished(outcome) = &mut lost.end {
            outcome.figures.iter_mut().filter(|(name, _)| name == "entries").for_each(|(_, n)| *n -= 1.0);
        }
        report.cells[0].runs.insert(0, lost);
        let claims = claims(&report);
        assert!(claims.len() == 2 && claims.iter().all(|claim| !claim.ok), "{claims:?}");
        assert_eq!(claims[0].measured, "4 and 19");
    }

    #[test]
    fn contents_and_calls_are_counted() {
        let report = report(&SCENARIO, &[("processes", "3"), ("updates", "7")]);
        assert_eq!(values(&report), ["3 keys, 21 entries, 44 calls"]);
        let (run, outcome) = report.cells[0].last().unwrap();
        assert!(outcome.lines[0].contains("2: 7"), "{:?}", outcome.lines);
        assert!(call_time(&run.trace, 42) >= 100_000, "two messages of 50 µs");
    }
}
