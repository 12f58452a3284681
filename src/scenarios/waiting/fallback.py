from decimal import Decimal

PRIMARY = 2.5
FALLBACK = 2.5
LIMIT = 1.5
PRIMARY_PRICE = Decimal("60.75")
FALLBACK_PRICE = Decimal("60.50")
DEFAULT_PRICE = Decimal("60.00")

import asyncio
import time


async def ask(name, wait, price):
    try:
        await asyncio.sleep(wait)  # stands for a request and its answer
    except asyncio.CancelledError:
        print(f"{name}: cancelled")
        raise  # always pass a cancellation on
    return price


async def current_price():
    late = 0
    sources = [("primary", PRIMARY, PRIMARY_PRICE), ("fallback", FALLBACK, FALLBACK_PRICE)]
    for name, wait, price in sources:
        try:
            return name, await asyncio.wait_for(ask(name, wait, price), LIMIT)
        except TimeoutError:
            late += 1
            print(f"{name}: TimeoutError, the limit passed {late} times")
    return "default", DEFAULT_PRICE


start = time.perf_counter()
source, price = asyncio.run(current_price())
print(f"{price} from {source} after {time.perf_counter() - start:.1f} s")
