//! Inside a process of a pool: tasks come in, are done one after another, and their results go back.

use super::cx::ProcessCx;
use super::program::{Args, LocalFuture, Target};
use super::value::Value;
use crate::aio::Exception;

/// The function that the processes of a pool run.
pub(super) const WORKER: Target = Target { name: "worker", run: work };

/// The results of a task.
pub(super) type Answer = Result<Vec<Value>, Exception>;

/// A task's number, and its results or the exception it raised (in a dict, as a pair of type and message).
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
        loop {
            let letter = end.recv().await?;
            let [task, Value::Function(function), Value::List(values)] = letter.items().unwrap_or_default() else {
                return Ok(Value::None);
            };
            let answer = match call(&cx, &args, &function.qualname, values).await {
                Ok(results) => Value::List(results),
                Err(e) => Value::Dict(vec![(Value::Str(e.kind.into_owned()), Value::Str(e.message))]),
            };
            end.send(&Value::list([task.clone(), answer]))?;
        }
    })
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
