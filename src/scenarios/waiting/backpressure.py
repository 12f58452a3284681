ITEMS = 10
EVERY = 0.1
SIZE = 5
CONSUMERS = 2
WORK = 0.2

import asyncio
import time


async def main():
    queue = asyncio.Queue(maxsize=SIZE)
    consumed = []
    waited = 0
    deepest = 0

    async def put(item):
        nonlocal waited, deepest
        start = time.perf_counter()
        await queue.put(item)  # waits here while the queue is full
        waited += time.perf_counter() - start
        deepest = max(deepest, queue.qsize())

    async def producer():
        for item in range(ITEMS):
            await asyncio.sleep(EVERY)
            await put(item)
        await put(None)  # the sentinel: nothing comes after it

    async def consumer():
        while (item := await queue.get()) is not None:
            await asyncio.sleep(WORK)
            consumed.append(item)
        await queue.put(None)  # passed on to the next consumer

    start = time.perf_counter()
    await asyncio.gather(producer(), *(consumer() for _ in range(CONSUMERS)))
    print(f"{len(consumed):,} consumed after {time.perf_counter() - start:.2f} s")
    print(f"at most {deepest} of {SIZE} in the queue, the producer waited {waited:.2f} s")


asyncio.run(main())
