PRODUCERS = 3
ITEMS = 5
CONSUMERS = 2
SIZE = 10
MAKE = 0.05
USE = 0.08

import queue
import random
import threading
import time

shelf = queue.Queue(maxsize=SIZE)
used = []
filled = []


def produce(producer):
    for item in range(ITEMS):
        time.sleep(random.uniform(MAKE / 5, MAKE))
        shelf.put((producer, item))
        filled.append(shelf.qsize())


def consume():
    while (item := shelf.get()) is not None:  # None is the pill
        time.sleep(random.uniform(USE / 4, USE))
        used.append(item)


start = time.perf_counter()
producers = [threading.Thread(target=produce, args=(n,)) for n in range(PRODUCERS)]
consumers = [threading.Thread(target=consume) for _ in range(CONSUMERS)]
for thread in producers + consumers:
    thread.start()
for thread in producers:
    thread.join()
for _ in consumers:
    shelf.put(None)
for thread in consumers:
    thread.join()
print(f"at most {max(filled)} of {SIZE} in the queue")
print(f"{len(used)} items used, {len(set(used))} different")
print(f"all {CONSUMERS} consumers ended after {time.perf_counter() - start:.2f} s")
