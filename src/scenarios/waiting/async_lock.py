TASKS = 100
WORK = 0.1

import asyncio
import time

number = 0


async def without_lock():
    global number
    read = number
    await asyncio.sleep(WORK)  # any other task may write meanwhile
    number = read + 1


async def main(locked):
    global number
    number = 0
    lock = asyncio.Lock()

    async def with_lock():
        async with lock:
            await without_lock()

    start = time.perf_counter()
    await asyncio.gather(*(with_lock() if locked else without_lock() for _ in range(TASKS)))
    seconds = time.perf_counter() - start
    print(f"{'lock' if locked else 'no lock'}: {number:,} after {seconds:.1f} s, {TASKS - number} lost")


asyncio.run(main(locked=False))
asyncio.run(main(locked=True))
