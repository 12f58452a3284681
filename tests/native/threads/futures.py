"""What CPython's concurrent.futures over threads answers in small situations, one line each."""

import logging
import threading
import time
from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, FIRST_EXCEPTION, Future, ThreadPoolExecutor
from concurrent.futures import as_completed, wait

logging.disable()


def raised(action):
    try:
        return repr(action())
    except Exception as error:
        text = str(error)
        return f"{type(error).__name__}: {text}" if text else type(error).__name__


def say(what, action):
    print(f"{what} -> {raised(action)}")


def fails():
    raise ValueError("no")


def held(pool):
    """A future that runs until it is let go."""
    begun, go = threading.Event(), threading.Event()

    def body():
        begun.set()
        go.wait()
        return 7

    future = pool.submit(body)
    begun.wait()
    return future, go


def state(future):
    return [future.running(), future.done(), future.cancelled()]


def numbers(futures, waited):
    return [[i for i, f in enumerate(futures) if f in some] for some in waited]


# A future by itself
future = Future()
said = []
future.add_done_callback(lambda f: said.append(1))
future.add_done_callback(lambda f: fails())
future.add_done_callback(lambda f: said.append(3))
say("new", lambda: state(future))
say("new, result within 1 ms", lambda: future.result(0.001))
say("begins", future.set_running_or_notify_cancel)
say("begins again", future.set_running_or_notify_cancel)
say("running", lambda: state(future))
say("running, cancelled", future.cancel)
future.set_result(7)
say("finished", lambda: state(future))
say("finished, called back", lambda: said)
future.add_done_callback(lambda f: said.append(f.result()))
say("finished, called back at once", lambda: said)
say("finished, cancelled", future.cancel)
say("finished, set again", lambda: raised(lambda: future.set_result(8)).split(":")[0])
say("finished, begins", future.set_running_or_notify_cancel)
future, said = Future(), []
future.add_done_callback(lambda f: said.append(f.cancelled()))
say("cancelled", future.cancel)
say("cancelled again", future.cancel)
say("cancelled, called back", lambda: said)
say("cancelled, state", lambda: state(future))
say("cancelled, result", future.result)
say("cancelled, exception", future.exception)
say("cancelled, set", lambda: raised(lambda: future.set_exception(ValueError())).split(":")[0])
say("cancelled, waited for", lambda: numbers([future], wait([future], 0)))
say("cancelled, begins", future.set_running_or_notify_cancel)
say("cancelled, then waited for", lambda: numbers([future], wait([future], 0)))
say("cancelled, begins again", future.set_running_or_notify_cancel)

# A pool
say("pool of none", lambda: ThreadPoolExecutor(0))
with ThreadPoolExecutor(2) as pool:
    say("result", pool.submit(lambda: 7).result)
    say("exception at result", pool.submit(fails).result)
    say("exception", lambda: type(pool.submit(fails).exception()).__name__)
    say("no exception", pool.submit(lambda: 7).exception)
    (one, go), (two, also) = held(pool), held(pool)
    late = pool.submit(lambda: 8)
    all = [one, two, late]
    say("held within 1 ms", lambda: one.result(0.001))
    say("held, its exception within 0 ms", lambda: one.exception(0))
    say("late", lambda: state(late))
    say("wait 1 ms", lambda: numbers(all, wait(all, 0.001)))
    say("as_completed within 1 ms", lambda: list(as_completed(all, 0.001)))
    say("as_completed of one listed twice", lambda: list(as_completed([one, one], 0.001)))
    say("late cancelled", late.cancel)
    say("wait 1 ms, cancelled", lambda: numbers(all, wait(all, 0.001)))
    go.set()
    say("wait for the first", lambda: numbers([one, two], wait([one, two], None, FIRST_COMPLETED)))
    say("wait for the first again", lambda: numbers([one, two], wait([two, one], None, FIRST_COMPLETED)))
    bad = pool.submit(fails)
    say("wait for an exception", lambda: numbers([one, two, bad], wait([one, two, bad], None, FIRST_EXCEPTION)))
    say("wait for an exception again", lambda: numbers([two, bad], wait([two, bad], None, FIRST_EXCEPTION)))
    say("no exception within 1 ms", lambda: numbers([one, two], wait([one, two], 0.001, FIRST_EXCEPTION)))
    also.set()
    say("wait for all", lambda: numbers([one, two, bad], wait([one, two, bad], None, ALL_COMPLETED)))
    say("wait for none", lambda: numbers([], wait([])))
    say("wait for one listed twice", lambda: len(wait([one, one]).done))
    say("as_completed", lambda: sorted(f.result() for f in as_completed([one, two])))
    say("map", lambda: list(pool.map(lambda n: n * n, range(5))))
    say("map over nothing", lambda: list(pool.map(fails, [])))

with ThreadPoolExecutor(1) as pool:
    results = pool.map(lambda n: 6 // (3 - n), range(5))
    say("map, first", lambda: next(results))
    say("map, second", lambda: next(results))
    say("map, third", lambda: next(results))
    say("map, raises", lambda: next(results))
    say("map, after", lambda: next(results, None))
    go = threading.Event()
    ran = []
    results = pool.map(lambda n: (ran.append(n), n == 1 and go.wait()), range(3), timeout=0.5)
    say("map within 500 ms, first", lambda: next(results))
    say("map within 500 ms, second", lambda: next(results))
    go.set()
    say("map within 500 ms, after", lambda: next(results, None))
    pool.submit(int).result()
    say("map within 500 ms, ran", lambda: ran)
    one, go = held(pool)
    results = pool.map(ran.append, [7, 8])
    results.close()
    # The limit counts from the first that is asked for.
    ends = as_completed([one], 0.2)
    time.sleep(0.3)
    go.set()
    say("as_completed, asked for later", lambda: next(ends).result())
    pool.submit(int).result()
    say("map closed before its first, ran", lambda: ran)
    one, go = held(pool)
    late = pool.submit(lambda: 8)
    pool.shutdown(wait=False, cancel_futures=True)
    say("shut down, held", lambda: state(one))
    say("shut down, late", lambda: state(late))
    say("shut down, submit", lambda: pool.submit(int))
    go.set()
    say("shut down, held result", one.result)
say("shut down again", pool.shutdown)

# Initializers
began = []
with ThreadPoolExecutor(1, initializer=began.append, initargs=(1,)) as pool:
    say("initialized, result", pool.submit(lambda: len(began)).result)
    say("initialized once", pool.submit(lambda: len(began)).result)
go = threading.Event()


def breaks():
    go.wait()
    raise OSError("no")


with ThreadPoolExecutor(1, initializer=breaks) as pool:
    two = [pool.submit(int), pool.submit(int)]
    go.set()
    say("broken, first", two[0].result)
    say("broken, second", two[1].result)
    say("broken, submit", lambda: pool.submit(int))
    say("broken, map", lambda: pool.map(int, [1]))
pool.shutdown()
say("broken, submit after shutdown", lambda: pool.submit(int))
