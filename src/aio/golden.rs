//! The recorded programs of `tests/golden/aio/`, run in virtual time and compared with what CPython did.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::virtual_time::{no_work, run};
use super::{Cx, Exception, Semaphore, Task, TaskGroup, Timeout, golden_tasks};
use crate::model::{MS, Outcome};
use serde_json::Value;
use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::pin::Pin;
use std::rc::Rc;

/// Why a block ended before its end.
pub(super) enum Left {
    Returned(Value),
    Raised(Exception),
}

impl From<Exception> for Left {
    fn from(exception: Exception) -> Self {
        Left::Raised(exception)
    }
}

pub(super) struct Program {
    pub cx: Cx,
    source: Rc<Value>,
    semaphores: HashMap<String, Semaphore>,
    pub tasks: RefCell<HashMap<String, Task<Value>>>,
    pub groups: RefCell<HashMap<String, TaskGroup>>,
    pub limits: RefCell<HashMap<String, Rc<Timeout>>>,
    pub made: RefCell<HashMap<String, Made>>,
    log: Rc<RefCell<Vec<String>>>,
}

/// A coroutine that nobody has awaited yet.
pub(super) type Made = Pin<Box<dyn Future<Output = Result<Value, Exception>>>>;

impl Program {
    pub fn write(&self, what: &str) {
        self.log.borrow_mut().push(format!("{} {what}", self.cx.now() / MS));
    }
}

type Steps<'a> = Pin<Box<dyn Future<Output = Result<(), Left>> + 'a>>;

pub(super) fn text(value: &Value) -> String {
    match value {
        Value::Array(items) => format!("[{}]", items.iter().map(text).collect::<Vec<_>>().join(", ")),
        Value::String(s) => s.clone(),
        Value::Null => "None".to_owned(),
        Value::Bool(b) => python(*b).to_owned(),
        other => other.to_string(),
    }
}

pub(super) fn python(b: bool) -> &'static str {
    if b { "True" } else { "False" }
}

fn settled(results: Vec<Result<Value, Exception>>) -> Value {
    results.into_iter().map(|r| r.unwrap_or_else(|e| Value::from(e.kind.into_owned()))).collect()
}

pub(super) async fn coroutine(program: Rc<Program>, name: String) -> Result<Value, Exception> {
    let source = program.source.clone();
    let mut last = Value::Null;
    match block(&program, &source[name.as_str()], &mut last, None).await {
        Ok(()) => Ok(Value::Null),
        Err(Left::Returned(value)) => Ok(value),
        Err(Left::Raised(exception)) => Err(exception),
    }
}

pub(super) fn block<'a>(
    p: &'a Rc<Program>,
    ops: &'a Value,
    last: &'a mut Value,
    caught: Option<&'a Exception>,
) -> Steps<'a> {
    Box::pin(async move {
        for op in ops.as_array().unwrap() {
            operation(p, op, last, caught).await?;
        }
        Ok(())
    })
}

