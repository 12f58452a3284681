JOBS = 8
WAIT = 1.0
WORKERS = 8

import asyncio
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def request(n):
    time.sleep(WAIT)  # lets go of the GIL, as reading from a socket does
    return n


def sequential():
    return [request(n) for n in range(JOBS)]


def pooled(executor):
    with executor(max_workers=WORKERS) as pool:
        return list(pool.map(request, range(JOBS)))


async def on_a_loop():
    gate = asyncio.Semaphore(WORKERS)

    async def wait(n):
        async with gate:
            await asyncio.sleep(WAIT)
        return n

    return await asyncio.gather(*map(wait, range(JOBS)))


def show(model, run):
    start = time.perf_counter()
    done = run()
    print(f"{model}: {len(done)} jobs done in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    show("sequential", sequential)
    show("asyncio", lambda: asyncio.run(on_a_loop()))
    show("threads", lambda: pooled(ThreadPoolExecutor))
    show("processes", lambda: pooled(ProcessPoolExecutor))
