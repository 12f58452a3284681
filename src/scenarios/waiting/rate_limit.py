CALLS = 50
AT_ONCE = 5
RATE = 10
WORK = 0.1

import asyncio
import itertools
import time


class Naive:
    last = float("-inf")

    async def wait(self):
        pause = self.last + 1 / RATE - time.perf_counter()
        if pause > 0:
            await asyncio.sleep(pause)  # meanwhile others read the same self.last
        self.last = time.perf_counter()
        return self.last


class Reserving:
    free = float("-inf")

    async def wait(self):
        now = time.perf_counter()
        moment = max(now, self.free)
        self.free = moment + 1 / RATE  # taken, before anybody else can look
        if moment > now:
            await asyncio.sleep(moment - now)
        return moment


async def main(limiter):
    gate = asyncio.Semaphore(AT_ONCE)
    moments, began = [], []

    async def call():
        async with gate:
            moments.append(await limiter.wait())
            began.append(time.perf_counter())
            await asyncio.sleep(WORK)  # stands for the call

    start = time.perf_counter()
    await asyncio.gather(*(call() for _ in range(CALLS)))
    total = time.perf_counter() - start
    most = max(sum(first <= at < first + 1 for at in began) for first in began)
    print(f"{type(limiter).__name__}: {len(began):,} calls made in {total:.2f} s, up to {most} in one second")
    moments.sort()
    if len(moments) > 1:
        nearest = min(after - at for at, after in itertools.pairwise(moments))
        print(f"  the nearest two moments it gave: {1000 * nearest:.0f} ms apart")


for limiter in Naive(), Reserving():
    asyncio.run(main(limiter))
