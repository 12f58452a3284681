CALLS = 3
WORK = 2.0
BEAT = 0.05

import asyncio
import itertools
import time


async def blocking():
    time.sleep(WORK)  # nobody else on this loop runs meanwhile


async def awaiting():
    await asyncio.sleep(WORK)


async def to_a_thread():
    await asyncio.to_thread(time.sleep, WORK)


async def heartbeat(beats):
    while True:
        await asyncio.sleep(BEAT)
        beats.append(time.perf_counter())


async def main(call):
    beats = [time.perf_counter()]
    heart = asyncio.create_task(heartbeat(beats), name="heartbeat")
    await asyncio.sleep(4 * BEAT)
    start = time.perf_counter()
    await asyncio.gather(*(asyncio.create_task(call(), name=f"call {n}") for n in range(1, CALLS + 1)))
    seconds = time.perf_counter() - start
    await asyncio.sleep(4 * BEAT)
    heart.cancel()
    pause = max(later - earlier for earlier, later in itertools.pairwise(beats))
    print(f"{call.__name__}: calls done: {CALLS} after {seconds:.2f} s, {len(beats) - 1} beats, longest pause {pause:.2f} s")


for way in blocking, awaiting, to_a_thread:
    asyncio.run(main(way))
