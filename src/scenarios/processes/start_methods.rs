//! Start methods: a fresh process each, one from a warm stock, and a module without its main guard.

use super::costs::Costs;
use crate::aio::Exception;
use crate::model::params::count;
use crate::model::units::{bytes, time};
use crate::model::{Cell, Claim, Model, Nanos, Outcome, Param, Plan, Report};
use crate::multiprocessing::{Args, LocalFuture, Method, Pool, PoolOrder, Process, ProcessCx, Target, Value};
use crate::scenarios::{
    Arrangement, Chapter, Code, Preset, Processes, Program, Scenario, Variant, beside, engine_only,
};
use std::rc::Rc;

/// How processes come to be.
pub static SCENARIO: Scenario = Scenario {
    id: "start-methods",
    title: "Start methods",
    chapter: Chapter::Processes,
    question: beside("A process is made afresh, or taken from a stock kept warm. What is the difference worth?"),
    params: PARAMS,
    variants: &[
        Variant { id: "spawn", label: "spawn", bad: false },
        Variant { id: "forkserver", label: "forkserver", bad: false },
        Variant { id: "unguarded", label: "no main guard", bad: true },
    ],
    presets: &[Preset { name: "8 processes", link: "processes=8" }],
    arrangements: &[Arrangement {
        models: &[Model::Processes],
        variants: &["spawn", "forkserver", "unguarded"],
        program: Program::Processes(Processes {
            shared: false,
            count: |plan| 1 + processes(plan) * if plan.variant == "unguarded" { ROUNDS } else { 1 } as usize,
            code: engine_only(Code { main: run, targets: TARGETS }),
        }),
    }],
    models: &[Model::Processes],
    repeats: 3,
    kernel: None,
    tasks: |_| 1,
    claims: engine_only(claims),
    explain: engine_only(explain),
    bound: None,
};

const PARAMS: &[Param] = &[count("processes", "Processes", (1, 8), 4, "", "Processes started.")];

const TARGETS: &[Target] = &[Target { name: "hello", run: hello }, Target { name: "import_main", run: import_main }];

/// How often the unguarded pool may replace each of its processes before it is stopped.
const ROUNDS: u32 = 3;

fn processes(plan: &Plan) -> usize {
    plan.values.count("processes") as usize
}

fn run(cx: ProcessCx, plan: Rc<Plan>) -> LocalFuture<Result<Outcome, Exception>> {
    Box::pin(async move {
        let count = processes(&plan) as u32;
        if plan.variant == "unguarded" {
            return unguarded(&cx, count).await;
        }
        let method = if plan.variant == "spawn" { Method::Spawn } else { Method::ForkServer };
        let began = cx.now();
        if method == Method::ForkServer {
            cx.stock(count).await?;
        }
        let started = cx.now();
        let mut children = Vec::new();
        for _ in 0..count {
            let (ours, theirs) = cx.pipe()?;
            children.push((Process::new(&cx, "hello").method(method).give(theirs).start()?, ours));
        }
        let (mut answered, mut bytes) = (0, 0);
        for (_, end) in &children {
            let answer = end.recv().await?;
            let Value::List(parts) = &answer else { continue };
            answered += u32::from(parts.first().and_then(Value::text) == Some("hello"));
            bytes = bytes.max(parts.get(1).and_then(Value::int).unwrap_or(0));
        }
        let all = cx.now();
        for (child, _) in &children {
            child.join().await;
        }
        Ok(Outcome::new(format!("{answered} processes said hello"))
            .with("answered", f64::from(answered))
            .with("stock", (started - began) as f64)
            .with("start", (all - started) as f64)
            .with("bytes", bytes as f64))
    })
}

fn hello(_: ProcessCx, mut args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        args.end()?.send(&Value::list([Value::from("hello"), Value::Int(memory())]))?;
        Ok(Value::None)
    })
}

/// Bytes of the memory that this process has for itself; 0 where it is not a process of a browser.
fn memory() -> i64 {
    #[cfg(target_arch = "wasm32")]
    return core::arch::wasm32::memory_size::<0>() as i64 * 65_536;
    #[cfg(not(target_arch = "wasm32"))]
    return 0;
}

/// A pool made by a module that does so whenever it is imported: spawned processes import it, too.
async fn unguarded(cx: &ProcessCx, count: u32) -> Result<Outcome, Exception> {
    let order = PoolOrder { worker: "import_main", most: ROUNDS * count, ..PoolOrder::new(count) };
    let pool = Pool::start(cx, order)?;
    let result = pool.apply_async("hello", Value::None)?.get().await;
    pool.close();
    pool.join().await?;
    let done = u32::from(result.is_ok());
    let outcome =
        Outcome::new(format!("{} processes started, {} died, {done} tasks done", pool.started(), pool.died()))
            .with("started", f64::from(pool.started()))
            .with("died", f64::from(pool.died()))
            .with("done", f64::from(done));
    Ok(pool.last_error().into_iter().fold(outcome, Outcome::line))
}

