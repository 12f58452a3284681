//! The primitives a program declares, and the statements about them.

use super::super::notation::Node;
use super::control::number;
use super::words::truth;
use super::world::World;
use super::{Left, Steps};
use interleave::aio::{
    Barrier, BoundedSemaphore, Condition, Cx, Event, Exception, LifoQueue, Lock, PriorityQueue, Queue, Semaphore,
};
use std::collections::HashMap;
use std::rc::Rc;

/// One of them.
#[derive(Clone)]
enum Primitive {
    Lock(Lock),
    Semaphore(Semaphore),
    Bounded(BoundedSemaphore),
    Event(Event),
    Condition(Condition),
    Barrier(Barrier),
    Queue(Queue<i64>),
    Lifo(LifoQueue<i64>),
    Priority(PriorityQueue<i64>),
}

/// All of them by name.
pub struct Shared(HashMap<String, Primitive>);

/// The same call on any kind of queue.
macro_rules! on_queue {
    ($primitive:expr, $queue:ident => $call:expr) => {
        match $primitive {
            Primitive::Queue($queue) => $call,
            Primitive::Lifo($queue) => $call,
            Primitive::Priority($queue) => $call,
            _ => return Some(Err(Exception::new("AttributeError", ""))),
        }
    };
}

/// The same call on whatever can be held.
macro_rules! on_held {
    ($primitive:expr, $held:ident => $call:expr) => {
        match $primitive {
            Primitive::Lock($held) => $call,
            Primitive::Semaphore($held) => $call,
            Primitive::Bounded($held) => $call,
            Primitive::Condition($held) => $call,
            _ => return Some(Err(Exception::new("AttributeError", ""))),
        }
    };
}

impl Shared {
    pub fn new(cx: &Cx, declarations: &[Node]) -> Result<Self, Exception> {
        let mut all = HashMap::new();
        for node in declarations {
            let (name, size) = (node.arg(0), number(node, 1));
            let primitive = match node.name.as_str() {
                "lock" => Primitive::Lock(Lock::new(cx, name)),
                "sem" => Primitive::Semaphore(Semaphore::new(cx, name, size)),
                "bsem" => Primitive::Bounded(BoundedSemaphore::new(cx, name, size)),
                "event" => Primitive::Event(Event::new(cx, name)),
                "cond" => Primitive::Condition(Condition::new(cx, name)),
                "barrier" => Primitive::Barrier(Barrier::new(cx, name, size as usize)?),
                "queue" => Primitive::Queue(Queue::new(cx, name, size as usize)),
                "lifo" => Primitive::Lifo(LifoQueue::new(cx, name, size as usize)),
                "prio" => Primitive::Priority(PriorityQueue::new(cx, name, size as usize)),
                _ => continue,
            };
            all.insert(name.to_owned(), primitive);
        }
        Ok(Self(all))
    }

    /// `async with` around a block. What is held is given back by hand: a guard's drop cannot raise what `release` raises
    /// when the block has given it back already.
    pub async fn with(&self, name: &str, body: Steps<'_, ()>) -> Result<(), Left> {
        let Some(primitive) = self.0.get(name) else { return Err(Exception::new("NameError", name).into()) };
        match primitive {
            Primitive::Lock(lock) => lock.acquire().await?.forget(),
            Primitive::Condition(condition) => condition.acquire().await?.forget(),
            Primitive::Semaphore(semaphore) => semaphore.acquire().await?.forget(),
            Primitive::Bounded(semaphore) => semaphore.acquire().await?.forget(),
            Primitive::Barrier(barrier) => drop(barrier.wait().await?),
            _ => return Err(Exception::new("TypeError", name).into()),
        }
        let result = body.await;
        match primitive {
            Primitive::Lock(lock) => lock.release()?,
            Primitive::Condition(condition) => condition.release()?,
            Primitive::Semaphore(semaphore) => semaphore.release(),
            Primitive::Bounded(semaphore) => semaphore.release()?,
            _ => {}
        }
        result
    }
}

/// Runs a statement about a primitive; `None` when it is another one.
pub async fn run(world: &Rc<World>, node: &Node) -> Option<Result<String, Exception>> {
    if node.name == "bump" {
        world.bumps.set(world.bumps.get() + 1);
        return Some(Ok(world.bumps.get().to_string()));
    }
    let primitive = world.shared.0.get(node.arg(0))?.clone();
    let nothing = |result: Result<(), Exception>| result.map(|()| String::new());
    let n = number(node, 1);
    Some(match (node.name.as_str(), &primitive) {
        ("acquire", Primitive::Lock(lock)) => lock.acquire().await.map(|held| held.forget()).map(|()| truth(true)),
        ("acquire", held) => {
            on_held!(held, held => held.acquire().await.map(|held| held.forget())).map(|()| truth(true))
        }
        ("release", Primitive::Semaphore(semaphore)) => {
            semaphore.release();
            Ok(String::new())
        }
        ("release", Primitive::Lock(lock)) => nothing(lock.release()),
        ("release", Primitive::Condition(condition)) => nothing(condition.release()),
        ("release", Primitive::Bounded(semaphore)) => nothing(semaphore.release()),
        ("locked", held) => Ok(truth(on_held!(held, held => held.locked()))),
        ("ewait", Primitive::Event(event)) => event.wait().await.map(|()| truth(true)),
        ("eset", Primitive::Event(event)) => {
            event.set();
            Ok(String::new())
        }
        ("eclear", Primitive::Event(event)) => {
            event.clear();
            Ok(String::new())
        }
        ("cwait", Primitive::Condition(condition)) => condition.wait().await.map(|()| truth(true)),
        ("cwaitfor", Primitive::Condition(condition)) => {
            condition.wait_for(|| world.bumps.get() >= n).await.map(|()| truth(true))
        }
        ("notify", Primitive::Condition(condition)) => nothing(condition.notify(n as usize)),
        ("notifyall", Primitive::Condition(condition)) => nothing(condition.notify_all()),
        ("bwait", Primitive::Barrier(barrier)) => barrier.wait().await.map(|index| index.to_string()),
        ("breset", Primitive::Barrier(barrier)) => nothing(barrier.reset().await),
        ("babort", Primitive::Barrier(barrier)) => nothing(barrier.abort().await),
        ("put", queue) => nothing(on_queue!(queue, queue => queue.put(n as i64).await)),
        ("get", queue) => on_queue!(queue, queue => queue.get().await).map(|item| item.to_string()),
        ("putnow", queue) => nothing(on_queue!(queue, queue => queue.put_nowait(n as i64))),
        ("getnow", queue) => on_queue!(queue, queue => queue.get_nowait()).map(|item| item.to_string()),
        ("taskdone", queue) => nothing(on_queue!(queue, queue => queue.task_done())),
        ("join", queue) => nothing(on_queue!(queue, queue => queue.join().await)),
        ("shutdown", queue) => {
            on_queue!(queue, queue => queue.shutdown(!node.arg(1).is_empty()));
            Ok(String::new())
        }
        ("size", queue) => Ok(on_queue!(queue, queue => queue.qsize()).to_string()),
        _ => return None,
    })
}
