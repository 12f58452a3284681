//! The same small situations as in small.py, in the same order.

use super::log::Log;
use interleave::model::{MS, Outcome, Plan, SECOND};
use interleave::threading::*;
use std::sync::Arc;

/// Runs `body` in a thread of its own and waits for its end.
fn in_thread(
    cx: &ThreadCx,
    body: impl FnOnce(&ThreadCx) -> Result<(), ThreadError> + Send + 'static,
) -> Result<(), ThreadError> {
    let thread = Thread::new("one", body);
    thread.start(cx)?;
    thread.join(cx)
}

pub(super) fn main(cx: &ThreadCx, _: &Plan) -> Result<Outcome, ThreadError> {
    let log = Log::default();
    locks(cx, &log)?;
    rlocks(cx, &log)?;
    semaphores(cx, &log)?;
    signals(cx, &log)?;
    barriers(cx, &log)?;
    queues(cx, &log)?;
    threads(cx, &log)?;
    others(cx, &log)?;
    Ok(log.outcome())
}

fn locks(cx: &ThreadCx, log: &Log) -> Result<(), ThreadError> {
    let lock = Arc::new(Lock::new(0));
    let kept = |guard: Option<LockGuard<'_>>| guard.map(LockGuard::keep).is_some();
    log.tried("lock released while free", lock.release(cx));
    log.say("lock taken", kept(lock.try_acquire(cx)));
    log.say("lock taken again", kept(lock.try_acquire(cx)));
    log.say("lock taken again within 1 ms", kept(lock.acquire_timeout(cx, MS)?));
    let theirs = lock.clone();
    in_thread(cx, move |cx| theirs.release(cx))?;
    log.say("lock released by another thread, locked", lock.locked());
    Ok(())
}

fn rlocks(cx: &ThreadCx, log: &Log) -> Result<(), ThreadError> {
    let lock = Arc::new(RLock::new(0));
    let kept = |guard: Option<RLockGuard<'_>>| guard.map(RLockGuard::keep).is_some();
    log.tried("rlock released while free", lock.release(cx));
    log.say("rlock taken", kept(lock.try_acquire(cx)));
    log.say("rlock taken again", kept(lock.try_acquire(cx)));
    let by_another = |what: &'static str, release: bool| {
        let (theirs, log) = (lock.clone(), log.clone());
        in_thread(cx, move |cx| {
            if release {
                log.tried(what, theirs.release(cx));
            } else {
                log.say(what, theirs.try_acquire(cx).is_some());
            }
            Ok(())
        })
    };
    by_another("rlock taken by another", false)?;
    by_another("rlock released by another", true)?;
    lock.release(cx)?;
    by_another("rlock taken by another, half released", false)?;
    lock.release(cx)?;
    log.tried("rlock released once too often", lock.release(cx));
    Ok(())
}

fn semaphores(cx: &ThreadCx, log: &Log) -> Result<(), ThreadError> {
    let kept = |permit: Option<Permit<'_>>| permit.map(Permit::keep).is_some();
    let semaphore = Semaphore::new(0, 1);
    log.say("semaphore taken", kept(semaphore.try_acquire(cx)));
    log.say("semaphore taken again", kept(semaphore.try_acquire(cx)));
    log.say("semaphore taken again within 1 ms", kept(semaphore.acquire_timeout(cx, MS)?));
    log.tried("semaphore releases none", semaphore.release(cx, 0));
    log.tried("semaphore releases 3", semaphore.release(cx, 3));
    let taken = std::iter::repeat_with(|| kept(semaphore.try_acquire(cx))).take_while(|taken| *taken).count();
    log.say("semaphore then taken", taken);
    let bounded = Semaphore::bounded(0, 2);
    log.tried("bounded released at once", bounded.release(cx, 1));
    bounded.acquire(cx)?.keep();
    log.tried("bounded releases 2", bounded.release(cx, 2));
    log.tried("bounded releases 1", bounded.release(cx, 1));
    Ok(())
}

