TASKS = 3
FAILING = 2
WORK = 1.0
FAIL_AFTER = 0.3

import asyncio
import time
from decimal import Decimal

failing = min(FAILING, TASKS)


async def dues(n):
    await asyncio.sleep(FAIL_AFTER if n == failing else WORK)
    wealth = Decimal(-5000 if n == failing else n * 100_000)
    if wealth < 0:
        raise ValueError(f"a wealth of {wealth}")
    return (wealth * Decimal("0.025")).quantize(Decimal("0.01"))


def report(what, start, tasks):
    finished = sum(not t.cancelled() and t.exception() is None for t in tasks)
    cancelled = sum(t.cancelled() for t in tasks)
    print(f"{what}: {finished} finished, {cancelled} cancelled", end=" ")
    print(f"({time.perf_counter() - start:.2f} s in all)")


async def gather():
    tasks = [asyncio.create_task(dues(n)) for n in range(1, TASKS + 1)]
    try:
        await asyncio.gather(*tasks)
    except ValueError as error:
        running = sum(not t.done() for t in tasks)
        print(f"gather raised {error!r} while {running} others still ran")
        await asyncio.wait(tasks)  # or leave them behind
        return "raised ValueError", tasks


async def gather_returning():
    tasks = [asyncio.create_task(dues(n)) for n in range(1, TASKS + 1)]
    results = await asyncio.gather(*tasks, return_exceptions=True)
    errors = [r for r in results if isinstance(r, Exception)]
    return "returned " + ", ".join(type(e).__name__ for e in errors), tasks


async def task_group():
    tasks = []
    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(dues(n)) for n in range(1, TASKS + 1)]
    except* ValueError as errors:
        names = ", ".join(type(e).__name__ for e in errors.exceptions)
        what = f"raised {type(errors).__name__}({names})"
    return what, tasks


for way in gather, gather_returning, task_group:
    start = time.perf_counter()
    what, tasks = asyncio.run(way())
    report(what, start, tasks)
