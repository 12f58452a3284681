TASKS = 10_000
WAIT = 1.0
THREADS = 16

import asyncio
import statistics
import threading
import time
import tracemalloc

late = []


async def nap():
    start = time.perf_counter()
    await asyncio.sleep(WAIT)
    late.append(time.perf_counter() - start - WAIT)


async def main():
    tracemalloc.start()
    tasks = [asyncio.create_task(nap()) for _ in range(TASKS)]
    await asyncio.sleep(0)  # every task takes its first step, and falls asleep
    taken, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    await asyncio.gather(*tasks)
    print(f"{len(late):,} tasks woke up, {taken // TASKS:,} bytes each")


start = time.perf_counter()
asyncio.run(main())
print(f"tasks: {time.perf_counter() - start:.2f} s, half of them at most {statistics.median(late) * 1_000:.0f} ms late")

start = time.perf_counter()
threads = [threading.Thread(target=time.sleep, args=[WAIT]) for _ in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{THREADS} threads woke up: {time.perf_counter() - start:.2f} s")