fn signals(cx: &ThreadCx, log: &Log) -> Result<(), ThreadError> {
    let event = Event::new(0);
    log.say("event waited for 1 ms", event.wait_timeout(cx, MS)?);
    event.set(cx);
    log.say("event set, waited for", event.wait_timeout(cx, 0)?);
    event.clear(cx);
    log.say("event cleared, is set", event.is_set());
    let condition = Arc::new(Condition::new(0, 1));
    log.tried("condition waits without its lock", condition.wait(cx));
    log.tried("condition notifies without its lock", condition.notify(cx, 1));
    let _held = condition.acquire(cx)?;
    log.say("condition waits 1 ms", condition.wait_timeout(cx, MS)?);
    log.say("condition waits for what is true", condition.wait_for_timeout(cx, MS, || true)?);
    log.say("condition waits 1 ms for what is not", condition.wait_for_timeout(cx, MS, || false)?);
    log.tried("condition notifies nobody", condition.notify_all(cx));
    let (theirs, says) = (condition.clone(), log.clone());
    in_thread(cx, move |cx| {
        says.tried("condition notified by another", theirs.notify(cx, 1));
        Ok(())
    })
}

fn barriers(cx: &ThreadCx, log: &Log) -> Result<(), ThreadError> {
    log.tried("barrier for none", Barrier::new(0, 0).map(drop));
    log.tried("barrier for one", Barrier::new(0, 1)?.wait(cx));
    let barrier = Barrier::new(0, 2)?;
    log.tried("barrier waited at for 1 ms", barrier.wait_timeout(cx, MS));
    log.say("barrier then broken", barrier.broken());
    log.tried("barrier waited at while broken", barrier.wait(cx));
    barrier.reset();
    log.say("barrier reset, broken", barrier.broken());
    barrier.abort();
    log.tried("barrier aborted, waited at", barrier.wait(cx));
    let barrier = Barrier::new(0, 1)?.action(|_| Err(ThreadError::raised("ValueError", "no")));
    log.tried("barrier whose action raises", barrier.wait(cx));
    log.say("barrier then broken", barrier.broken());
    let (acting, go) = (Arc::new(Event::new(UNNAMED)), Arc::new(Event::new(UNNAMED)));
    let (acts, goes, says, seen) = (acting.clone(), go.clone(), log.clone(), Shared::new(None::<Arc<Barrier>>));
    let sees = seen.clone();
    let barrier = Arc::new(Barrier::new(0, 2)?.action(move |cx| {
        says.say("barrier, n_waiting while one acts", sees.get().map_or(0, |barrier| barrier.n_waiting()));
        acts.set(cx);
        Ok(goes.wait(cx)?)
    }));
    seen.with(|seen| *seen = Some(barrier.clone()));
    // Two come, and while the second acts, `meanwhile` is done.
    let both = |what: &'static str, meanwhile: &dyn Fn()| {
        let (theirs, ours, says) = (barrier.clone(), barrier.clone(), log.clone());
        let first = Thread::new("one", move |cx| theirs.wait(cx).map_or(Ok(()), |_| Ok(())));
        first.start(cx)?;
        while barrier.n_waiting() < 1 {
            cx.sleep(MS / 10)?;
        }
        let last = Thread::new("two", move |cx| {
            says.tried(what, ours.wait(cx));
            Ok(())
        });
        last.start(cx)?;
        acting.wait(cx)?;
        meanwhile();
        go.set(cx);
        first.join(cx)?;
        last.join(cx)
    };
    both("barrier, the one that acts", &|| barrier.abort())?;
    log.say("barrier aborted meanwhile, then broken", barrier.broken());
    log.tried("barrier aborted meanwhile, waited at", barrier.wait(cx));
    acting.clear(cx);
    go.clear(cx);
    barrier.reset();
    both("barrier, the one that acts again", &|| {
        barrier.abort();
        barrier.reset();
    })?;
    log.say("barrier aborted and reset meanwhile, then broken", barrier.broken());
    seen.with(|seen| *seen = None);
    Ok(())
}

