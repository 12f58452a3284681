WORK = 5.0
LIMIT = 2.0

import asyncio
import time


async def operation():
    try:
        await asyncio.sleep(WORK)  # stands for something slow
    except asyncio.CancelledError:
        print("  the operation sees CancelledError")
        raise  # always pass a cancellation on
    return "answer"


async def with_wait_for():
    return await asyncio.wait_for(operation(), LIMIT)


async def with_a_block():
    async with asyncio.timeout(LIMIT):
        # everything in here shares the limit
        return await operation()


for way in with_wait_for, with_a_block:
    print(way.__name__)
    start = time.perf_counter()
    try:
        result = asyncio.run(way())
    except TimeoutError as error:
        result = type(error).__name__
    print(f"  {result} after {time.perf_counter() - start:.1f} s")
