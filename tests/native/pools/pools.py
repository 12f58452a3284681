"""What CPython's pools and executor of processes answer in small situations, one line each. Processes are spawned."""

import logging
import multiprocessing
import os
import sys
import threading
import time
from concurrent.futures import FIRST_COMPLETED, FIRST_EXCEPTION, ProcessPoolExecutor, as_completed, wait

context = multiprocessing.get_context("spawn")


def raised(action):
    try:
        return repr(action())
    except Exception as error:
        text = str(error)
        return f"{type(error).__name__}: {text}" if text else type(error).__name__


def say(what, action):
    print(f"{what} -> {raised(action)}")


def kind(action):
    """Of what is raised, the type alone."""
    return raised(action).split(":")[0]


def nothing(_=None):
    pass


def square(n):
    return n * n


def add(a, b):
    return a + b


def odd(n):
    if n % 2:
        raise ValueError(f"odd {n}")
    return n


def slow(ms):
    time.sleep(ms / 1000)
    return ms


def fails(_=None):
    sys.stderr = open(os.devnull, "w")
    logging.disable()
    raise ValueError("no")


def leave(code):
    sys.stderr = open(os.devnull, "w")
    sys.exit(code)


def names():
    return sorted(child.name for child in multiprocessing.active_children())


def unsendable(_):
    return lambda: None


def state(future):
    return [future.running(), future.done(), future.cancelled()]


def numbers(futures, waited):
    return [[i for i, f in enumerate(futures) if f in some] for some in waited]


def pools():
    say("a pool of none", lambda: context.Pool(0))
    say("a pool whose processes do nothing", lambda: context.Pool(1, maxtasksperchild=0))
    pool = context.Pool(2)
    say("names", names)
    say("map", lambda: pool.map(square, range(5)))
    say("map in chunks", lambda: pool.map(square, range(5), 2))
    say("map over nothing", lambda: pool.map(square, []))
    say("starmap", lambda: pool.starmap(add, [(1, 2), (3, 4)]))
    say("starmap_async", lambda: pool.starmap_async(add, [(1, 2), (3, 4)]).get())
    say("apply", lambda: pool.apply(square, (3,)))
    say("map raises", lambda: pool.map(odd, [0, 2, 3, 4], 1))
    results = pool.imap(odd, [0, 1, 2], 1)
    say("imap", lambda: next(results))
    say("imap raises", lambda: next(results))
    say("imap goes on", lambda: next(results))
    say("imap ends", lambda: next(results, None))
    results = pool.imap(odd, [2, 1, 4, 6], 2)
    say("imap in chunks raises", lambda: next(results))
    say("imap in chunks ends", lambda: next(results, None))
    say("imap in chunks", lambda: list(pool.imap(square, range(5), 2)))
    say("imap_unordered", lambda: sorted(pool.imap_unordered(square, range(5))))
    say("imap_unordered, the quick one first", lambda: list(pool.imap_unordered(slow, [500, 0])))
    say("imap in chunks of none", lambda: pool.imap(square, [1], 0))
    say("imap within 1 ms", lambda: pool.imap(slow, [300]).next(0.001))
    result = pool.apply_async(slow, (300,))
    say("apply_async within 1 ms", lambda: result.get(0.001))
    say("apply_async, ready", result.ready)
    say("apply_async, successful", lambda: kind(result.successful))
    say("apply_async", result.get)
    say("apply_async, then successful", result.successful)
    result = pool.map_async(odd, [1, 2, 4], 1)
    say("map_async raises", result.get)
    say("map_async raised, successful", result.successful)
    # A callback is called by another thread than the one that waits.
    told, called = [], threading.Event()
    pool.apply_async(square, (3,), callback=lambda n: (told.append(n), called.set()))
    called.wait()
    say("called back", lambda: told)
    say("what cannot be sent", lambda: kind(pool.apply_async(lambda: 1).get))
    say("what cannot be sent back", lambda: kind(pool.apply_async(unsendable, (1,)).get))
    say("joined while it runs", pool.join)
    pool.close()
    say("map after close", lambda: pool.map(square, [1]))
    say("joined", pool.join)
    pool = context.Pool(1)
    say("names of the next pool", names)
    say("one that ends its process, within 500 ms", lambda: pool.apply_async(leave, (5,)).get(0.5))
    say("the next", lambda: pool.apply(square, (3,)))
    say("names then", names)
    pool.terminate()
    say("imap in chunks of none after terminate", lambda: pool.imap(square, [1], 0))
    pool.join()
    pool = context.Pool(1, maxtasksperchild=1)
    say("one that ends well in its last task, within 500 ms", lambda: pool.apply_async(leave, (0,)).get(0.5))
    say("the next", lambda: pool.apply(square, (4,)))
    pool.terminate()
    say("map after terminate", lambda: pool.map(square, [1]))
    say("terminated, joined", pool.join)