/// What a spawned process does first when the module has no guard: all of the module, and that makes a pool.
fn import_main(cx: ProcessCx, args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let count = args.plan.values.count("processes") as u32;
        Pool::start(&cx, PoolOrder::new(count))?;
        Ok(Value::None)
    })
}

/// The least time all processes took to answer.
fn best(report: &Report, variant: &str) -> Option<Nanos> {
    let cell = report.cell(Model::Processes, variant)?;
    cell.finished().filter_map(|(_, o)| o.figure("start")).map(|t| t as Nanos).min()
}

fn claims(report: &Report) -> Vec<Claim> {
    let mut claims = Vec::new();
    let count = report.spec.values.count("processes");
    for Variant { id, label, .. } in SCENARIO.variants.iter().filter(|v| !v.bad) {
        let runs = report.cell(Model::Processes, id).into_iter().flat_map(Cell::finished);
        if let Some(least) = runs.filter_map(|(_, o)| o.figure("answered")).map(|n| n as u64).min() {
            let text = format!("With {label} **every process answers**");
            claims.push(Claim::new(text, least == count, format!("{least} of {count}")));
        }
    }
    if let (Some(spawn), Some(stock)) = (best(report, "spawn"), best(report, "forkserver")) {
        let text = "From the warm stock all of them **answer sooner**";
        let measured = format!("{} against {}", time(stock), time(spawn));
        claims.push(Claim::new(text, stock < spawn, measured).by_the_clock());
    }
    let cap = u64::from(ROUNDS) * count;
    let wanted = [cap, cap, 0].map(|n| Some(n as f64));
    let as_wanted = |o: &Outcome| ["started", "died", "done"].map(|name| o.figure(name)) == wanted;
    let all: Vec<_> = report.cell(Model::Processes, "unguarded").into_iter().flat_map(Cell::finished).collect();
    // The figures shown are of a run that is not as it should be, if there is one.
    if let Some((_, outcome)) = all.iter().find(|(_, o)| !as_wanted(o)).or(all.last()) {
        let text =
            format!("Without the guard the pool **starts processes until our cap of {cap}**, and none does any work");
        claims.push(Claim::new(text, as_wanted(outcome), outcome.value.clone()));
    }
    claims
}

fn explain(report: &Report) -> Vec<String> {
    let mut out = Vec::new();
    let run = |variant| report.cell(Model::Processes, variant).and_then(Cell::last);
    if let (Some((run, outcome)), Some(took)) = (run("spawn"), best(report, "spawn")) {
        let mut text = format!(
            "Spawn makes each process afresh: a worker, a new instance of the program, an empty memory. At best all had \
             answered after **{}**. {}",
            time(took),
            Costs::of(&run.trace).words()
        );
        if let Some(size) = outcome.figure("bytes").filter(|size| *size > 0.0) {
            text += &format!(" The memory of one is **{}**, before it has done anything.", bytes(size as u64));
        }
        out.push(text);
    }
    if let (Some((_, outcome)), Some(took)) = (run("forkserver"), best(report, "forkserver")) {
        out.push(format!(
            "A stock has its price, too, but beforehand: **{}**. Then its processes answered after **{}**. A browser cannot \
             fork: Python's forkserver keeps no stock, but starts one clean process and forks it for each.",
            time(outcome.figure("stock").unwrap_or_default() as Nanos),
            time(took)
        ));
    }
    if let Some((_, outcome)) = run("unguarded") {
        let error = outcome.lines.first().map(|line| format!(" Each ended with “{line}”")).unwrap_or_default();
        out.push(format!(
            "A spawned process imports your module first. Without “if __name__ == '__main__':” that makes a pool again, \
             which Python refuses.{error} The pool replaces whoever dies, for ever: here **{}**.",
            outcome.value
        ));
    }
    if !out.is_empty() {
        out.push(
            "Fork, which copies a running process, is nothing a browser can do. Where Python \
             forks, the copy need not load anything, but a lock that another thread held stays locked in it for ever."
                .to_owned(),
        );
    }
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
    fn an_earlier_run_in_which_a_task_was_done_is_seen() {
        let mut report = report(&SCENARIO, &[]);
        let mut other = report.cells[2].runs[0].clone();
        let figures = Outcome::new("one task done").with("started", 12.0).with("died", 11.0).with("done", 1.0);
        other.end = crate::model::RunEnd::Finished(figures);
        report.cells[2].runs.insert(0, other);
        let claims = claims(&report);
        assert!(claims.last().is_some_and(|claim| !claim.ok && claim.measured == "one task done"), "{claims:?}");
    }

    #[test]
    fn the_stock_is_quick_and_the_unguarded_pool_is_capped() {
        let report = report(&SCENARIO, &[("processes", "2")]);
        let said = "2 processes said hello";
        assert_eq!(values(&report), [said, said, "6 processes started, 6 died, 0 tasks done"]);
        assert!(best(&report, "forkserver").unwrap() * 5 < best(&report, "spawn").unwrap());
        let (_, unguarded) = report.cells[2].last().unwrap();
        assert!(unguarded.lines[0].starts_with("RuntimeError: An attempt has been made"));
    }
}
