from decimal import Decimal

LATENCY = 0.1
PRICE = Decimal("60.00")
GRAMS = Decimal("85")

import asyncio
import time


async def fetch():
    await asyncio.sleep(LATENCY)  # stands for a request and its answer
    return PRICE


async def main():
    coroutine = fetch()  # nothing has run yet
    price = await coroutine  # now it runs, and this task waits
    return (price * GRAMS).quantize(Decimal("0.01"))


start = time.perf_counter()
threshold = asyncio.run(main())
print(f"the threshold is {threshold} after {time.perf_counter() - start:.2f} s")
