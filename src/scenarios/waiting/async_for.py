VALUES = 5
EVERY = 0.5
LEAVE = 3

import asyncio
import contextlib
import time

steps = []


class Count:
    def __init__(self):
        self.n = 0

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == VALUES:
            raise StopAsyncIteration
        await asyncio.sleep(EVERY)
        self.n += 1
        return self.n


async def counting():
    try:
        for n in range(1, VALUES + 1):
            await asyncio.sleep(EVERY)
            yield n
    finally:
        steps.append("cleaned up")


async def over(items, leave):
    got = []
    async for n in items:
        got.append(n)
        if n == leave:
            break
    return got


async def to_the_end():
    got = await over(counting(), None)
    steps.append("after the loop")
    return got


async def break_():
    got = await over(counting(), LEAVE)  # nobody holds the generator any more
    steps.append("after the loop")
    return got


async def aclosing():
    async with contextlib.aclosing(counting()) as items:
        got = await over(items, LEAVE)
    steps.append("after the loop")
    return got


async def main(way):
    leave = None if way is to_the_end else LEAVE
    both = await asyncio.gather(over(Count(), leave), way())
    await asyncio.sleep(EVERY)  # something else, while the loop goes on
    values = [", ".join(map(str, got)) for got in both]
    print(f"{way.__name__}: {values[0]} and {values[1]}: {', '.join(steps)}")


for way in to_the_end, break_, aclosing:
    steps.clear()
    start = time.perf_counter()
    asyncio.run(main(way))
    print(f"  {time.perf_counter() - start:.2f} s in all")
