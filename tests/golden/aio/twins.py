"""Small programs about locks, queues and generators; their twins in Rust are in src/aio/twins. Records twins.json.

Run it with CPython 3.13: `python3.13 twins.py`. The clock is virtual, as in record.py.
"""

import asyncio
import json
from dataclasses import dataclass, field

import record

PROGRAMS = []


def twin(program):
    PROGRAMS.append(program)
    return program


def kind(error):
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


async def yields(times):
    for _ in range(times):
        await asyncio.sleep(0)


def fails(log, call):
    try:
        call()
    except Exception as error:
        log(kind(error))


async def user(log, name, lock, hold=0.01):
    """Takes a lock, a semaphore or a condition for a while."""
    try:
        async with lock:
            log(f"{name} in")
            await asyncio.sleep(hold)
        log(f"{name} out")
    except asyncio.CancelledError:
        log(f"{name} cancelled")
        raise


# Futures

@twin
async def futures_call_back_in_order(log):
    future = asyncio.get_running_loop().create_future()

    async def waits(name):
        try:
            log(f"{name} {await future}")
        except ValueError as error:
            log(f"{name} {kind(error)}")

    first = asyncio.create_task(waits("first"))
    await asyncio.sleep(0)
    future.add_done_callback(lambda f: log(f"callback {f.result()}"))
    second = asyncio.create_task(waits("second"))
    await asyncio.sleep(0)
    fails(log, future.result)
    fails(log, future.exception)
    future.set_result(7)
    log(f"done {future.done()} cancelled {future.cancelled()} cancel {future.cancel()}")
    fails(log, lambda: future.set_result(8))
    future.add_done_callback(lambda f: log("late callback"))
    log("before")
    await asyncio.gather(first, second)
    log("after")


@twin
async def futures_raise_and_cancel(log):
    loop = asyncio.get_running_loop()
    failed, ended = loop.create_future(), loop.create_future()

    async def waits(name, future):
        try:
            await future
        except (ValueError, asyncio.CancelledError) as error:
            log(f"{name} {kind(error)}")

    tasks = [asyncio.create_task(waits(f"{n}", f)) for n, f in enumerate([failed, ended, failed])]
    await asyncio.sleep(0)
    failed.set_exception(ValueError("no"))
    log(f"{failed.exception()} {failed.cancelled()}")
    ended.cancel()
    log(f"{ended.done()} {ended.cancelled()} again {ended.cancel()}")
    fails(log, lambda: ended.set_result(1))
    await asyncio.gather(*tasks)
    shared = loop.create_future()
    shared.add_done_callback(lambda f: log(f"callback, cancelled {f.cancelled()}"))
    task = asyncio.create_task(waits("waiter", shared))
    await asyncio.sleep(0)
    task.cancel()
    log(f"shared {shared.cancelled()}")
    await task


# Locks

@twin
async def lock_is_fair(log):
    lock = asyncio.Lock()
    tasks = [asyncio.create_task(user(log, n, lock)) for n in "abc"]
    await asyncio.sleep(0.005)
    await user(log, "main", lock)
    await asyncio.gather(*tasks)
    fails(log, lock.release)


@twin
async def lock_woken_waiter_is_cancelled(log):
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(user(log, n, lock)) for n in "abc"]
    await asyncio.sleep(0)
    lock.release()
    log(f"locked {lock.locked()}")
    log(f"cancel {tasks[0].cancel()}")
    await asyncio.sleep(0)
    log(f"locked {lock.locked()}")
    log(" ".join(type(r).__name__ for r in await asyncio.gather(*tasks, return_exceptions=True)))


@twin
async def lock_waiter_in_the_queue_is_cancelled(log):
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(user(log, n, lock)) for n in "abc"]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[1].cancel()
    lock.release()
    await user(log, "main", lock)
    log(" ".join(type(r).__name__ for r in await asyncio.gather(*tasks, return_exceptions=True)))


@twin
async def lock_jumps_a_queue_of_cancelled(log):
    lock = asyncio.Lock()
    await lock.acquire()
    task = asyncio.create_task(user(log, "a", lock))
    await asyncio.sleep(0)
    task.cancel()
    lock.release()
    await lock.acquire()
    log("main took it at once")
    await asyncio.sleep(0)
    lock.release()
    await asyncio.gather(task, return_exceptions=True)


@twin
async def lock_is_not_barged(log):
    lock = asyncio.Lock()
    await lock.acquire()
    task = asyncio.create_task(user(log, "a", lock))
    await asyncio.sleep(0)
    lock.release()
    await lock.acquire()
    log("main has it again")
    lock.release()
    await task