async fn operation(p: &Rc<Program>, op: &Value, last: &mut Value, caught: Option<&Exception>) -> Result<(), Left> {
    let cx = &p.cx;
    let write = |what: String| p.write(&what);
    let arg = |i: usize| op[i].as_str().unwrap_or_default().to_owned();
    let bodies = || op.as_array().unwrap()[1..].iter().map(|n| coroutine(p.clone(), text(n))).collect::<Vec<_>>();
    let taken = || {
        let tasks = p.tasks.borrow_mut();
        op.as_array().unwrap()[1..].iter().map(|n| tasks[n.as_str().unwrap()].clone()).collect()
    };
    let current = cx.current_task().unwrap();
    match op[0].as_str().unwrap() {
        "log" => write(arg(1)),
        "sleep" => cx.sleep(op[1].as_u64().unwrap() * MS).await?,
        "spawn" => {
            let task = cx.create_task(coroutine(p.clone(), arg(2)));
            p.tasks.borrow_mut().insert(arg(1), task);
        }
        "await" => {
            let task = p.tasks.borrow().get(&arg(1)).unwrap().clone();
            *last = task.await?;
        }
        "cancel" => write(format!("cancel {}: {}", arg(1), python(p.tasks.borrow()[&arg(1)].cancel()))),
        "cancel_if" => {
            if let Some(task) = p.tasks.borrow().get(&arg(1)) {
                write(format!("cancel {}: {}", arg(1), python(task.cancel())));
            }
        }
        "cancel_self" => {
            current.cancel();
        }
        "cancelling" => write(format!("cancelling {}", current.cancelling())),
        "uncancel" => write(format!("uncancel {}", current.uncancel())),
        "done" => write(format!("done {}: {}", arg(1), python(p.tasks.borrow()[&arg(1)].done()))),
        "cancelled" => write(format!("cancelled {}: {}", arg(1), python(p.tasks.borrow()[&arg(1)].cancelled()))),
        "locked" => write(format!("locked: {}", python(p.semaphores[&arg(1)].locked()))),
        "gather" => *last = cx.gather(bodies()).await?.into(),
        "gather_settled" => *last = settled(cx.gather_settled(bodies()).await?),
        "gather_tasks" => {
            let gathered = cx.gather_tasks(taken());
            *last = gathered.await?.into();
        }
        "gather_tasks_settled" => {
            let gathered = cx.gather_tasks_settled(taken());
            *last = settled(gathered.await?);
        }
        "show" => write(text(last)),
        "raise" => return Err(Exception::new(arg(1), arg(2)).into()),
        "reraise" => return Err(caught.unwrap().clone().into()),
        "return" => return Err(Left::Returned(op[1].clone())),
        "repeat" => {
            for _ in 0..op[1].as_u64().unwrap() {
                block(p, &op[2], last, caught).await?;
            }
        }
        "timeout" => {
            let mut returned = None;
            let body = async {
                match block(p, &op[2], last, caught).await {
                    Err(Left::Raised(exception)) => return Err(exception),
                    Err(Left::Returned(value)) => returned = Some(value),
                    Ok(()) => {}
                }
                Ok(())
            };
            cx.timeout(op[1].as_u64().unwrap() * MS, body).await?;
            if let Some(value) = returned {
                return Err(Left::Returned(value));
            }
        }
        "wait_for" => *last = cx.wait_for(op[1].as_u64().unwrap() * MS, coroutine(p.clone(), arg(2))).await?,
        "with" => {
            let _permit = p.semaphores[&arg(1)].acquire().await?;
            block(p, &op[2], last, caught).await?;
        }
        "try" => {
            let mut result = block(p, &op[1], last, caught).await;
            if let Err(Left::Raised(exception)) = &result
                && let Some(handler) = op[2].get(exception.kind.as_ref())
            {
                let exception = exception.clone();
                result = block(p, handler, last, Some(&exception)).await;
            }
            block(p, &op[3], last, caught).await?;
            return result;
        }
        _ => golden_tasks::operation(p, op, last, caught).await?,
    }
    Ok(())
}

fn log_of(source: &Value) -> Vec<String> {
    let log = Rc::new(RefCell::new(Vec::new()));
    let (lines, source) = (log.clone(), Rc::new(source.clone()));
    let kept: Rc<RefCell<Option<Rc<Program>>>> = Rc::default(); // its tasks outlive the run, as they do in CPython's record
    let keep = kept.clone();
    let ran = run(1, no_work(), move |cx| async move {
        let sizes = source["semaphores"].as_object().cloned().unwrap_or_default();
        let semaphores =
            sizes.iter().map(|(n, size)| (n.clone(), Semaphore::new(&cx, n, size.as_u64().unwrap()))).collect();
        let program = Rc::new(Program {
            cx,
            source,
            semaphores,
            tasks: RefCell::default(),
            groups: RefCell::default(),
            limits: RefCell::default(),
            made: RefCell::default(),
            log: lines,
        });
        keep.replace(Some(program.clone()));
        if program.source["reports"] == true {
            let lines = Rc::downgrade(&program);
            program.cx.set_exception_handler(move |report| {
                let Some(lines) = lines.upgrade() else { return };
                let task = report.task.as_ref().map_or(String::new(), |task| format!(" ({task})"));
                let exception =
                    report.exception.as_ref().map_or(String::new(), |e| format!(": {}", golden_tasks::tree(e)));
                lines.write(&format!("{}{task}{exception}", report.message));
            });
        }
        let ends = coroutine(program.clone(), "main".to_owned()).await;
        ends.map(|value| Outcome::new(text(&value)))
    });
    let mut lines = log.take();
    lines.push(match ran.result {
        Ok(outcome) => format!("returned {}", outcome.value),
        Err(exception) => format!("raised {}", exception.kind),
    });
    lines
}

#[test]
fn programs_run_as_cpython_runs_them() {
    let mut programs: Vec<Value> = serde_json::from_str(include_str!("../../tests/golden/aio/programs.json")).unwrap();
    let more: Vec<Value> = serde_json::from_str(include_str!("../../tests/golden/aio/tasks.json")).unwrap();
    programs.extend(more);
    let expected: BTreeMap<String, Vec<String>> =
        serde_json::from_str(include_str!("../../tests/golden/aio/expected.json")).unwrap();
    assert_eq!(programs.len(), expected.len());
    let wrong: Vec<_> = programs.iter().filter(|p| log_of(p) != expected[&text(&p["name"])]).collect();
    for program in &wrong {
        let name = text(&program["name"]);
        eprintln!("{name}\n  ours    {:?}\n  CPython {:?}", log_of(program), expected[&name]);
    }
    assert!(wrong.is_empty(), "{} programs differ", wrong.len());
}