fn queues(cx: &ThreadCx, log: &Log) -> Result<(), ThreadError> {
    let items = Queue::new(0, 2);
    log.tried("queue empty", items.get_nowait(cx));
    log.tried("queue empty for 1 ms", items.get_timeout(cx, MS));
    items.put(cx, 1)?;
    items.put(cx, 2)?;
    log.tried("queue full", items.put_nowait(cx, 3));
    log.tried("queue full for 1 ms", items.put_timeout(cx, 3, MS));
    log.tried("queue gives", items.get(cx));
    items.task_done()?;
    items.task_done()?;
    log.tried("queue done once too often", items.task_done());
    items.shutdown(cx, false);
    log.tried("queue shut down, put", items.put(cx, 3));
    log.tried("queue shut down, gives", items.get(cx));
    log.tried("queue shut down, empty", items.get(cx));
    let items = Queue::new(0, 0);
    items.put(cx, 1)?;
    items.shutdown(cx, true);
    log.tried("queue shut down at once, gives", items.get(cx));
    log.tried("queue shut down at once, done", items.task_done());
    Ok(())
}

fn threads(cx: &ThreadCx, log: &Log) -> Result<(), ThreadError> {
    let thread = Thread::new("one", |_| Ok(()));
    log.tried("thread joined before its start", thread.join(cx));
    log.say("thread before its start, alive", thread.is_alive());
    log.say("thread before its start, ident", thread.ident());
    thread.start(cx)?;
    thread.join(cx)?;
    log.tried("thread joined again", thread.join(cx));
    log.say("thread after its end, alive", thread.is_alive());
    log.tried("thread started again", thread.start(cx));
    let says = log.clone();
    in_thread(cx, move |cx| {
        says.tried("thread joins itself", cx.current_thread().join(cx));
        Ok(())
    })?;
    let says = log.clone();
    let daemon = Thread::new("one", move |cx| {
        let theirs = Thread::new("two", |_| Ok(()));
        theirs.start(cx)?;
        says.say("daemon's thread is a daemon", theirs.is_daemon());
        theirs.join(cx)
    });
    let daemon = daemon.daemon(true);
    daemon.start(cx)?;
    daemon.join(cx)?;
    let waits = Arc::new(Event::new(0));
    let theirs = waits.clone();
    let thread = Thread::new("one", move |cx| Ok(theirs.wait(cx)?));
    log.tried("daemon said before the start", thread.set_daemon(false));
    thread.start(cx)?;
    thread.join_timeout(cx, MS)?;
    log.say("thread joined for 1 ms, alive", thread.is_alive());
    log.tried("daemon said after the start", thread.set_daemon(false));
    log.say("threads alive", cx.enumerate().len());
    let says = log.clone();
    let other = Thread::new("two", move |cx| {
        let same = cx.enumerate().first().map(Thread::ident) == Some(cx.main_thread().ident());
        says.say("main thread comes first", same);
        Ok(())
    });
    other.start(cx)?;
    other.join(cx)?;
    thread.set_name("renamed");
    let named = cx.enumerate().get(1).is_some_and(|other| other.ident() == thread.ident() && other.name() == "renamed");
    log.say("threads alive, by another name", named);
    waits.set(cx);
    thread.join(cx)
}

fn others(cx: &ThreadCx, log: &Log) -> Result<(), ThreadError> {
    let hook = log.clone();
    cx.set_excepthook(move |_, what| hook.line("hook", &what.error.to_string()));
    in_thread(cx, |_| Err(ThreadError::raised("ValueError", "no")))?;
    in_thread(cx, |_| Err(ThreadError::raised("SystemExit", "bye")))?; // the hook hears nothing of it
    let ran = Shared::new(0);
    let timer = |after| {
        let ran = ran.clone();
        Timer::new("one", after, move |_| {
            ran.with(|ran| *ran += 1);
            Ok(())
        })
    };
    let cancelled = timer(100 * SECOND);
    cancelled.start(cx)?;
    cancelled.cancel(cx);
    cancelled.join(cx)?;
    log.say("timer cancelled, ran", ran.get());
    let runs = timer(MS);
    runs.start(cx)?;
    runs.join(cx)?;
    log.say("timer not cancelled, ran", ran.get());
    let local = Local::new();
    local.set(cx, 1);
    let (theirs, says) = (local.clone(), log.clone());
    in_thread(cx, move |cx| {
        says.say("local set elsewhere", theirs.get(cx).is_some());
        Ok(())
    })?;
    log.say("local set here", local.get(cx).unwrap_or(0));
    local.remove(cx);
    log.say("local deleted", local.get(cx).is_some());
    Ok(())
}