# Events

@twin
async def event_set_and_cleared_at_once(log):
    event = asyncio.Event()

    async def waits(name):
        try:
            log(f"{name} {await event.wait()}, set {event.is_set()}")
        except asyncio.CancelledError:
            log(f"{name} cancelled")

    tasks = [asyncio.create_task(waits(n)) for n in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    event.set()
    tasks[2].cancel()
    event.clear()
    await asyncio.gather(*tasks)
    event.set()
    await event.wait()
    log("at once")


# Conditions

async def waiter(log, name, condition):
    try:
        async with condition:
            log(f"{name} waits")
            await condition.wait()
            log(f"{name} notified")
            await asyncio.sleep(0.01)
        log(f"{name} left")
    except asyncio.CancelledError:
        log(f"{name} cancelled, locked {condition.locked()}")


@twin
async def condition_notifies_some_and_all(log):
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(log, n, condition)) for n in "abcde"]
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
        log("one")
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
    async with condition:
        condition.notify(2)
        log("two")
    await asyncio.sleep(0.05)
    async with condition:
        condition.notify_all()
        log("all")
    await asyncio.gather(*tasks)
    fails(log, condition.notify)
    try:
        await condition.wait()
    except RuntimeError as error:
        log(kind(error))
    fails(log, condition.release)


@twin
async def condition_notified_waiter_is_cancelled(log):
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(log, n, condition)) for n in "abc"]
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
        tasks[0].cancel()
        log("notified and cancelled")
    await asyncio.sleep(0.05)
    async with condition:
        tasks[1].cancel()
        condition.notify()
        log("cancelled and notified")
    await asyncio.sleep(0.05)
    log(" ".join(str(t.done()) for t in tasks))


@twin
async def condition_cancelled_while_it_takes_the_lock_again(log):
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(log, n, condition)) for n in "ab"]
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
        await asyncio.sleep(0.01)
        log(f"first {tasks[0].cancel()}")
        await asyncio.sleep(0.01)
        log(f"second {tasks[0].cancel()}")
        await asyncio.sleep(0.01)
        log(f"still there {not tasks[0].done()}")
    await asyncio.gather(*tasks)
    log("end")


@twin
async def condition_waits_for_a_predicate(log):
    lock = asyncio.Lock()
    condition, other = asyncio.Condition(lock), asyncio.Condition(lock)
    value = [0]

    async def waits(least):
        async with condition:
            await condition.wait_for(lambda: value[0] >= least)
            log(f"{least} reached at {value[0]}")

    tasks = [asyncio.create_task(waits(n)) for n in (3, 1, 2)]
    for _ in range(3):
        await asyncio.sleep(0.01)
        async with other:
            value[0] += 1
            log(f"value {value[0]}, locked {condition.locked()}")
            condition.notify_all()
    await asyncio.gather(*tasks)


# Semaphores

@twin
async def semaphore_woken_waiter_is_cancelled(log):
    gate = asyncio.Semaphore(1)
    await gate.acquire()
    tasks = [asyncio.create_task(user(log, n, gate)) for n in "abc"]
    await asyncio.sleep(0)
    gate.release()
    tasks[0].cancel()
    log(f"locked {gate.locked()}")
    gate.release()
    await asyncio.sleep(0)
    log(f"locked {gate.locked()}")
    log(" ".join(type(r).__name__ for r in await asyncio.gather(*tasks, return_exceptions=True)))
    log(f"locked {gate.locked()}")


@twin
async def semaphore_grows_unless_it_is_bounded(log):
    gate, bounded = asyncio.Semaphore(1), asyncio.BoundedSemaphore(1)
    gate.release()
    async with gate, gate:
        log(f"two inside, locked {gate.locked()}")
    fails(log, bounded.release)
    async with bounded:
        log(f"locked {bounded.locked()}")
    fails(log, bounded.release)
    await bounded.acquire()
    tasks = [asyncio.create_task(user(log, n, bounded)) for n in "ab"]
    await asyncio.sleep(0)
    bounded.release()
    await asyncio.gather(*tasks)
    try:
        async with bounded:
            bounded.release()
    except ValueError as error:
        log(kind(error))


# Barriers

async def party(log, name, barrier, work=0.0):
    try:
        await asyncio.sleep(work)
        log(f"{name} comes, {barrier.n_waiting} wait")
        log(f"{name} was {await barrier.wait()}, {barrier.n_waiting} wait")
    except (asyncio.BrokenBarrierError, asyncio.CancelledError) as error:
        log(f"{name} {kind(error)}")


