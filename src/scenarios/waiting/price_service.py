from decimal import Decimal

GOLD = Decimal("60.50")
SILVER = Decimal("0.76")
RATE = Decimal("1.00")
RISE = Decimal("0.10")
PERIOD = 300.0
FETCH = 1.0
REFRESHES = 4
FAILS = 2
SPEED = 300  # every wait is divided by it

import asyncio
import time


async def fetch(figure, fails=False):
    await asyncio.sleep(FETCH / SPEED)
    if fails:
        raise ConnectionError("no answer")
    return figure


class Service:
    async def start(self):
        self.tried = 0
        self.updater = asyncio.create_task(self.update(), name="updater")
        await self.refresh(0)

    async def stop(self):
        self.updater.cancel()
        await asyncio.wait([self.updater])  # raises nothing of the updater's: a cancellation heard here is ours
        if self.updater.cancelled():
            print("the updater is cancelled")
        else:
            self.updater.result()  # a bug should show

    async def update(self):
        n = 1
        while True:
            await asyncio.sleep(PERIOD / SPEED)
            try:
                await self.refresh(n)
            except ConnectionError as failure:  # only what is expected: a bug should show
                print(f"refresh {n}: {failure}; the old prices stay")
            self.tried = n
            n += 1

    async def refresh(self, n):
        gold, silver, rate = await asyncio.gather(
            fetch(GOLD + n * RISE, fails=n > 0 and n == FAILS), fetch(SILVER), fetch(RATE)
        )
        self.prices = gold, silver, rate

    def answer(self):
        gold, silver, rate = self.prices
        cent = Decimal("0.01")
        return f"{(gold * 85 * rate).quantize(cent)} and {(silver * 595 * rate).quantize(cent)}"


async def main():
    service = Service()
    await service.start()
    print(service.answer())
    await asyncio.sleep(PERIOD / 2 / SPEED)
    for _ in range(REFRESHES):
        await asyncio.sleep(PERIOD / SPEED)
        print(f"after refresh {service.tried}: {service.answer()}")
    tried = service.tried
    await service.stop()
    await asyncio.sleep(2 * PERIOD / SPEED)
    print(f"{service.tried - tried} refreshes after the stop")


start = time.perf_counter()
asyncio.run(main())
print(f"{time.perf_counter() - start:.2f} s in all")
