TASKS = 5
STEP = 1.5
FAILING = 2
LIMIT = 5.0

import asyncio
import random
import time

ranks = list(range(1, TASKS + 1))  # which one to end each task is
random.shuffle(ranks)


async def work(rank):
    await asyncio.sleep(rank * STEP)
    if rank == FAILING:
        raise ValueError("it fails")


async def run(**how):
    start = time.perf_counter()
    tasks = [asyncio.create_task(work(rank)) for rank in ranks]
    done, pending = await asyncio.wait(tasks, **how)
    seconds = time.perf_counter() - start
    failed = sum(t.exception() is not None for t in done)
    for task in pending:
        task.cancel()  # wait itself cancels nobody
    if pending:
        await asyncio.wait(pending)
    left = sum(not t.done() for t in tasks)
    print(f"done {len(done)}, pending {len(pending)}", end=" ")
    print(f"after {seconds:.2f} s ({failed} failed, {left} left behind)")


async def main():
    await run(return_when=asyncio.FIRST_COMPLETED)
    await run(return_when=asyncio.FIRST_EXCEPTION)
    await run(return_when=asyncio.ALL_COMPLETED)
    await run(timeout=LIMIT)


asyncio.run(main())
