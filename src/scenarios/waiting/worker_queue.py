ITEMS = 20
WORKERS = 5
SHORTEST = 0.1
LONGEST = 0.3

import asyncio
import random
import time


async def worker(name, queue, done):
    while True:
        item = await queue.get()
        await asyncio.sleep(random.uniform(SHORTEST, LONGEST))  # stands for the work
        done.append((item, name))
        queue.task_done()


async def main():
    queue = asyncio.Queue()
    done = []
    workers = [asyncio.create_task(worker(n, queue, done)) for n in range(WORKERS)]
    start = time.perf_counter()
    for item in range(ITEMS):
        await queue.put(item)
    await queue.join()  # until task_done was called for every item
    for task in workers:
        task.cancel()
    ended = await asyncio.gather(*workers, return_exceptions=True)
    cancelled = sum(isinstance(end, asyncio.CancelledError) for end in ended)
    print(f"{len(done):,} processed, {len({item for item, _ in done}):,} different ones")
    print(f"after {time.perf_counter() - start:.2f} s")
    print(f"{cancelled} of {WORKERS} workers cancelled")


asyncio.run(main())
