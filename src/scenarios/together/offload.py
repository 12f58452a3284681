SUMS = 20
NUMBERS = 10000000
BEAT = 0.02
WORKERS = 2

import asyncio
import itertools
import time
from concurrent.futures import ProcessPoolExecutor

# In Python a sum takes about a hundred times as long, so this program computes two at most.
JOBS = min(SUMS, 2)


def sum_of_squares(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


async def heart(beats):
    while True:
        await asyncio.sleep(BEAT)
        beats.append(time.perf_counter())


async def on_the_loop():
    return [sum_of_squares(NUMBERS) for _ in range(JOBS)]  # bad: no await, no beat


async def to_a_thread():
    return await asyncio.gather(*(asyncio.to_thread(sum_of_squares, NUMBERS) for _ in range(JOBS)))


async def to_a_process():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(WORKERS) as pool:
        return await asyncio.gather(*(loop.run_in_executor(pool, sum_of_squares, NUMBERS) for _ in range(JOBS)))


async def beside_a_heart(way):
    beats = []
    task = asyncio.create_task(heart(beats))
    await asyncio.sleep(4 * BEAT)
    begun = time.perf_counter()
    sums = await way()
    ended = time.perf_counter()
    await asyncio.sleep(4 * BEAT)
    task.cancel()
    pause = max(later - earlier for earlier, later in itertools.pairwise(beats))
    meanwhile = sum(begun < beat < ended for beat in beats)
    took = f"{ended - begun:.2f} s, longest pause {pause * 1000:.0f} ms"
    print(f"{way.__name__}: {set(sums).pop()}, {meanwhile} beats in {took}")


if __name__ == "__main__":
    for way in on_the_loop, to_a_thread, to_a_process:
        asyncio.run(beside_a_heart(way))
