TASKS = 3
FIRST = 2.0
SECOND = 1.5
THIRD = 1.0

import asyncio
import time
from itertools import cycle, islice

delays = list(islice(cycle([FIRST, SECOND, THIRD]), TASKS))


async def fetch(n, delay):
    await asyncio.sleep(delay)  # stands for a request and its answer
    return n


async def one_after_another():
    return [await fetch(n, delay) for n, delay in enumerate(delays, 1)]


async def all_at_once():
    return await asyncio.gather(*(fetch(n, delay) for n, delay in enumerate(delays, 1)))


for way in one_after_another, all_at_once:
    start = time.perf_counter()
    results = asyncio.run(way())
    seconds = time.perf_counter() - start
    order = "in call order" if results == sorted(results) else "in another order"
    print(f"{way.__name__}: results: {len(results):,}, {order}, after {seconds:.2f} s")
