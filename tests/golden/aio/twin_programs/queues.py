"""Queues: items and waiters in order, cancellation of one who was just woken, and shutting down."""

import asyncio
from dataclasses import dataclass, field

from .common import fails, kind, twin, yields


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
