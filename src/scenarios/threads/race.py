THREADS = 4
INCREMENTS = 100000

import queue
import threading
from concurrent.futures import ThreadPoolExecutor

counter = 0
lock = threading.Lock()


def unprotected():
    global counter
    for _ in range(INCREMENTS):
        counter += 1  # read, add, write: three steps


def locked():
    global counter
    for _ in range(INCREMENTS):
        with lock:
            counter += 1


def together(program):
    global counter
    counter = 0
    threads = [threading.Thread(target=program) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return counter


def queued():
    batches = queue.Queue(maxsize=64)

    def produce():
        for done in range(0, INCREMENTS, 100):
            batches.put(min(100, INCREMENTS - done))
        batches.put(None)

    def consume():
        total, producers = 0, THREADS
        while producers:
            batch = batches.get()
            if batch is None:
                producers -= 1
            else:
                total += batch
        return total

    with ThreadPoolExecutor(max_workers=THREADS + 1) as pool:
        total = pool.submit(consume)
        for _ in range(THREADS):
            pool.submit(produce)
        return total.result()


def count_alone(_):
    own = 0
    for _ in range(INCREMENTS):
        own += 1
    return own


def aggregated():
    with ThreadPoolExecutor(max_workers=THREADS) as pool:
        return sum(pool.map(count_alone, range(THREADS)))


def show(way, total):
    print(f"{way}: {total:,} of {THREADS * INCREMENTS:,}, {THREADS * INCREMENTS - total:,} lost")


if __name__ == "__main__":
    show("none", together(unprotected))
    show("lock", together(locked))
    show("queue", queued())
    show("aggregate", aggregated())
