JOBS = 10
FROM = 1.0
TO = 1.0
WORKERS = 3

import random
import time
from concurrent.futures import ThreadPoolExecutor

delays = [random.uniform(min(FROM, TO), max(FROM, TO)) for _ in range(JOBS)]


def request(delay):
    time.sleep(delay)
    return delay


def sequential():
    return [request(delay) for delay in delays]


def pooled():
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(request, delays))


def show(model, run):
    start = time.perf_counter()
    done = run()
    print(f"{model}: {len(done)} jobs done in {time.perf_counter() - start:.2f} s")


show("sequential", sequential)
show("threads", pooled)
