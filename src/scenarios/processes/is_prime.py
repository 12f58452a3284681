FIRST = 112272535095293
SECOND = 112582705942171
THIRD = 115280095190773
FOURTH = 115797848077099
WORKERS = 4

import math
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

NUMBERS = [FIRST, SECOND, THIRD, FOURTH]


def least_divisor(n):
    if n % 2 == 0:
        return 2
    for divisor in range(3, math.isqrt(n) + 1, 2):
        if n % divisor == 0:
            return divisor
    return n


def describe(n):
    divisor = least_divisor(n)
    return "prime" if divisor == n else f"{divisor} × {n // divisor}"


def pooled(executor):
    with executor(max_workers=WORKERS) as pool:
        return list(pool.map(describe, NUMBERS))


def show(model, run):
    start = time.perf_counter()
    said = run()
    print(f"{model}: {', '.join(said)} in {time.perf_counter() - start:.2f} s")
    print(f"  {said.count('prime')} of {len(NUMBERS)} are prime")


if __name__ == "__main__":
    show("sequential", lambda: list(map(describe, NUMBERS)))
    show("threads", lambda: pooled(ThreadPoolExecutor))
    show("processes", lambda: pooled(ProcessPoolExecutor))
