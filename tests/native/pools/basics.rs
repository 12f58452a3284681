//! Processes, pipes, queues and shared numbers of small.py, in the same order.

use super::say::{Log, raised};
use interleave::aio::Exception;
use interleave::model::{MS, SECOND};
use interleave::multiprocessing::*;

type Done = Result<(), Exception>;

pub const LEAVE: Target = Target {
    name: "leave",
    run: |_, args| {
        let text = if args.value == Value::None { String::new() } else { args.value.to_string() };
        let text = text.trim_matches('\'').to_owned();
        Box::pin(async move { Err(Exception::new("SystemExit", text)) })
    },
};

async fn ended(cx: &ProcessCx, target: &str, value: Value) -> Result<i32, Exception> {
    Ok(Process::new(cx, target).args(value).start()?.join().await)
}

pub async fn processes(cx: &ProcessCx, log: &Log) -> Done {
    log.say("returns", ended(cx, "nothing", Value::None).await?);
    log.say("raises", ended(cx, "fails", Value::None).await?);
    log.say("exits with 5", ended(cx, "leave", Value::Int(5)).await?);
    log.say("exits with 300", ended(cx, "leave", Value::Int(300)).await?);
    log.say("exits with a text", ended(cx, "leave", Value::from("bye")).await?);
    log.say("exits with nothing", ended(cx, "leave", Value::None).await?);
    let sleeper = Process::new(cx, "slow").args(Value::Int(60_000)).name("sleeper").daemon(true).start()?;
    log.say("exit code of one that runs", sleeper.exitcode());
    sleeper.join_within(MS).await;
    log.say("joined for 1 ms, alive", sleeper.is_alive());
    log.say("daemon", sleeper.is_daemon());
    log.say("children", cx.active_children().iter().map(|child| format!("'{}'", child.name())).collect::<Vec<_>>());
    sleeper.terminate();
    sleeper.join().await;
    log.say("terminated", sleeper.exitcode());
    log.say("terminated, alive", sleeper.is_alive());
    log.say("terminated, children", cx.active_children().iter().map(|c| c.name().to_owned()).collect::<Vec<_>>());
    let other = Process::new(cx, "slow").args(Value::Int(60_000)).start()?;
    other.kill();
    other.join().await;
    log.say("killed", other.exitcode());
    let (first, second) = (Process::new(cx, "nothing"), Process::new(cx, "nothing"));
    let (second, first) = (second.start()?, first.start()?);
    let [one, other] = [&first, &second].map(|process| process.name().rsplit('-').next().map(str::parse::<i32>));
    log.say("named in the order in which they were made", one.zip(other).and_then(|(a, b)| Some(b.ok()? - a.ok()?)));
    first.join().await;
    second.join().await;
    Ok(())
}

pub const ONE_WAY: Target = Target {
    name: "one_way",
    run: |_, mut args| {
        Box::pin(async move {
            let (reads, writes) = (args.end()?, args.end()?);
            writes.send(&Value::Str(raised(writes.recv().await)))?;
            writes.send(&Value::Str(raised(reads.send(&Value::Int(1)))))?;
            Ok(Value::None)
        })
    },
};

pub async fn pipes(cx: &ProcessCx, log: &Log) -> Done {
    let (reads, writes) = cx.pipe_one_way()?;
    log.say("reads only", [reads.readable(), reads.writable()]);
    log.say("writes only", [writes.readable(), writes.writable()]);
    log.tried("sends where one reads", reads.send(&Value::Int(1)));
    log.tried("sends bytes where one reads", reads.send_bytes(b"1".to_vec()));
    log.tried("receives where one writes", writes.recv().await);
    log.tried("polls at once where one writes", writes.poll());
    log.tried("polls where one writes", writes.poll_within(MS).await);
    log.tried("polls for 1 ms", reads.poll_within(MS).await);
    writes.send(&Value::Int(7))?;
    log.tried("polls for a second", reads.poll_within(SECOND).await);
    log.tried("receives", reads.recv().await);
    let (back, forth) = cx.pipe_one_way()?;
    let other = Process::new(cx, "one_way").give(reads).give(forth).start()?;
    log.tried("elsewhere, receives", back.recv().await);
    log.tried("elsewhere, sends", back.recv().await);
    log.tried("after its end", back.recv().await);
    other.join().await;
    let (a, b) = cx.pipe()?;
    b.send(&Value::Int(1))?;
    b.close();
    log.tried("closed, what was sent", a.recv().await);
    log.tried("closed, polls for a second", a.poll_within(SECOND).await);
    log.tried("closed, receives", a.recv().await);
    log.tried("closed, sends", a.send(&Value::Int(1)));
    log.tried("closed, sends bytes", a.send_bytes(b"1".to_vec()));
    Ok(())
}

