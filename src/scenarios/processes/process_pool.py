JOBS = 8
STEPS = 1000000
WORKERS = 4

import time
from concurrent.futures import ProcessPoolExecutor
from decimal import Decimal


def compound(steps):
    amount, rate = Decimal(100000), Decimal("1.0000001")
    for _ in range(steps):
        amount *= rate
    return amount * Decimal("0.025")


def sequential():
    return [compound(STEPS) for _ in range(JOBS)]


def pooled():
    # Starting the processes is part of the time, as it is of every program's.
    with ProcessPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(compound, [STEPS] * JOBS))


def show(model, run):
    start = time.perf_counter()
    amounts = run()
    seconds = time.perf_counter() - start
    print(f"{model}: {len(amounts)} jobs, {' and '.join(sorted(set(map(str, amounts))))} in {seconds:.3f} s")


if __name__ == "__main__":
    show("sequential", sequential)
    show("processes", pooled)
