"""What CPython's threading and queue answer in small situations, one line each."""

import queue
import threading
import time


def raised(action):
    try:
        return repr(action())
    except Exception as error:
        text = str(error)
        return f"{type(error).__name__}: {text}" if text else type(error).__name__


def say(what, action):
    print(f"{what} -> {raised(action)}")


def in_thread(body, **options):
    thread = threading.Thread(target=body, **options)
    thread.start()
    thread.join()
    return thread


# Lock
lock = threading.Lock()
say("lock released while free", lock.release)
say("lock taken", lambda: lock.acquire(blocking=False))
say("lock taken again", lambda: lock.acquire(blocking=False))
say("lock taken again within 1 ms", lambda: lock.acquire(timeout=0.001))
in_thread(lock.release)
say("lock released by another thread, locked", lock.locked)

# RLock
rlock = threading.RLock()
say("rlock released while free", rlock.release)
say("rlock taken", lambda: rlock.acquire(blocking=False))
say("rlock taken again", lambda: rlock.acquire(blocking=False))
in_thread(lambda: say("rlock taken by another", lambda: rlock.acquire(blocking=False)))
in_thread(lambda: say("rlock released by another", rlock.release))
rlock.release()
in_thread(lambda: say("rlock taken by another, half released", lambda: rlock.acquire(blocking=False)))
rlock.release()
say("rlock released once too often", rlock.release)

# Semaphore
semaphore = threading.Semaphore(1)
say("semaphore taken", lambda: semaphore.acquire(blocking=False))
say("semaphore taken again", lambda: semaphore.acquire(blocking=False))
say("semaphore taken again within 1 ms", lambda: semaphore.acquire(timeout=0.001))
say("semaphore releases none", lambda: semaphore.release(0))
say("semaphore releases 3", lambda: semaphore.release(3))
taken = 0
while semaphore.acquire(blocking=False):
    taken += 1
say("semaphore then taken", lambda: taken)
bounded = threading.BoundedSemaphore(2)
say("bounded released at once", bounded.release)
bounded.acquire()
say("bounded releases 2", lambda: bounded.release(2))
say("bounded releases 1", bounded.release)

# Event
event = threading.Event()
say("event waited for 1 ms", lambda: event.wait(0.001))
event.set()
say("event set, waited for", lambda: event.wait(0))
event.clear()
say("event cleared, is set", event.is_set)

# Condition
condition = threading.Condition()
say("condition waits without its lock", condition.wait)
say("condition notifies without its lock", condition.notify)
with condition:
    say("condition waits 1 ms", lambda: condition.wait(0.001))
    say("condition waits for what is true", lambda: condition.wait_for(lambda: True, 0.001))
    say("condition waits 1 ms for what is not", lambda: condition.wait_for(lambda: False, 0.001))
    say("condition notifies nobody", condition.notify_all)
    in_thread(lambda: say("condition notified by another", condition.notify))

# Barrier
say("barrier for none", lambda: threading.Barrier(0))
barrier = threading.Barrier(1)
say("barrier for one", barrier.wait)
barrier = threading.Barrier(2)
say("barrier waited at for 1 ms", lambda: barrier.wait(0.001))
say("barrier then broken", lambda: barrier.broken)
say("barrier waited at while broken", barrier.wait)
barrier.reset()
say("barrier reset, broken", lambda: barrier.broken)
barrier.abort()
say("barrier aborted, waited at", barrier.wait)


def fails():
    raise ValueError("no")


barrier = threading.Barrier(1, action=fails)
say("barrier whose action raises", barrier.wait)
say("barrier then broken", lambda: barrier.broken)
acting, go = threading.Event(), threading.Event()


def acts():
    say("barrier, n_waiting while one acts", lambda: barrier.n_waiting)
    acting.set()
    go.wait()


def both(what, meanwhile):
    """Two come, and while the second acts, `meanwhile` is done."""
    first = threading.Thread(target=lambda: raised(barrier.wait))
    first.start()
    while barrier.n_waiting < 1:
        time.sleep(0.001)
    last = threading.Thread(target=lambda: say(what, barrier.wait))
    last.start()
    acting.wait()
    other = threading.Thread(target=meanwhile)
    other.start()
    time.sleep(0.3)  # until it waits for the lock that the action holds
    go.set()
    for thread in (first, last, other):
        thread.join()


barrier = threading.Barrier(2, action=acts)
both("barrier, the one that acts", barrier.abort)
say("barrier aborted meanwhile, then broken", lambda: barrier.broken)
say("barrier aborted meanwhile, waited at", barrier.wait)
acting.clear()
go.clear()
barrier.reset()
both("barrier, the one that acts again", lambda: (barrier.abort(), barrier.reset()))
say("barrier aborted and reset meanwhile, then broken", lambda: barrier.broken)

# Queue
items = queue.Queue(2)
say("queue empty", items.get_nowait)
say("queue empty for 1 ms", lambda: items.get(timeout=0.001))
items.put(1)
items.put(2)
say("queue full", lambda: items.put_nowait(3))
say("queue full for 1 ms", lambda: items.put(3, timeout=0.001))
say("queue gives", items.get)
items.task_done()
items.task_done()
say("queue done once too often", items.task_done)
if hasattr(items, "shutdown"):
    items.shutdown()
    say("queue shut down, put", lambda: items.put(3))
    say("queue shut down, gives", items.get)
    say("queue shut down, empty", items.get)
    items = queue.Queue()
    items.put(1)
    items.shutdown(immediate=True)
    say("queue shut down at once, gives", items.get)
    say("queue shut down at once, done", items.task_done)

# Thread
thread = threading.Thread(target=lambda: None)
say("thread joined before its start", thread.join)
say("thread before its start, alive", thread.is_alive)
say("thread before its start, ident", lambda: thread.ident)
thread.start()
thread.join()
say("thread joined again", thread.join)
say("thread after its end, alive", thread.is_alive)
say("thread started again", thread.start)
in_thread(lambda: say("thread joins itself", lambda: threading.current_thread().join()))
in_thread(lambda: say("daemon's thread is a daemon", lambda: threading.Thread().daemon), daemon=True)
waits = threading.Event()
thread = threading.Thread(target=waits.wait)


def set_daemon():
    thread.daemon = False


say("daemon said before the start", set_daemon)
thread.start()
thread.join(0.001)
say("thread joined for 1 ms, alive", thread.is_alive)
say("daemon said after the start", set_daemon)
say("threads alive", threading.active_count)
in_thread(lambda: say("main thread comes first", lambda: threading.main_thread() is threading.enumerate()[0]))
thread.name = "renamed"
say("threads alive, by another name", lambda: threading.enumerate()[1] is thread and thread.name == "renamed")
waits.set()
thread.join()

# Exceptions that leave a thread
threading.excepthook = lambda args: print(f"hook -> {args.exc_type.__name__}: {args.exc_value}")
in_thread(fails)


def leaves():
    raise SystemExit("bye")


threading.excepthook = threading.__excepthook__
in_thread(leaves)

# Timer
ran = []
timer = threading.Timer(100, lambda: ran.append(1))
timer.start()
timer.cancel()
timer.join()
say("timer cancelled, ran", lambda: len(ran))
timer = threading.Timer(0.001, lambda: ran.append(1))
timer.start()
timer.join()
say("timer not cancelled, ran", lambda: len(ran))

# local
local = threading.local()
local.x = 1
in_thread(lambda: say("local set elsewhere", lambda: hasattr(local, "x")))
say("local set here", lambda: local.x)
del local.x
say("local deleted", lambda: hasattr(local, "x"))
