//! The operations of recorded programs that concern tasks: groups, waiting for several, shields, limits that move, reports.

#![allow(clippy::unwrap_used, clippy::panic)]

use super::golden::{Left, Program, block, coroutine, python, text};
use super::{Exception, ReturnWhen, Task};
use crate::model::MS;
use serde_json::Value;
use std::rc::Rc;

/// An exception with everything that belongs to it: Kind(message)[sub-exceptions] from cause.
pub(super) fn tree(exception: &Exception) -> String {
    let mut out = format!("{}({})", exception.kind, exception.text());
    if exception.is_group() {
        out += &format!("[{}]", exception.exceptions().iter().map(tree).collect::<Vec<_>>().join(", "));
    }
    exception.cause().map(tree).map_or(out.clone(), |cause| format!("{out} from {cause}"))
}

impl Program {
    fn task(&self, name: &str) -> Task<Value> {
        self.tasks.borrow()[name].clone()
    }

    fn var(&self, task: &Task<Value>) -> String {
        self.tasks.borrow().iter().find(|(_, other)| *other == task).map_or("?".to_owned(), |(name, _)| name.clone())
    }

    fn vars(&self, tasks: &[Task<Value>]) -> String {
        format!("[{}]", tasks.iter().map(|task| self.var(task)).collect::<Vec<_>>().join(", "))
    }
}

/// A block as the body of a `with`: leaving it early by `return` is not among the recorded programs.
async fn body(p: &Rc<Program>, ops: &Value, last: &mut Value, caught: Option<&Exception>) -> Result<(), Exception> {
    match block(p, ops, last, caught).await {
        Ok(()) => Ok(()),
        Err(Left::Raised(exception)) => Err(exception),
        Err(Left::Returned(_)) => panic!("return inside a block"),
    }
}

pub(super) async fn operation(
    p: &Rc<Program>,
    op: &Value,
    last: &mut Value,
    caught: Option<&Exception>,
) -> Result<(), Left> {
    let cx = &p.cx;
    let write = |what: String| p.write(&what);
    let arg = |i: usize| op[i].as_str().unwrap_or_default().to_owned();
    let task = |i: usize| p.task(&arg(i));
    let tasks = |names: &[Value]| names.iter().map(|n| p.task(n.as_str().unwrap())).collect::<Vec<_>>();
    match op[0].as_str().unwrap() {
        "spawn_named" => {
            let task = cx.create_task_named(arg(3), coroutine(p.clone(), arg(2)));
            p.tasks.borrow_mut().insert(arg(1), task);
        }
        "rename" => task(1).set_name(arg(2)),
        "name" => write(format!("name {}: {}", arg(1), task(1).get_name())),
        "all_tasks" => {
            let names: Vec<_> = cx.all_tasks().iter().map(|task| task.get_name()).collect();
            write(format!("tasks [{}]", names.join(", ")));
        }
        "drop" => drop(p.tasks.borrow_mut().remove(&arg(1))),
        "cancel_message" => write(format!("cancel {}: {}", arg(1), python(task(1).cancel_message(&arg(2))))),
        "cancelling_of" => write(format!("cancelling {}: {}", arg(1), task(1).cancelling())),
        "uncancel_of" => write(format!("uncancel {}: {}", arg(1), task(1).uncancel())),
        "callback" => {
            let (lines, what) = (p.clone(), arg(2));
            task(1).add_done_callback(move |_| lines.write(&what));
        }
        "result" => *last = task(1).result()?,
        "exception" => {
            let exception = task(1).exception()?;
            write(format!("exception {}: {}", arg(1), exception.map_or("None".into(), |e| e.kind)));
        }
        "caught" => write(tree(caught.unwrap())),
        "group" => {
            cx.task_group(async |group| {
                p.groups.borrow_mut().insert(arg(1), group.clone());
                body(p, &op[2], last, caught).await
            })
            .await?;
        }
        "group_spawn" => {
            let group = p.groups.borrow()[&arg(1)].clone();
            let task = group.create_task(coroutine(p.clone(), arg(3)))?;
            p.tasks.borrow_mut().insert(arg(2), task);
        }
        "wait" => {
            let when = match op[1].as_str().unwrap() {
                "FIRST_COMPLETED" => ReturnWhen::FirstCompleted,
                "FIRST_EXCEPTION" => ReturnWhen::FirstException,
                _ => ReturnWhen::AllCompleted,
            };
            let mut wait = cx.wait(&tasks(&op.as_array().unwrap()[3..])).return_when(when);
            if let Some(ms) = op[2].as_u64() {
                wait = wait.timeout(ms * MS);
            }
            let (done, pending) = wait.await?;
            write(format!("done {} pending {}", p.vars(&done), p.vars(&pending)));
        }
        "as_completed" | "as_completed_tasks" => {
            let mut completed = cx.as_completed_tasks(tasks(op[2].as_array().unwrap()));
            if let Some(ms) = op[1].as_u64() {
                completed = completed.timeout(ms * MS);
            }
            if arg(0) == "as_completed" {
                for next in completed {
                    *last = next.await?;
                    block(p, &op[3], last, caught).await?;
                }
            } else {
                while let Some(task) = completed.next_task().await? {
                    *last = Value::from(p.var(&task));
                    block(p, &op[3], last, caught).await?;
                }
            }
        }
        "shield" => *last = cx.shield(&task(1)).await?,
        "limit" => {
            let limit = Rc::new(cx.timeout_at(op[2].as_u64().map(|ms| cx.time() + ms * MS)));
            p.limits.borrow_mut().insert(arg(1), limit.clone());
            limit.run(body(p, &op[3], last, caught)).await?;
        }
        "reschedule" => {
            let limit = p.limits.borrow()[&arg(1)].clone();
            limit.reschedule(op[2].as_u64().map(|ms| cx.time() + ms * MS))?;
        }
        "when" => {
            let when = p.limits.borrow()[&arg(1)].when();
            write(format!("when {}: {}", arg(1), when.map_or("None".to_owned(), |when| (when / MS).to_string())));
        }
        "expired" => write(format!("expired {}: {}", arg(1), python(p.limits.borrow()[&arg(1)].expired()))),
        "wait_for_task" => *last = cx.wait_for_task(op[1].as_u64().unwrap() * MS, &task(2)).await?,
        "gather_later" => {
            let names = &op.as_array().unwrap()[1..];
            drop(cx.gather(names.iter().map(|n| coroutine(p.clone(), text(n))).collect::<Vec<_>>()));
        }
        "make" => {
            let made = cx.coroutine("Program.coroutine", coroutine(p.clone(), arg(2)));
            p.made.borrow_mut().insert(arg(1), Box::pin(made));
        }
        "forget" => drop(p.made.borrow_mut().remove(&arg(1))),
        "await_made" => {
            let made = p.made.borrow_mut().remove(&arg(1)).unwrap();
            *last = made.await?;
        }
        "spawn_made" => {
            let task = cx.create_task(p.made.borrow_mut().remove(&arg(2)).unwrap());
            p.tasks.borrow_mut().insert(arg(1), task);
        }
        "group_spawn_made" => {
            let made = p.made.borrow_mut().remove(&arg(2)).unwrap();
            let group = p.groups.borrow()[&arg(1)].clone();
            drop(group.create_task(made)?);
        }
        other => panic!("no such operation: {other}"),
    }
    Ok(())
}