pub const FULL: Target = Target {
    name: "full",
    run: |cx, mut args| {
        Box::pin(async move {
            let (queue, answer) = (Queue::at(&cx, args.end()?), args.end()?);
            answer.send(&Value::Str(raised(queue.put_within(&Value::Int(1), MS).await)))?;
            answer.send(&Value::Str(raised(queue.put_within(&Value::Int(1), 0).await)))?;
            Ok(Value::None)
        })
    },
};

pub const EMPTY: Target = Target {
    name: "empty",
    run: |cx, mut args| {
        Box::pin(async move {
            let (queue, answer) = (Queue::at(&cx, args.end()?), args.end()?);
            answer.send(&Value::Str(raised(queue.get_within(MS).await)))?;
            answer.send(&Value::Str(raised(queue.get_within(0).await)))?;
            Ok(Value::None)
        })
    },
};

pub const PUTS: Target = Target {
    name: "puts",
    run: |cx, mut args| {
        Box::pin(async move {
            let queue = Queue::at(&cx, args.end()?);
            for n in 0..3 {
                queue.put(&Value::Int(n)).await?;
            }
            Ok(Value::None)
        })
    },
};

pub const REFUSED: Target = Target {
    name: "refused",
    run: |cx, mut args| {
        Box::pin(async move {
            let (queue, answer) = (Queue::at(&cx, args.end()?), args.end()?);
            // In CPython a thread of the queue's prints what is raised.
            let _ = queue.put(&Value::function("refused.<locals>.<lambda>")).await;
            answer.send(&Value::Str(raised(queue.put_within(&Value::Int(1), 10 * SECOND).await)))?;
            Ok(Value::None)
        })
    },
};

pub const WORKS: Target = Target {
    name: "works",
    run: |cx, mut args| {
        Box::pin(async move {
            let queue = JoinableQueue::at(&cx, args.end()?);
            for _ in 0..2 {
                queue.get().await?;
                queue.task_done().await?;
            }
            Ok(Value::None)
        })
    },
};

async fn asked(cx: &ProcessCx, target: &str, queue: &Queue, log: &Log, what: &str) -> Done {
    let (answer, theirs) = cx.pipe()?;
    let other = Process::new(cx, target).give(queue.share()?).give(theirs).start()?;
    log.say(&format!("{what} for 1 ms"), answer.recv().await?.text().unwrap_or_default().to_owned());
    log.say(what, answer.recv().await?.text().unwrap_or_default().to_owned());
    other.join().await;
    Ok(())
}

pub async fn queues(cx: &ProcessCx, log: &Log) -> Done {
    let queue = Queue::bounded(cx, "queue", 2);
    queue.put(&Value::Int(1)).await?;
    queue.put(&Value::Int(2)).await?;
    log.tried("full", queue.put_within(&Value::Int(3), 0).await);
    log.tried("full for 1 ms", queue.put_within(&Value::Int(3), MS).await);
    log.tried("size", queue.qsize().await);
    asked(cx, "full", &queue, log, "full elsewhere").await?;
    log.tried("gives", queue.get().await);
    log.tried("gives again", queue.get().await);
    log.tried("empty", queue.get_within(0).await);
    log.tried("empty for 1 ms", queue.get_within(MS).await);
    asked(cx, "empty", &queue, log, "empty elsewhere").await?;
    let queue = Queue::bounded(cx, "one", 1);
    let other = Process::new(cx, "puts").give(queue.share()?).start()?;
    let mut three = Vec::new();
    for _ in 0..3 {
        three.push(queue.get_within(10 * SECOND).await?);
    }
    log.say("a place for one, three come", three);
    other.join().await;
    let (answer, theirs) = cx.pipe()?;
    let other = Process::new(cx, "refused").give(queue.share()?).give(theirs).start()?;
    let said = answer.recv().await?.text().unwrap_or_default().to_owned();
    log.say("a place for one, what cannot be sent leaves it", said);
    log.tried("and it gives", queue.get().await);
    other.join().await;
    let queue = JoinableQueue::new(cx, "joinable", 0);
    log.tried("joined while nothing was put", queue.join().await);
    queue.put(&Value::Int(1)).await?;
    queue.put(&Value::Int(2)).await?;
    let other = Process::new(cx, "works").give(queue.share()?).start()?;
    log.tried("joined", queue.join().await);
    log.tried("done once too often", queue.task_done().await);
    other.join().await;
    Ok(())
}

pub async fn shared(cx: &ProcessCx, log: &Log) -> Done {
    let (value, array) = (SharedValue::new(cx, "value", 7)?, SharedArray::new(cx, "array", &[1, 2, 3])?);
    {
        let _locked = (value.lock().await, value.lock().await);
        value.set(value.get() + 1);
    }
    log.say("value", value.get());
    log.tried("no such place", array.get(3));
    log.tried("array", array.numbers());
    Ok(())
}
