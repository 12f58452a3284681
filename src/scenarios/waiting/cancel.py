STEPS = 10
STEP = 0.3
CLEAN_UP = 0.3
CANCEL_AFTER = 1.0

import asyncio
import time


async def take_step():
    await asyncio.sleep(STEP)  # stands for a piece of work
    taken.append(STEP)


async def swallows():
    for _ in range(STEPS):
        try:
            await take_step()
        except asyncio.CancelledError:
            pass  # bad: as if nothing had been asked
    await asyncio.sleep(CLEAN_UP)


async def passes_on():
    try:
        for _ in range(STEPS):
            await take_step()
    finally:
        await asyncio.sleep(CLEAN_UP)  # cleans up; then the CancelledError goes on


async def main(worker):
    task = asyncio.create_task(worker())
    await asyncio.sleep(CANCEL_AFTER)
    start, before = time.perf_counter(), len(taken)
    task.cancel()
    await asyncio.wait([task])  # raises nothing of the task's: a cancellation heard here is ours
    if task.cancelled():
        ended = "cancelled"
    else:
        task.result()  # a bug should show
        ended = "finished"
    more = len(taken) - before
    print(f"{worker.__name__}: {ended}, {time.perf_counter() - start:.1f} s and {more} more steps after the request")


for worker in swallows, passes_on:
    taken = []
    asyncio.run(main(worker))
