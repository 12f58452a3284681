TASKS = 5
FROM = 0.5
TO = 3.0

import asyncio
import random
import time

delays = [random.uniform(FROM, TO) for _ in range(TASKS)]


async def work(n, ended):
    await asyncio.sleep(delays[n - 1])
    ended.append(n)
    return n


async def run(completed):
    start = time.perf_counter()
    ended, results, times = [], [], []
    tasks = [asyncio.create_task(work(n, ended)) for n in range(1, TASKS + 1)]
    for task in asyncio.as_completed(tasks) if completed else tasks:
        results.append(await task)
        times.append(time.perf_counter() - start)
    expected, how = (ended, "as they ended") if completed else (sorted(ended), "in call order")
    how = how if results == expected else "in another order"
    print(f"results: {len(results):,}, {how}:", *results)
    print(f"first after {times[0]:.2f} s, on average {sum(times) / TASKS:.2f} s, all {times[-1]:.2f} s")


asyncio.run(run(completed=True))
asyncio.run(run(completed=False))
