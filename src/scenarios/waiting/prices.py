from decimal import Decimal

GOLD = Decimal("60.00")
SILVER = Decimal("0.75")
RATE = Decimal("1.00")
GOLD_GRAMS = Decimal("85")
SILVER_GRAMS = Decimal("595")
GOLD_WAIT = 0.2
SILVER_WAIT = 0.2
RATE_WAIT = 0.1

import asyncio
import time


async def fetch(figure, wait):
    await asyncio.sleep(wait)  # stands for a request and its answer
    return figure


async def one_after_another():
    gold = await fetch(GOLD, GOLD_WAIT)
    silver = await fetch(SILVER, SILVER_WAIT)
    rate = await fetch(RATE, RATE_WAIT)
    return gold, silver, rate


async def all_at_once():
    return await asyncio.gather(
        asyncio.create_task(fetch(GOLD, GOLD_WAIT), name="gold"),
        asyncio.create_task(fetch(SILVER, SILVER_WAIT), name="silver"),
        asyncio.create_task(fetch(RATE, RATE_WAIT), name="rate"),
    )


for way in one_after_another, all_at_once:
    start = time.perf_counter()
    gold, silver, rate = asyncio.run(way())
    seconds = time.perf_counter() - start
    cent = Decimal("0.01")
    gold_worth = (gold * GOLD_GRAMS * rate).quantize(cent)
    silver_worth = (silver * SILVER_GRAMS * rate).quantize(cent)
    print(f"{way.__name__}: {gold_worth} and {silver_worth} after {seconds:.2f} s")
