ACQUIRE = 0.1
USE = 0.05
RELEASE = 0.1

import asyncio
import time

steps = []


class Connection:
    async def __aenter__(self):
        await asyncio.sleep(ACQUIRE)
        steps.append("acquired")
        return self

    async def __aexit__(self, kind, raised, traceback):
        if kind:
            steps.append(f"{kind.__name__} inside")
        await asyncio.sleep(RELEASE)
        steps.append("released")
        return False  # the exception goes on


class Timer:
    async def __aenter__(self):
        self.start = time.perf_counter()
        return self

    async def __aexit__(self, kind, raised, traceback):
        self.shown = time.perf_counter() - self.start


async def normal():
    async with Connection():
        await asyncio.sleep(USE)
        steps.append("used")


async def exception():
    try:
        async with Connection():
            await asyncio.sleep(USE)
            raise ValueError("not a number")
    except ValueError as raised:
        steps.append(f"{type(raised).__name__} outside")


async def timer():
    async with Timer() as around:
        await normal()
    steps.append("timer stopped")
    print(f"the timer shows {around.shown:.2f} s")


for way in normal, exception, timer:
    steps.clear()
    start = time.perf_counter()
    asyncio.run(way())
    print(f"{way.__name__}: {', '.join(steps)}; {time.perf_counter() - start:.2f} s")
