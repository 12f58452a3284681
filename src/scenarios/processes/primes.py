LIMIT = 500000
WORKERS = 4
CHUNKS = 16

import asyncio
import itertools
import math
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def is_prime(n):
    if n < 4:
        return n > 1
    if n % 2 == 0 or n % 3 == 0:
        return False
    for i in range(5, math.isqrt(n) + 1, 6):
        if n % i == 0 or n % (i + 2) == 0:
            return False
    return True


def count_primes(chunk):
    return sum(1 for n in range(*chunk) if is_prime(n))


def split():
    # The last chunks shrink, a big and a small one making a whole, so that all workers end together.
    shrinking = 2 * max(0, min(WORKERS, CHUNKS - WORKERS)) + 1
    costs = [min(1, left / shrinking) for left in range(CHUNKS, 0, -1)]
    done = [0, *itertools.accumulate(costs)]
    # Later numbers cost more, so later chunks are narrower for the same cost.
    edges = [2 + round((LIMIT - 2) * (d / done[-1]) ** (2 / 3)) for d in done]
    return [(start, end) for start, end in itertools.pairwise(edges) if start < end]


def sequential():
    return sum(map(count_primes, split()))


def pooled(executor):
    with executor(max_workers=WORKERS) as pool:
        return sum(pool.map(count_primes, split()))


async def one_loop():
    async def count(chunk):
        return count_primes(chunk)  # never awaits, so nothing else can run meanwhile

    return sum(await asyncio.gather(*map(count, split())))


async def loop_and_processes():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(max_workers=WORKERS) as pool:
        jobs = [loop.run_in_executor(pool, count_primes, chunk) for chunk in split()]
        return sum(await asyncio.gather(*jobs))


def show(model, run):
    start = time.perf_counter()
    primes = run()
    print(f"{model}: {primes:,} primes in {time.perf_counter() - start:.3f} s")


if __name__ == "__main__":
    show("sequential", sequential)
    show("asyncio", lambda: asyncio.run(one_loop()))
    show("threads", lambda: pooled(ThreadPoolExecutor))
    show("processes", lambda: pooled(ProcessPoolExecutor))
    show("hybrid", lambda: asyncio.run(loop_and_processes()))