@twin
async def barrier_lets_rounds_through(log):
    barrier = asyncio.Barrier(3)
    works = [0.01, 0.02, 0.03, 0.03, 0.03, 0.05]
    await asyncio.gather(*(party(log, n, barrier, w) for n, w in zip("abcdef", works)))
    log(f"{barrier.parties} {barrier.n_waiting} {barrier.broken}")
    fails(log, lambda: asyncio.Barrier(0))


@twin
async def barrier_loses_one_who_is_cancelled(log):
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(log, n, barrier)) for n in "ab"]
    await asyncio.sleep(0.01)
    tasks[0].cancel()
    await asyncio.sleep(0.01)
    log(f"{barrier.n_waiting} wait, broken {barrier.broken}")
    await asyncio.gather(party(log, "c", barrier), party(log, "d", barrier), *tasks)


@twin
async def barrier_one_is_cancelled_as_it_opens(log):
    barrier = asyncio.Barrier(2)
    task = asyncio.create_task(party(log, "a", barrier))
    await asyncio.sleep(0.01)
    log(f"main was {await barrier.wait()}")
    task.cancel()
    await asyncio.sleep(0.01)
    log(f"{barrier.n_waiting} wait, broken {barrier.broken}")
    await asyncio.gather(party(log, "b", barrier), party(log, "c", barrier))


@twin
async def barrier_is_reset_and_aborted(log):
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(log, n, barrier)) for n in "ab"]
    await asyncio.sleep(0.01)
    await barrier.reset()
    log(f"reset, broken {barrier.broken}")
    late = asyncio.create_task(party(log, "late", barrier))
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.01)
    log(f"{barrier.n_waiting} wait")
    await barrier.abort()
    log(f"aborted, broken {barrier.broken}")
    await late
    await party(log, "later", barrier)
    await barrier.reset()
    log(f"broken {barrier.broken}")
    await asyncio.gather(*(party(log, n, barrier) for n in "xyz"))


# Queues

async def getter(log, name, queue):
    try:
        log(f"{name} got {await queue.get()}")
    except (asyncio.QueueShutDown, asyncio.CancelledError) as error:
        log(f"{name} {kind(error)}")


async def putter(log, name, queue):
    try:
        await queue.put(name)
        log(f"{name} put, {queue.qsize()} inside")
    except (asyncio.QueueShutDown, asyncio.CancelledError) as error:
        log(f"{name} {kind(error)}")


@twin
async def queue_producers_and_consumers(log):
    queue = asyncio.Queue(2)

    async def produces(name, items):
        for item in range(items):
            await queue.put(f"{name}{item}")
            log(f"put {name}{item}, {queue.qsize()} inside")

    async def consumes(name, work):
        while True:
            item = await queue.get()
            log(f"{name} takes {item}")
            await asyncio.sleep(work)
            queue.task_done()

    producers = [asyncio.create_task(produces(n, 4)) for n in "pq"]
    consumers = [asyncio.create_task(consumes(n, w)) for n, w in (("c", 0.01), ("d", 0.03))]
    await asyncio.gather(*producers)
    log("all put")
    await queue.join()
    log(f"all done, empty {queue.empty()}")
    for consumer in consumers:
        consumer.cancel()
    await asyncio.gather(*consumers, return_exceptions=True)
    fails(log, queue.task_done)
    fails(log, queue.get_nowait)
    queue.put_nowait(1)
    queue.put_nowait(2)
    log(f"full {queue.full()} of {queue.maxsize}")
    fails(log, lambda: queue.put_nowait(3))


@twin
async def queue_woken_getter_is_cancelled(log):
    queue = asyncio.Queue()
    tasks = [asyncio.create_task(getter(log, n, queue)) for n in "abc"]
    await asyncio.sleep(0)
    queue.put_nowait(1)
    tasks[0].cancel()
    await yields(3)
    log(f"{queue.qsize()} inside")
    tasks[2].cancel()
    queue.put_nowait(2)
    await asyncio.gather(*tasks)
    log(f"{queue.qsize()} inside")


@twin
async def queue_item_is_taken_by_another_before_the_getter_runs(log):
    queue = asyncio.Queue()
    task = asyncio.create_task(getter(log, "a", queue))
    await asyncio.sleep(0)
    queue.put_nowait(1)
    log(f"main got {queue.get_nowait()}")
    await yields(3)
    log(f"waits on {not task.done()}")
    queue.put_nowait(2)
    await task


