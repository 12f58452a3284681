"""The CPython contender for processes: a pool of two from nothing to both answers, by the start method that the argument
names; answers `<nanoseconds> <check>` to each line. It imports little, since spawned processes import it too."""

import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context


def primes_below(limit):
    return sum(1 for n in range(2, limit) if all(n % d for d in range(2, n)))


if __name__ == "__main__":
    for line in sys.stdin:
        start = time.perf_counter_ns()
        with ProcessPoolExecutor(2, mp_context=get_context(sys.argv[1])) as pool:
            check = sum(future.result() for future in [pool.submit(primes_below, 10) for _ in range(2)])
            took = time.perf_counter_ns() - start
        print(took, check, flush=True)
