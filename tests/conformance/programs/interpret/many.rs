//! Statements that wait for several tasks, or for one in a special way.

use super::super::notation::Node;
use super::control::{millis, number};
use super::words::{error, list, settled};
use super::world::World;
use super::{call, cx};
use interleave::aio::{Exception, ReturnWhen, Task};
use std::rc::Rc;

/// Runs a statement about several tasks; `None` when it is another one.
pub async fn run(world: &Rc<World>, node: &Node) -> Option<Result<String, Exception>> {
    Some(match node.name.as_str() {
        "gather" => cx(world).gather_tasks(tasks(world, &node.args)).await.map(list),
        "settle" => {
            let all = cx(world).gather_tasks_settled(tasks(world, &node.args)).await;
            all.map(|results| list(results.into_iter().map(settled)))
        }
        "wait" => wait(world, node).await,
        "each" => each(world, node).await,
        "shield" => match one(world, node.arg(0)) {
            Some(task) => cx(world).shield(&task).await,
            None => Ok(String::new()),
        },
        "waitfor" => wait_for(world, node).await,
        _ => return None,
    })
}

/// New tasks for coroutines, and the variables that are set.
fn tasks(world: &Rc<World>, names: &[String]) -> Vec<Task<String>> {
    names.iter().filter_map(|name| one(world, name)).collect()
}

fn one(world: &Rc<World>, name: &str) -> Option<Task<String>> {
    if world.definitions.contains_key(name) { Some(cx(world).create_task(call(world, name))) } else { world.task(name) }
}

async fn wait_for(world: &Rc<World>, node: &Node) -> Result<String, Exception> {
    let (name, limit) = (node.arg(0), millis(node, 1));
    match (world.task(name), node.arg(1)) {
        (Some(task), "-") => task.await,
        (Some(task), _) => cx(world).wait_for_task(limit, &task).await,
        (None, "-") => call(world, name).await,
        (None, _) => cx(world).wait_for(limit, call(world, name)).await,
    }
}

async fn wait(world: &Rc<World>, node: &Node) -> Result<String, Exception> {
    let names: Vec<&String> = node.args[2..].iter().filter(|name| world.task(name).is_some()).collect();
    let tasks: Vec<Task<String>> = names.iter().filter_map(|name| world.task(name)).collect();
    let when = match node.arg(0) {
        "first" => ReturnWhen::FirstCompleted,
        "error" => ReturnWhen::FirstException,
        _ => ReturnWhen::AllCompleted,
    };
    let mut waiting = cx(world).wait(&tasks).return_when(when);
    if node.arg(1) != "-" {
        waiting = waiting.timeout(millis(node, 1));
    }
    let (done, _) = waiting.await?;
    let part = |wanted: bool| {
        let names = names.iter().zip(&tasks).filter(|(_, task)| done.contains(task) == wanted);
        names.map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(",")
    };
    Ok(format!("{}|{}", part(true), part(false)))
}

/// Each result on the record; `each limit most …`, where 0 is no most.
async fn each(world: &Rc<World>, node: &Node) -> Result<String, Exception> {
    let (most, tasks) = (number(node, 1), tasks(world, &node.args[2..]));
    let mut completed = cx(world).as_completed_tasks(tasks);
    if node.arg(0) != "-" {
        completed = completed.timeout(millis(node, 0));
    }
    for (next, count) in completed.zip(1..) {
        match next.await {
            Ok(value) if value.is_empty() => world.write(&format!("{}", node.number)),
            Ok(value) => world.write(&format!("{}={value}", node.number)),
            Err(raised) => {
                world.write(&format!("{}!{}", node.number, error(&raised)));
                return Err(raised);
            }
        }
        if count == most {
            break;
        }
    }
    Ok(String::new())
}
