TASKS = 10
WORKERS = 4

import time
from multiprocessing import Pool


def add_up(n):
    return sum(range(n))


def bar(done, start):
    print(f"  {'#' * done:<{TASKS}} {done} of {TASKS} after {time.perf_counter() - start:.3f} s")


def run(way, pool):
    print(way)
    numbers = [n * 1_000_000 for n in range(1, TASKS + 1)]
    start = time.perf_counter()
    results = []
    if way == "map":
        results = pool.map(add_up, numbers)
        bar(TASKS, start)
    elif way == "apply_async":
        calls = [pool.apply_async(add_up, (n,)) for n in numbers]
        for call in calls:
            results.append(call.get())
            bar(len(results), start)
    else:
        for result in pool.imap(add_up, numbers):
            results.append(result)
            bar(len(results), start)
    print(f"  in order: {results == [n * (n - 1) // 2 for n in numbers]}, sum {sum(results):,}")


if __name__ == "__main__":
    with Pool(WORKERS) as pool:
        for way in ["map", "apply_async", "imap"]:
            run(way, pool)
