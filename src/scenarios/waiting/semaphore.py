JOBS = 10
LIMIT = 3
WORK = 1.0

import asyncio
import time


async def main():
    gate = asyncio.Semaphore(LIMIT)
    inside = peak = 0
    responses = []
    start = time.perf_counter()

    async def job():
        nonlocal inside, peak
        async with gate:
            inside += 1
            peak = max(peak, inside)
            await asyncio.sleep(WORK)
            inside -= 1
        responses.append(time.perf_counter() - start)

    await asyncio.gather(*(job() for _ in range(JOBS)))
    total = time.perf_counter() - start
    rounds = -(-JOBS // LIMIT)
    print(f"{len(responses):,} jobs done")
    print(f"{rounds} rounds, {total:.2f} s in all")
    print(f"at most {peak} inside at once")
    print(f"mean response {sum(responses) / JOBS:.2f} s")


asyncio.run(main())
