//! Statements about one task or future, and blocks with a limit or a group around.

use super::super::notation::Node;
use super::control::millis;
use super::words::{state, truth};
use super::world::{Scope, World};
use super::{Done, Left, block, call, cx};
use interleave::aio::{AnyTask, Exception, Task, TaskGroup};
use std::rc::Rc;

/// Runs a statement about one task or future; `None` when it is another one.
pub async fn run(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Option<Done> {
    let arg = |index| node.arg(index).to_owned();
    let nothing = |result: Result<(), Exception>| result.map(|()| String::new());
    let done = match node.name.as_str() {
        "sleep" => nothing(cx(world).sleep(millis(node, 0)).await),
        "spawn" | "start" => nothing(spawn(world, node, scope)),
        "await" => match (world.task(node.arg(0)), world.future(node.arg(0))) {
            (Some(task), _) => task.await,
            (_, Some(future)) => future.await,
            _ => nothing(Ok(())),
        },
        "cancel" | "cancelwith" => Ok(cancel(world, node)),
        "cancelme" => Ok(current(world).map_or_else(String::new, |task| match node.arg(0) {
            "" => truth(task.cancel()),
            message => truth(task.cancel_message(message)),
        })),
        "cancelling" => Ok(current(world).map_or_else(String::new, |task| task.cancelling().to_string())),
        "uncancel" => Ok(current(world).map_or_else(String::new, |task| task.uncancel().to_string())),
        "look" => Ok(look(world, node.arg(0))),
        "callback" => nothing(callback(world, node)),
        "future" => {
            let future = cx(world).create_future();
            world.futures.borrow_mut().insert(arg(0), future);
            nothing(Ok(()))
        }
        "set" => nothing(world.future(node.arg(0)).map_or(Ok(()), |future| future.set_result(arg(1)))),
        "fail" => {
            nothing(world.future(node.arg(0)).map_or(Ok(()), |f| f.set_exception(Exception::new(arg(1), arg(2)))))
        }
        "reschedule" => nothing(reschedule(world, node, scope)),
        "raise" => Err(raised(node, scope)),
        "reraise" => Err(scope.caught.cloned().unwrap_or_else(|| Exception::new("RuntimeError", ""))),
        "yield" => match scope.yielder {
            Some(yielder) => nothing(yielder.give(arg(0)).await),
            None => nothing(Ok(())),
        },
        "return" => return Some(Err(Left::Returned(arg(0)))),
        _ => return None,
    };
    Some(done.map_err(Left::Raised))
}

fn current(world: &World) -> Option<AnyTask> {
    cx(world).current_task()
}

fn spawn(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Result<(), Exception> {
    let (body, name) = (call(world, node.arg(1)), node.arg(2));
    let task = match scope.group.filter(|_| node.name == "start") {
        Some(group) if name.is_empty() => group.create_task(body)?,
        Some(group) => group.create_task_named(name, body)?,
        None if name.is_empty() => cx(world).create_task(body),
        None => cx(world).create_task_named(name, body),
    };
    world.tasks.borrow_mut().insert(node.arg(0).to_owned(), task);
    Ok(())
}

fn cancel(world: &World, node: &Node) -> String {
    let message = Some(node.arg(1)).filter(|message| !message.is_empty());
    let cancelled = match (world.task(node.arg(0)), world.future(node.arg(0)), message) {
        (Some(task), _, None) => task.cancel(),
        (Some(task), _, Some(message)) => task.cancel_message(message),
        (_, Some(future), None) => future.cancel(),
        (_, Some(future), Some(message)) => future.cancel_message(message),
        _ => return String::new(),
    };
    truth(cancelled)
}

fn look(world: &World, name: &str) -> String {
    match (world.task(name), world.future(name)) {
        (Some(task), _) => state(task.done(), task.cancelled(), || task.result()),
        (_, Some(future)) => state(future.done(), future.cancelled(), || future.result()),
        _ => String::new(),
    }
}

fn callback(world: &Rc<World>, node: &Node) -> Result<(), Exception> {
    let (called, number) = (world.clone(), node.number);
    if let Some(task) = world.task(node.arg(0)) {
        task.add_done_callback(move |task: &Task<String>| {
            called.write(&format!("{number}:{}", state(task.done(), task.cancelled(), || task.result())));
        });
    } else if let Some(future) = world.future(node.arg(0)) {
        future.add_done_callback(move |future| {
            called.write(&format!("{number}:{}", state(future.done(), future.cancelled(), || future.result())));
        });
    }
    Ok(())
}

fn raised(node: &Node, scope: Scope<'_>) -> Exception {
    let exception = Exception::new(node.arg(0).to_owned(), node.arg(1));
    match scope.caught.filter(|_| !node.arg(2).is_empty()) {
        Some(cause) => exception.from_cause(cause.clone()),
        None => exception,
    }
}

fn reschedule(world: &World, node: &Node, scope: Scope<'_>) -> Result<(), Exception> {
    let Some(limit) = scope.limit else { return Ok(()) };
    limit.reschedule(when(world, node))
}

/// The moment a limit passes; `None` for never.
fn when(world: &World, node: &Node) -> Option<u64> {
    (node.arg(0) != "-").then(|| cx(world).time() + millis(node, 0))
}

/// `async with asyncio.timeout(…)`, and whether the limit has passed.
pub async fn timeout(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> (Done, &'static str) {
    let limit = cx(world).timeout_at(when(world, node));
    if let Err(refused) = limit.enter() {
        return (Err(refused.into()), "");
    }
    let done =
        inside(block(world, &node.blocks[0], Scope { limit: Some(&limit), ..scope }).await, |ended| limit.exit(ended));
    (done.map(|()| String::new()), if limit.expired() { "/late" } else { "" })
}

/// `async with asyncio.TaskGroup()`.
pub async fn group(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Result<(), Left> {
    let group = TaskGroup::new(cx(world));
    group.enter()?;
    match block(world, &node.blocks[0], Scope { group: Some(&group), ..scope }).await {
        Err(Left::Raised(exception)) => Ok(group.exit(Err(exception)).await?),
        left => {
            group.exit(Ok(())).await?;
            left
        }
    }
}

/// What leaves a block whose end sees only exceptions.
fn inside(
    left: Result<(), Left>,
    exit: impl FnOnce(Result<(), Exception>) -> Result<(), Exception>,
) -> Result<(), Left> {
    match left {
        Err(Left::Raised(exception)) => Ok(exit(Err(exception))?),
        left => {
            exit(Ok(()))?;
            left
        }
    }
}