def executors():
    def new(workers, **options):
        return ProcessPoolExecutor(workers, mp_context=context, **options)

    say("an executor of none", lambda: new(0))
    say("an executor whose processes do nothing", lambda: new(1, max_tasks_per_child=0))
    with new(2) as pool:
        say("result", pool.submit(square, 3).result)
        say("exception at result", pool.submit(odd, 1).result)
        say("exception", lambda: type(pool.submit(odd, 1).exception()).__name__)
        say("no exception", pool.submit(odd, 2).exception)
        say("map", lambda: list(pool.map(square, range(5))))
        say("map in chunks", lambda: list(pool.map(square, range(5), chunksize=2)))
        say("map in chunks of none", lambda: pool.map(square, [1], chunksize=0))
        results = pool.map(odd, [0, 1, 2])
        say("map, first", lambda: next(results))
        say("map, raises", lambda: next(results))
        say("map, after", lambda: next(results, None))
        results = pool.map(odd, [0, 2, 1, 4], chunksize=2)
        say("map in chunks, first", lambda: next(results))
        say("map in chunks, second", lambda: next(results))
        say("map in chunks, raises", lambda: next(results))
        two = [pool.submit(slow, 300), pool.submit(odd, 1)]
        say("result within 1 ms", lambda: two[0].result(0.001))
        say("wait 1 ms", lambda: numbers(two[:1], wait(two[:1], 0.001)))
        say("wait for the first", lambda: numbers(two, wait(two, None, FIRST_COMPLETED)))
        say("wait for an exception", lambda: numbers(two, wait(two, None, FIRST_EXCEPTION)))
        say("as_completed within 1 ms", lambda: list(as_completed(two[:1] * 2, 0.001)))
        say("wait for all", lambda: numbers(two, wait(two)))
        fine = [pool.submit(slow, 0), pool.submit(slow, 300)]
        say("wait for no exception", lambda: numbers(fine, wait(fine, None, FIRST_EXCEPTION)))
        say("map within 50 ms", lambda: list(pool.map(slow, [0, 300], timeout=0.05)))
        say("as_completed", lambda: [f.result() for f in as_completed([pool.submit(slow, n) for n in (500, 0)])])
        say("what cannot be sent", lambda: kind(pool.submit(lambda: 1).result))
        say("what cannot be sent back", pool.submit(unsendable, 1).result)
    say("shut down, submit", lambda: pool.submit(square, 1))
    pool = new(1)
    all = [pool.submit(slow, 200) for _ in range(6)]
    all[0].result()
    time.sleep(0.1)  # until those that follow are on their way
    some = [all[n] for n in (1, 2, 4, 5)]
    say("one done, others", lambda: [state(future) for future in some])
    say("cancel what is on its way", all[1].cancel)
    say("cancel what is not", all[5].cancel)
    pool.shutdown(wait=True, cancel_futures=True)
    say("shut down, others", lambda: [state(future) for future in some])
    pool = new(1)
    all = [pool.submit(slow, 60_000) for _ in range(2)]
    time.sleep(0.5)
    multiprocessing.active_children()[0].kill()
    say("killed, running", all[0].result)
    say("killed, pending", all[1].result)
    say("killed, submit", lambda: pool.submit(square, 1))
    pool.shutdown()
    with new(1, initializer=nothing, initargs=(1,)) as pool:
        say("initialized", pool.submit(square, 3).result)
    with new(1, initializer=fails, initargs=(1,)) as pool:
        say("initializer raises", pool.submit(square, 3).result)
        say("initializer raised, submit", lambda: pool.submit(square, 3))
    with new(1, max_tasks_per_child=1) as pool:
        say("one task each", lambda: len({pool.submit(os.getpid).result() for _ in range(3)}))


if __name__ == "__main__":
    pools()
    executors()
