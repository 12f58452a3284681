JOBS = 20
WAIT = 0.1
COMPUTE = 20
WORKERS = 8
MOSTLY = 1  # 1: wait, 2: compute, 3: both
MANY = 1  # 1: tens, 2: hundreds
CALLS = 1  # what they wait for: 1: can be awaited, 2: blocks
GIL = 1  # while computing: 1: held by Python code, 2: let go of by a library, 3: none, on a free-threaded build
ENOUGH = 1  # in sequence: 1: is too slow, 2: is quick enough

import asyncio
import hashlib
import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

# Python needs about 100 times as long for a square, so fewer of them take the same time.
NUMBERS = COMPUTE * 1_000_000 // 100
BLOCK = bytes(1_000_000)
THREADS = "threads" if getattr(sys, "_is_gil_enabled", lambda: True)() else "free threads"


def compute():
    return hashed() if GIL == 2 else added()


def hashed():
    # hashlib lets go of the GIL meanwhile. A million bytes take about as long as a million squares.
    digest = hashlib.sha256()
    for _ in range(COMPUTE):
        digest.update(BLOCK)
    return digest.hexdigest()


def added():
    total = 0
    for i in range(NUMBERS):
        total += i * i
    return total


def job(_):
    time.sleep(WAIT)
    return compute()


def sequential():
    return list(map(job, range(JOBS)))


def pooled(executor):
    with executor(max_workers=WORKERS) as pool:
        return list(pool.map(job, range(JOBS)))


async def on_a_loop():
    async def one():
        await asyncio.sleep(WAIT)
        return compute()

    return await asyncio.gather(*(one() for _ in range(JOBS)))


async def loop_and_processes():
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(max_workers=WORKERS) as pool:

        async def one():
            await asyncio.sleep(WAIT)
            return await loop.run_in_executor(pool, compute)

        return await asyncio.gather(*(one() for _ in range(JOBS)))


def named():
    if ENOUGH == 2:
        return "sequential"
    if MOSTLY == 1:
        return "asyncio" if MANY == 2 and CALLS == 1 else "threads"
    if MOSTLY == 2:
        return {1: "processes", 2: "threads", 3: "free threads"}[GIL]
    return "asyncio + processes"


MODELS = {
    "sequential": sequential,
    "asyncio": lambda: asyncio.run(on_a_loop()),
    THREADS: lambda: pooled(ThreadPoolExecutor),
    "processes": lambda: pooled(ProcessPoolExecutor),
    "asyncio + processes": lambda: asyncio.run(loop_and_processes()),
}

if __name__ == "__main__":
    times = {}
    for model, run in MODELS.items():
        start = time.perf_counter()
        sums = run()
        times[model] = time.perf_counter() - start
        print(f"{model}: {len(sums)} jobs done in {times[model]:.2f} s, each gave {set(sums).pop()}")
    print(f"the tree names {named()}; the fastest was {min(times, key=times.get)}")
