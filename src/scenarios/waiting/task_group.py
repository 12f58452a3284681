from decimal import Decimal

WORK = 0.1
THRESHOLD = Decimal("5000")
RATE = Decimal("2.5")
WEALTH_1 = Decimal("100000")
WEALTH_2 = Decimal("3000")
WEALTH_3 = Decimal("250000")
WEALTH_4 = Decimal("75000")
WEALTH_5 = Decimal("4500")

import asyncio
import time

people = [WEALTH_1, WEALTH_2, WEALTH_3, WEALTH_4, WEALTH_5]


async def person(wealth):
    await asyncio.sleep(WORK)
    due = wealth * RATE / 100 if wealth >= THRESHOLD else Decimal(0)
    return due.quantize(Decimal("0.01"))


async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(person(wealth)) for wealth in people]
    # here all tasks have ended
    print(f"{sum(t.done() for t in tasks)} of {len(tasks)} ended")
    return [t.result() for t in tasks]


start = time.perf_counter()
dues = asyncio.run(main())
print(", ".join(str(due) for due in dues))
free = sum(wealth < THRESHOLD for wealth in people)
print(f"{len(people) - free} owe, {free} do not")
print(f"{time.perf_counter() - start:.2f} s in all")
