WORK = 1
JOBS = 8
STEPS = 1000000
COUNTS = 50000000
WORKERS = 4

import sys
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from decimal import Decimal


def compound(steps):
    value, rate = Decimal("100000"), Decimal("1.0000001")
    for _ in range(steps):
        value *= rate
    return value * Decimal("0.025")


def counter(counts):
    count = 0
    for _ in range(counts):
        count += 1
    return count


job, size = (counter, COUNTS) if WORK == 2 else (compound, STEPS)


def sequential():
    return [job(size) for _ in range(JOBS)]


def pooled(executor):
    with executor(max_workers=WORKERS) as pool:
        return list(pool.map(job, [size] * JOBS))


def show(model, run):
    start = time.perf_counter()
    results = run()
    seconds = time.perf_counter() - start
    print(f"{model}: {' and '.join(map(str, sorted(set(results))))} in {seconds:.3f} s")


if __name__ == "__main__":
    print(f"the switch interval is {1000 * sys.getswitchinterval():g} ms")
    show("sequential", sequential)
    show("threads", lambda: pooled(ThreadPoolExecutor))
    show("processes", lambda: pooled(ProcessPoolExecutor))
