RECORDS = 10
FETCH = 0.3
NUMBERS = 2000000
AT_ONCE = 5
WORKERS = 4

import asyncio
import sqlite3
import time
from concurrent.futures import ProcessPoolExecutor

# In Python a sum takes about a hundred times as long, so this program adds fewer squares.
SQUARES = min(NUMBERS, 100_000)


def compute(n):
    return sum(i * i for i in range(n))


def formula(n):
    return n * (n - 1) * (2 * n - 1) // 6


class Pipeline:
    def __init__(self, pool):
        self.pool = pool
        self.gate = asyncio.Semaphore(AT_ONCE)
        self.table = sqlite3.connect(":memory:")
        self.table.execute("create table records (id integer primary key, value text)")
        self.times = [0.0, 0.0, 0.0]

    async def record(self, number):
        begun = time.perf_counter()
        async with self.gate:
            await asyncio.sleep(FETCH)
        fetched = time.perf_counter()
        loop = asyncio.get_running_loop()
        value = await loop.run_in_executor(self.pool, compute, SQUARES + number)
        computed = time.perf_counter()
        self.table.execute("insert into records values (?, ?)", (number, str(value)))
        for phase, spent in enumerate([fetched - begun, computed - fetched, time.perf_counter() - computed]):
            self.times[phase] += spent

    def report(self, way):
        rows = self.table.execute("select id, value from records").fetchall()
        right = sum(int(value) == formula(SQUARES + number) for number, value in rows)
        phases = zip(["fetching", "computing", "storing"], self.times)
        spent = ", ".join(f"{name} {total / RECORDS * 1000:.1f} ms" for name, total in phases)
        print(f"{way}: {len(rows):,} records stored, {right:,} right; a record spent {spent}")


async def one_after_another():
    with ProcessPoolExecutor(1) as pool:
        pipeline = Pipeline(pool)
        for number in range(1, RECORDS + 1):
            await pipeline.record(number)
        pipeline.report("one after another")


async def together():
    with ProcessPoolExecutor(WORKERS) as pool:
        pipeline = Pipeline(pool)
        await asyncio.gather(*map(pipeline.record, range(1, RECORDS + 1)))
        pipeline.report("together")


if __name__ == "__main__":
    asyncio.run(one_after_another())
    asyncio.run(together())
