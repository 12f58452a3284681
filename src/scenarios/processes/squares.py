JOBS = 2
NUMBERS = 10000000
WORKERS = 2

import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def sum_of_squares(n):
    total = 0
    for i in range(n):
        total += i * i
    return total


def pooled(executor):
    with executor(max_workers=WORKERS) as pool:
        return list(pool.map(sum_of_squares, [NUMBERS] * JOBS))


def show(model, run):
    start = time.perf_counter()
    sums = run()
    print(f"{model}: {len(sums)} jobs, {' and '.join(sorted(set(map(str, sums))))} in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    show("sequential", lambda: [sum_of_squares(NUMBERS) for _ in range(JOBS)])
    show("threads", lambda: pooled(ThreadPoolExecutor))
    show("processes", lambda: pooled(ProcessPoolExecutor))
