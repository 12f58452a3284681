//! Runs a program on `aio` in virtual time and writes down what happened, as the Python side does on CPython.

mod contexts;
mod control;
mod many;
mod shared;
mod tasks;
mod words;
mod world;

use super::notation::{Node, Program};
use interleave::aio::virtual_time::{no_work, run as run_loop};
use interleave::aio::{Cx, Exception};
use interleave::model::Outcome;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use world::{Log, Scope, World};

/// Why a block ended before its end.
enum Left {
    Returned(String),
    Raised(Exception),
}

impl From<Exception> for Left {
    fn from(exception: Exception) -> Self {
        Left::Raised(exception)
    }
}

/// What a statement came to: a value for the log, empty for none.
type Done = Result<String, Left>;
type Steps<'a, T> = Pin<Box<dyn Future<Output = Result<T, Left>> + 'a>>;

/// What a program's main task says when nothing is left that could happen.
const STUCK: &str = "nothing is left that could happen";

/// Runs a program to its end: its log, one word for each event.
pub fn run(program: &Program) -> String {
    let log = Rc::new(Log::default());
    let (lines, program) = (log.clone(), program.clone());
    let ran = run_loop(1, no_work(), move |cx| async move {
        let world = World::new(&cx, &program, lines)?;
        coroutine(world, "m".to_owned()).await.map(Outcome::new)
    });
    let end = match ran.result {
        Ok(outcome) => format!("end={}", outcome.value),
        Err(exception) if exception.message == STUCK => "stuck".to_owned(),
        Err(exception) => format!("end!{}", words::error(&exception)),
    };
    log.finish(&end)
}

/// One of the program's coroutines.
async fn coroutine(world: Rc<World>, name: String) -> Result<String, Exception> {
    let Some(definition) = world.definitions.get(&name).cloned() else {
        return Err(Exception::new("NameError", name));
    };
    world.write(&format!("{}>", definition.number));
    match block(&world, &definition.blocks[0], Scope::default()).await {
        Ok(()) => Ok(String::new()),
        Err(Left::Returned(value)) => Ok(value),
        Err(Left::Raised(exception)) => Err(exception),
    }
}

fn block<'a>(world: &'a Rc<World>, nodes: &'a [Node], scope: Scope<'a>) -> Steps<'a, ()> {
    Box::pin(async move {
        for node in nodes {
            statement(world, node, scope).await?;
        }
        Ok(())
    })
}

/// Runs one statement and writes down what came of it.
async fn statement(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Result<(), Left> {
    if !world.can(node, scope) {
        return Ok(()); // it names a variable that was not set
    }
    let (done, note) = match control::run(world, node, scope).await {
        Some(done) => done,
        None => (simple(world, node, scope).await, ""),
    };
    let number = node.number;
    match &done {
        Ok(value) if value.is_empty() => world.write(&format!("{number}{note}")),
        Ok(value) => world.write(&format!("{number}{note}={value}")),
        Err(Left::Raised(exception)) => world.write(&format!("{number}{note}!{}", words::error(exception))),
        Err(_) => world.write(&format!("{number}{note}")),
    }
    done.map(|_| ())
}

/// Statements without blocks.
async fn simple(world: &Rc<World>, node: &Node, scope: Scope<'_>) -> Done {
    if let Some(done) = tasks::run(world, node, scope).await {
        return done;
    }
    if let Some(done) = many::run(world, node).await {
        return Ok(done?);
    }
    match shared::run(world, node).await {
        Some(done) => Ok(done?),
        None => Err(Exception::new("SyntaxError", node.name.clone()).into()),
    }
}

/// A new coroutine of the program.
fn call(world: &Rc<World>, name: &str) -> impl Future<Output = Result<String, Exception>> + use<> {
    coroutine(world.clone(), name.to_owned())
}

/// A handle on the loop that a statement runs on.
fn cx(world: &World) -> &Cx {
    &world.cx
}
