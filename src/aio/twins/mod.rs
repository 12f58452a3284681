//! The programs of `tests/golden/aio/twins.py` in Rust: each writes the lines that CPython wrote (`twins.json`).
#![allow(clippy::unwrap_used)]

mod barriers;
mod conditions;
mod contexts;
mod futures;
mod generators;
mod levels;
mod locks;
mod outside;
mod queues;
mod reports;

use super::virtual_time::{no_work, run};
use super::{Cx, Exception, Lock, Reported, Semaphore, Task};
use crate::model::{MS, Nanos, Outcome};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::rc::Rc;

/// What a program writes, each line with its moment in milliseconds.
#[derive(Clone)]
struct Log {
    cx: Cx,
    lines: Rc<RefCell<Vec<String>>>,
}

impl Log {
    fn write(&self, what: impl Display) {
        self.lines.borrow_mut().push(format!("{} {what}", self.cx.now() / MS));
    }

    /// Writes what asyncio tells its exception handler.
    fn hears_reports(&self) {
        let log = self.clone();
        let exception = |report: &Reported| report.exception.as_ref().map(Exception::to_string).unwrap_or_default();
        self.cx.set_exception_handler(move |report| log.write(format!("{}: {}", report.message, exception(report))));
    }

    /// Writes the exception, if it is one.
    fn fails<T>(&self, result: Result<T, Exception>) {
        if let Err(exception) = result {
            self.write(exception);
        }
    }
}

/// `True` or `False`.
fn py(yes: bool) -> &'static str {
    if yes { "True" } else { "False" }
}

/// Runs a program and compares what it wrote with what its twin wrote in CPython.
fn twin<F>(name: &str, main: impl FnOnce(Cx, Log) -> F)
where
    F: Future<Output = Result<(), Exception>> + 'static,
{
    let expected: BTreeMap<String, Vec<String>> =
        serde_json::from_str(include_str!("../../../tests/golden/aio/twins.json")).unwrap();
    let lines = Rc::new(RefCell::new(Vec::new()));
    let ran = run(1, no_work(), |cx| {
        let main = main(cx.clone(), Log { cx, lines: lines.clone() });
        async move { main.await.map(|()| Outcome::default()) }
    });
    let mut lines = lines.take();
    lines.extend(ran.result.err().map(|exception| format!("raised {exception}")));
    assert_eq!(lines, expected[name], "{name}: ours, and CPython's");
}

async fn yields(cx: &Cx, times: usize) -> Result<(), Exception> {
    for _ in 0..times {
        cx.sleep(0).await?;
    }
    Ok(())
}

/// Something to be entered and left.
trait Gate: Clone + 'static {
    fn enter(&self) -> impl Future<Output = Result<impl Sized, Exception>>;
}

impl Gate for Lock {
    fn enter(&self) -> impl Future<Output = Result<impl Sized, Exception>> {
        self.acquire()
    }
}

impl Gate for Semaphore {
    fn enter(&self) -> impl Future<Output = Result<impl Sized, Exception>> {
        self.acquire()
    }
}

impl Gate for super::BoundedSemaphore {
    fn enter(&self) -> impl Future<Output = Result<impl Sized, Exception>> {
        self.acquire()
    }
}

/// Takes a lock or a semaphore for 10 ms.
async fn user(log: Log, name: &'static str, gate: impl Gate) -> Result<(), Exception> {
    let used = async {
        let inside = gate.enter().await?;
        log.write(format!("{name} in"));
        log.cx.sleep(10 * MS).await?;
        drop(inside);
        log.write(format!("{name} out"));
        Ok(())
    };
    let used: Result<(), Exception> = used.await;
    if used.as_ref().is_err_and(Exception::is_cancelled) {
        log.write(format!("{name} cancelled"));
    }
    used
}

fn users<const N: usize>(log: &Log, names: [&'static str; N], gate: &impl Gate) -> Vec<Task<()>> {
    names.into_iter().map(|name| log.cx.create_task(user(log.clone(), name, gate.clone()))).collect()
}

/// `return_exceptions=True`, as the types of what came out.
async fn kinds(cx: &Cx, tasks: Vec<Task<()>>) -> Result<String, Exception> {
    let kind = |r: Result<(), Exception>| r.map_or_else(|e| e.kind.into_owned(), |()| "NoneType".to_owned());
    let ended = cx.gather_tasks_settled(tasks).await?;
    Ok(ended.into_iter().map(kind).collect::<Vec<_>>().join(" "))
}

const TEN: Nanos = 10 * MS;
