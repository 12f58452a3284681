CALLS = 10
WORKERS = 4
ADDITIONS = 100

import time
from multiprocessing import get_context

TASKS = 8


def add_up(n):
    total = 0
    for i in range(n):
        total += i
    return total


def call(pool):
    return sum(pool.map(add_up, [ADDITIONS * 1000] * TASKS))


def show(way, run):
    start = time.perf_counter()
    total, started = run()
    print(f"{way}: {total:,} with {started} processes in {time.perf_counter() - start:.3f} s")


def a_pool_per_call(context):
    total = started = 0
    for _ in range(CALLS):
        with context.Pool(WORKERS) as pool:
            total += call(pool)
            started += WORKERS
    return total, started


def one_pool(context):
    with context.Pool(WORKERS) as pool:
        return sum(call(pool) for _ in range(CALLS)), WORKERS


if __name__ == "__main__":
    context = get_context("spawn")
    show("a pool per call", lambda: a_pool_per_call(context))
    show("one pool", lambda: one_pool(context))
