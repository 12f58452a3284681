FILES = 3
FIRST = 2.0
SECOND = 3.0
THIRD = 1.0
MAIN = 1.5

import threading
import time

WAITS = [(FIRST, SECOND, THIRD)[n % 3] for n in range(FILES)]
done = []


def download(number, wait):
    time.sleep(wait)
    done.append(number)


def in_turn():
    for number, wait in enumerate(WAITS):
        download(number, wait)


def threads():
    workers = [threading.Thread(target=download, args=job) for job in enumerate(WAITS)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def daemons():
    for job in enumerate(WAITS):
        threading.Thread(target=download, args=job, daemon=True).start()
    time.sleep(MAIN)  # nobody joins them: they die when the program ends


for way in (in_turn, threads, daemons):
    done.clear()
    start = time.perf_counter()
    way()
    print(f"{way.__name__}: {len(done)} of {FILES} files in {time.perf_counter() - start:.2f} s")
