URLS = 6
AT_ONCE = 3
ANSWER = 1.0
LIMIT = 5.0
ATTEMPTS = 3
BACK_OFF = 0.1
FAILING = 5
FAILURES = 6

import asyncio
import time


async def fetch(url, attempt):
    await asyncio.sleep(ANSWER)  # stands for a request and its answer
    if url == FAILING and attempt <= FAILURES:
        raise ConnectionError("no answer")


async def fetch_with_retry(url, gate):
    async with gate:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                await asyncio.wait_for(fetch(url, attempt), LIMIT)
                return True
            except (ConnectionError, TimeoutError) as error:
                print(f"URL {url}: {type(error).__name__} in try {attempt}")
            if attempt < ATTEMPTS:
                pause = BACK_OFF * 2**attempt
                print(f"URL {url}: pauses {pause:.1f} s")
                await asyncio.sleep(pause)
    print(f"URL {url}: given up after {ATTEMPTS} tries")
    return False


async def main():
    gate = asyncio.Semaphore(AT_ONCE)
    start = time.perf_counter()
    results = await asyncio.gather(*(fetch_with_retry(url, gate) for url in range(1, URLS + 1)))
    print(f"{sum(results)} of {URLS} answered")
    print(f"after {time.perf_counter() - start:.1f} s")


asyncio.run(main())
