//! The pools of pools.py, in the same order, and the functions that are called in processes.

use super::say::{Log, kind};
use interleave::aio::Exception;
use interleave::model::MS;
use interleave::multiprocessing::*;
use std::cell::RefCell;
use std::rc::Rc;

pub const NOTHING: Target = Target { name: "nothing", run: |_, _| Box::pin(async { Ok(Value::None) }) };

pub const FAILS: Target =
    Target { name: "fails", run: |_, _| Box::pin(async { Err(Exception::new("ValueError", "no")) }) };

pub const UNSENDABLE: Target =
    Target { name: "unsendable", run: |_, _| Box::pin(async { Ok(Value::function("unsendable.<locals>.<lambda>")) }) };

/// The number a function was called with.
fn number(args: &Args) -> i64 {
    args.value.int().unwrap_or_default()
}

pub const SQUARE: Target =
    Target { name: "square", run: |_, args| Box::pin(async move { Ok(Value::Int(number(&args) * number(&args))) }) };

pub const ADD: Target = Target {
    name: "add",
    run: |_, args| {
        let sum = args.value.items().unwrap_or_default().iter().filter_map(Value::int).sum();
        Box::pin(async move { Ok(Value::Int(sum)) })
    },
};

pub const ODD: Target = Target {
    name: "odd",
    run: |_, args| {
        let n = number(&args);
        let odd = || Exception::new("ValueError", format!("odd {n}"));
        let result = if n % 2 == 1 { Err(odd()) } else { Ok(Value::Int(n)) };
        Box::pin(async { result })
    },
};

pub const SLOW: Target = Target {
    name: "slow",
    run: |cx, args| {
        Box::pin(async move {
            cx.sleep(number(&args) as u64 * MS).await;
            Ok(args.value)
        })
    },
};

pub fn ints(numbers: impl IntoIterator<Item = i64>) -> Vec<Value> {
    numbers.into_iter().map(Value::Int).collect()
}

/// The processes there are, as Python shows a list of texts.
fn names(cx: &ProcessCx) -> Vec<String> {
    let mut names: Vec<_> = cx.active_children().iter().map(|child| format!("'{}'", child.name())).collect();
    names.sort();
    names
}

async fn all(mut results: IMap) -> Result<Vec<Value>, Exception> {
    let mut all = Vec::new();
    while let Some(result) = results.next().await? {
        all.push(result);
    }
    Ok(all)
}

pub async fn pools(cx: &ProcessCx, log: &Log) -> Result<(), Exception> {
    let none = PoolOrder { max_tasks: Some(0), ..PoolOrder::new(1) };
    log.tried("a pool of none", Pool::start(cx, PoolOrder::new(0)).map(|_| ()));
    log.tried("a pool whose processes do nothing", Pool::start(cx, none).map(|_| ()));
    let pool = Pool::start(cx, PoolOrder::new(2))?;
    log.say("names", names(cx));
    let rows = || vec![ints([1, 2]), ints([3, 4])];
    log.tried("map", pool.map("square", ints(0..5), 0).await);
    log.tried("map in chunks", pool.map("square", ints(0..5), 2).await);
    log.tried("map over nothing", pool.map("square", Vec::new(), 0).await);
    log.tried("starmap", pool.starmap("add", rows(), 0).await);
    log.tried("starmap_async", pool.starmap_async("add", rows(), 0)?.get().await);
    log.tried("apply", pool.apply("square", Value::Int(3)).await);
    log.tried("map raises", pool.map("odd", ints([0, 2, 3, 4]), 1).await);
    let mut results = pool.imap("odd", ints(0..3), 1)?;
    for what in ["imap", "imap raises", "imap goes on", "imap ends"] {
        log.tried(what, results.next().await);
    }
    let mut results = pool.imap("odd", ints([2, 1, 4, 6]), 2)?;
    log.tried("imap in chunks raises", results.next().await);
    log.tried("imap in chunks ends", results.next().await);
    log.tried("imap in chunks", all(pool.imap("square", ints(0..5), 2)?).await);
    let mut squares = all(pool.imap_unordered("square", ints(0..5), 1)?).await?;
    squares.sort_by_key(Value::int);
    log.say("imap_unordered", squares);
    log.tried("imap_unordered, the quick one first", all(pool.imap_unordered("slow", ints([500, 0]), 1)?).await);
    log.tried("imap in chunks of none", pool.imap("square", ints([1]), 0).map(|_| ()));
    log.tried("imap within 1 ms", pool.imap("slow", ints([300]), 1)?.next_within(MS).await);
    let result = pool.apply_async("slow", Value::Int(300))?;
    log.tried("apply_async within 1 ms", result.get_within(MS).await);
    log.say("apply_async, ready", result.ready());
    log.say("apply_async, successful", kind(result.successful()));
    log.tried("apply_async", result.get().await);
    log.tried("apply_async, then successful", result.successful());
    let result = pool.map_async("odd", ints([1, 2, 4]), 1)?;
    log.tried("map_async raises", result.get().await);
    log.tried("map_async raised, successful", result.successful());
    let told = Rc::new(RefCell::new(Vec::new()));
    let tells = told.clone();
    let called = pool.apply_then("square", Value::Int(3), move |n| tells.borrow_mut().extend(n.cloned().ok()))?;
    called.wait(None).await;
    log.say("called back", told.borrow().clone());
    log.say("what cannot be sent", kind(pool.apply("main.<locals>.<lambda>", Value::None).await));
    log.say("what cannot be sent back", kind(pool.apply("unsendable", Value::Int(1)).await));
    log.tried("joined while it runs", pool.join().await);
    pool.close();
    log.tried("map after close", pool.map("square", ints([1]), 0).await);
    log.tried("joined", pool.join().await);
    let pool = Pool::start(cx, PoolOrder::new(1))?;
    log.say("names of the next pool", names(cx));
    let leaves = pool.apply_async("leave", Value::Int(5))?;
    log.tried("one that ends its process, within 500 ms", leaves.get_within(500 * MS).await);
    log.tried("the next", pool.apply("square", Value::Int(3)).await);
    log.say("names then", names(cx));
    pool.terminate();
    log.tried("imap in chunks of none after terminate", pool.imap("square", ints([1]), 0).map(|_| ()));
    pool.join().await?;
    let pool = Pool::start(cx, PoolOrder { max_tasks: Some(1), ..PoolOrder::new(1) })?;
    let leaves = pool.apply_async("leave", Value::Int(0))?;
    log.tried("one that ends well in its last task, within 500 ms", leaves.get_within(500 * MS).await);
    log.tried("the next", pool.apply("square", Value::Int(4)).await);
    pool.terminate();
    log.tried("map after terminate", pool.map("square", ints([1]), 0).await);
    log.tried("terminated, joined", pool.join().await);
    Ok(())
}
