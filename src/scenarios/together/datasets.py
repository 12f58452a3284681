SETS = 4
FETCH = 1.0
VALUES = 50000
WORKERS = 4

import asyncio
import math
import statistics
import time
from concurrent.futures import ProcessPoolExecutor


def is_prime(n):
    if n < 4:
        return n > 1
    if n % 2 == 0 or n % 3 == 0:
        return False
    return all(n % i and n % (i + 2) for i in range(5, math.isqrt(n) + 1, 6))


def describe(values):
    return float(statistics.mean(values)), statistics.pstdev(values), sum(map(is_prime, values))


async def fetch():
    await asyncio.sleep(FETCH)  # stands for a request and its answer
    return list(range(1, VALUES + 1))


async def fetch_and_describe(pool):
    values = await fetch()
    return await asyncio.get_running_loop().run_in_executor(pool, describe, values)


async def one_after_another():
    with ProcessPoolExecutor(1) as pool:
        return [await fetch_and_describe(pool) for _ in range(SETS)]


async def together():
    with ProcessPoolExecutor(WORKERS) as pool:
        return await asyncio.gather(*(fetch_and_describe(pool) for _ in range(SETS)))


if __name__ == "__main__":
    for way in one_after_another, together:
        start = time.perf_counter()
        for mean, deviation, primes in asyncio.run(way()):
            print(f"mean {mean}, deviation {deviation}, {primes:,} primes")
        print(f"{way.__name__}: {time.perf_counter() - start:.2f} s")