@twin
async def queue_woken_putter_is_cancelled(log):
    queue = asyncio.Queue(1)
    queue.put_nowait("first")
    tasks = [asyncio.create_task(putter(log, n, queue)) for n in "abc"]
    await asyncio.sleep(0)
    log(f"main got {queue.get_nowait()}")
    tasks[0].cancel()
    await yields(3)
    tasks[2].cancel()
    log(f"main got {queue.get_nowait()}")
    await asyncio.gather(*tasks)
    log(f"{queue.qsize()} inside")


@twin
async def queue_shuts_down_with_waiters(log):
    empty, full = asyncio.Queue(), asyncio.Queue(1)
    full.put_nowait("first")
    tasks = [asyncio.create_task(getter(log, n, empty)) for n in "ab"]
    tasks += [asyncio.create_task(putter(log, n, full)) for n in "xy"]
    await asyncio.sleep(0)
    empty.shutdown()
    full.shutdown()
    await asyncio.gather(*tasks)
    fails(log, lambda: full.put_nowait(1))
    await getter(log, "main", full)
    await getter(log, "main", full)
    fails(log, full.get_nowait)
    fails(log, empty.get_nowait)
    full.task_done()
    await full.join()
    log("joined")


@twin
async def queue_shuts_down_at_once(log):
    queue = asyncio.Queue(3)
    for n in range(3):
        queue.put_nowait(n)
    queue.get_nowait()
    tasks = [asyncio.create_task(putter(log, n, queue)) for n in "ab"]

    async def joins():
        await queue.join()
        log("joined")

    joining = asyncio.create_task(joins())
    await asyncio.sleep(0)
    queue.shutdown(immediate=True)
    log(f"{queue.qsize()} inside")
    await asyncio.gather(*tasks)
    log(f"joining {not joining.done()}")
    queue.task_done()
    await joining
    fails(log, queue.task_done)


@twin
async def queues_of_other_orders(log):
    @dataclass(order=True)
    class Job:
        priority: int
        name: str = field(compare=False)

    lifo, priority = asyncio.LifoQueue(), asyncio.PriorityQueue()
    jobs = [3, 1, 2, 1, 3, 2, 1, 1, 2, 3, 1, 2]
    for number, rank in enumerate(jobs):
        await lifo.put(rank)
        await priority.put(Job(rank, f"{rank}.{number}"))
    log(" ".join(str(lifo.get_nowait()) for _ in jobs[:5]))
    log(" ".join(priority.get_nowait().name for _ in jobs[:5]))
    await priority.put(Job(1, "new"))
    log(" ".join(priority.get_nowait().name for _ in range(priority.qsize())))


# Generators

async def ticks(log, cleanup=0.0):
    try:
        for i in range(5):
            await asyncio.sleep(0.01)
            log(f"gives {i}")
            yield i
    except BaseException as error:
        log(f"caught {kind(error)}")
        raise
    finally:
        log("finally")
        await asyncio.sleep(cleanup)
        log("cleaned up")


async def takes(log, least, cleanup=0.0):
    async for x in ticks(log, cleanup):
        log(f"got {x}")
        if x == least:
            break
    log("after")


@twin
async def generator_to_its_end(log):
    items = ticks(log)
    async for x in items:
        log(f"got {x}")
    log(await anext(items, "nothing"))
    log(await items.aclose())


@twin
async def generator_is_left_and_main_ends(log):
    await takes(log, 1, 0.05)


@twin
async def generator_is_left_and_main_goes_on(log):
    await takes(log, 1)
    await asyncio.sleep(0)
    log("later")
    await asyncio.sleep(0.1)
    await takes(log, 0, 0.05)
    await asyncio.sleep(0.02)
    log("end")


@twin
async def generator_is_left_just_before_the_end(log):
    await takes(log, 0)
    await asyncio.sleep(0)
    log("end")


HELD = []


@twin
async def generator_is_held_until_the_end(log):
    HELD.append(ticks(log, 0.05))
    HELD.append(ticks(log))
    log(f"got {await anext(HELD[0])}")


@twin
async def generator_awaits_when_its_task_is_cancelled(log):
    task = asyncio.create_task(takes(log, 9, 0.05))
    await asyncio.sleep(0.015)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("task cancelled")


@twin
async def generator_waits_when_its_task_is_cancelled(log):
    async def task():
        async for x in ticks(log, 0.05):
            log(f"got {x}")
            await asyncio.sleep(1)

    running = asyncio.create_task(task())
    await asyncio.sleep(0.015)
    running.cancel()
    await asyncio.sleep(0.1)


