//! Inside a process of a pool: tasks come in, are done one after another, and their results go back.

use super::connection::Connection;
use super::cx::ProcessCx;
use super::program::{Args, LocalFuture, Target};
use super::value::Value;
use crate::aio::Exception;

/// The function that the processes of a pool run.
pub(super) const WORKER: Target = Target { name: "worker", run: work };

/// The function that the processes of an executor run.
pub(super) const EXECUTOR: Target = Target { name: "_process_worker", run: work_for_executor };

/// The results of a task.
pub(super) type Answer = Result<Vec<Value>, Exception>;

/// Reads what a process says: a task's number, and its results or the exception it raised, which is a dict there, with a pair of
/// type and message.
pub(super) fn read(value: &Value) -> Option<(u32, Answer)> {
    let [task, answer] = value.items()? else { return None };
    let answer = match answer {
        Value::List(results) => Ok(results.clone()),
        Value::Dict(raised) => {
            let (kind, message) = raised.first()?;
            Err(Exception::new(kind.text()?.to_owned(), message.text()?))
        }
        _ => return None,
    };
    Some((u32::try_from(task.int()?).ok()?, answer))
}

fn work(cx: ProcessCx, mut args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let end = args.end()?;
        initialize(&cx, &args).await?;
        end.greet();
        // What cannot be sent back is told in a way that can. (CPython writes the one result of a single call without brackets.)
        serve(&cx, &args, &end, quits, |results, e| {
            let text = format!("Error sending result: '{}'. Reason: '{}'", Value::list(results), repr(&e));
            Exception::new("MaybeEncodingError", text)
        })
        .await
    })
}

fn work_for_executor(cx: ProcessCx, mut args: Args) -> LocalFuture<Result<Value, Exception>> {
    Box::pin(async move {
        let end = args.end()?;
        if initialize(&cx, &args).await.is_err() {
            // Whoever started it sees that it has ended.
            return Ok(Value::None);
        }
        end.greet();
        serve(&cx, &args, &end, |_| false, |_, e| e).await
    })
}

/// Does what is to be done before the first task.
async fn initialize(cx: &ProcessCx, args: &Args) -> Result<(), Exception> {
    let Some([Value::Function(function), value, _]) = args.value.items() else { return Ok(()) };
    call(cx, args, &function.qualname, std::slice::from_ref(value)).await.map(drop)
}

/// What is no `Exception` in Python ends a process of a pool, and its task is lost. (A future's `CancelledError` is one.)
fn quits(e: &Exception) -> bool {
    !e.is_a("Exception") && e.kind != "CancelledError"
}

/// Does tasks until it is told to end, or has done as many as it was to do; what is raised for one is its answer, or, if it `quits`,
/// the end.
async fn serve(
    cx: &ProcessCx,
    args: &Args,
    end: &Connection,
    quits: fn(&Exception) -> bool,
    refused: impl Fn(Vec<Value>, Exception) -> Exception,
) -> Result<Value, Exception> {
    let most = args.value.items().and_then(|items| items.get(2)).and_then(Value::int);
    let mut done = 0;
    while most.is_none_or(|most| done < most) {
        let letter = end.recv().await?;
        let [task, Value::Function(function), Value::List(values)] = letter.items().unwrap_or_default() else {
            break;
        };
        let answer = match call(cx, args, &function.qualname, values).await {
            Ok(results) => Value::List(results),
            Err(e) if quits(&e) => {
                // Its last task has no answer that one would have to wait for.
                if most == Some(done + 1) {
                    end.send(&Value::None)?;
                }
                return Err(e);
            }
            Err(e) => raised(e),
        };
        let letter = Value::list([task.clone(), answer]);
        if let Err(e) = end.send(&letter) {
            let results = letter.items().and_then(|items| items.get(1)?.items()).unwrap_or_default();
            end.send(&Value::list([task.clone(), raised(refused(results.to_vec(), e))]))?;
        }
        done += 1;
    }
    Ok(Value::None)
}

fn raised(e: Exception) -> Value {
    Value::Dict(vec![(Value::Str(e.kind.into_owned()), Value::Str(e.message))])
}

/// `repr(e)`.
fn repr(e: &Exception) -> String {
    let quote = if e.message.contains('\'') && !e.message.contains('"') { '"' } else { '\'' };
    format!("{}({quote}{}{quote})", e.kind, e.message)
}

async fn call(cx: &ProcessCx, args: &Args, function: &str, values: &[Value]) -> Answer {
    let target = args.code.target(function)?;
    let mut results = Vec::with_capacity(values.len());
    for value in values {
        let (plan, value, code) = (args.plan.clone(), value.clone(), args.code);
        let given = Args { plan, value, ends: Vec::new(), arrays: Vec::new(), code };
        results.push((target.run)(cx.clone(), given).await?);
    }
    Ok(results)
}