@twin
async def generator_of_a_task_left_behind(log):
    async def task():
        async for x in ticks(log, 0.05):
            log(f"got {x}")
            await asyncio.sleep(1)

    running = asyncio.create_task(task())
    await asyncio.sleep(0.015)
    log(f"main ends, task done {running.done()}")


@twin
async def generator_is_closed(log):
    items = ticks(log, 0.05)
    log(f"got {await anext(items)}")
    await items.aclose()
    log("closed")
    await items.aclose()
    log(await anext(items, "nothing"))
    unused = ticks(log)
    await unused.aclose()
    log(await anext(unused, "nothing"))


@twin
async def generator_does_not_want_to_close(log):
    async def gives(second):
        try:
            yield 1
        except GeneratorExit:
            log("swallowed")
        if second:
            yield 2
        log("end of it")

    async def fails():
        try:
            yield 1
        finally:
            raise ValueError("in finally")

    for items in gives(False), gives(True), fails():
        await anext(items)
        try:
            log(await items.aclose())
        except (RuntimeError, ValueError) as error:
            log(kind(error))
        log(await anext(items, "nothing"))


@twin
async def generator_raises(log):
    async def body(error):
        yield 1
        raise error

    for error in ValueError("x"), StopAsyncIteration(), KeyError():
        items = body(error)
        try:
            async for x in items:
                log(f"got {x}")
        except Exception as raised:
            log(kind(raised))
        log(await anext(items, "nothing"))


@twin
async def generator_is_thrown_at(log):
    async def body():
        try:
            yield 1
        except ValueError as error:
            log(f"caught {kind(error)}")
            yield 2

    items = body()
    await anext(items)
    log(await items.athrow(ValueError("x")))
    for items in items, body():
        for error in KeyError(), OSError():
            try:
                log(await items.athrow(error))
            except (KeyError, OSError) as raised:
                log(kind(raised))
    log(await anext(items, "nothing"))


@twin
async def generator_runs_out_of_time(log):
    try:
        async with asyncio.timeout(0.025):
            await takes(log, 9, 0.03)
    except TimeoutError:
        log("timed out")


# Contexts

class Resource:
    def __init__(self, log, enters=0.0, exits=0.01, swallows=False, raises=None):
        self.log, self.enters, self.exits, self.swallows, self.raises = log, enters, exits, swallows, raises

    async def __aenter__(self):
        self.log("enters")
        await asyncio.sleep(self.enters)
        return 7

    async def __aexit__(self, kind, error, trace):
        self.log(f"exits with {kind.__name__ if kind else None}")
        try:
            await asyncio.sleep(self.exits)
            self.log("released")
        except asyncio.CancelledError:
            self.log("exit cancelled")
            raise
        if self.raises:
            raise self.raises
        return self.swallows


async def uses(log, resource, error=None, work=0.0):
    try:
        async with resource as value:
            log(f"inside with {value}")
            await asyncio.sleep(work)
            if error:
                raise error
            log("block done")
        log("after")
    except (Exception, asyncio.CancelledError) as raised:
        log(f"raised {kind(raised)}")


@twin
async def context_is_left_in_every_case(log):
    await uses(log, Resource(log))
    await uses(log, Resource(log), ValueError("x"))
    await uses(log, Resource(log, swallows=True), ValueError("x"))
    await uses(log, Resource(log, raises=KeyError()), ValueError("x"))
    await uses(log, Resource(log, raises=KeyError()))


@twin
async def context_is_cancelled(log):
    for after in 0.005, 0.015, 0.025:
        task = asyncio.create_task(uses(log, Resource(log, 0.01), None, 0.01))
        await asyncio.sleep(after)
        task.cancel()
        await task
    task = asyncio.create_task(uses(log, Resource(log, swallows=True), None, 0.01))
    await asyncio.sleep(0.005)
    task.cancel()
    await task
    task = asyncio.create_task(uses(log, Resource(log), None, 0.01))
    await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.sleep(0.005)
    task.cancel()
    await task


def run(program):
    lines = []
    with asyncio.Runner(loop_factory=record.Loop) as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda *_: None)
        try:
            runner.run(program(lambda what: lines.append(f"{round(loop.time() * 1000)} {what}")))
        except Exception as error:
            lines.append(f"raised {kind(error)}")
    return lines


if __name__ == "__main__":
    twins = {program.__name__: run(program) for program in PROGRAMS}
    (record.HERE / "twins.json").write_text(json.dumps(twins, indent=1) + "\n")
