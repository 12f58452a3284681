WORKERS = 4
JOB = 0.4
STOP_AFTER = 1.0
LIMIT = 30.0

import threading
import time


def main():
    stop = threading.Event()
    begun, done = [], []

    def worker(n):
        while not stop.is_set():  # between two jobs, never inside one
            begun.append(n)
            time.sleep(JOB * (1 + (n - 1) / 10))
            done.append(n)

    threads = [threading.Thread(target=worker, args=(n,)) for n in range(1, WORKERS + 1)]
    for thread in threads:
        thread.start()
    time.sleep(STOP_AFTER)
    start = time.monotonic()
    stop.set()
    for thread in threads:
        thread.join(max(0, start + LIMIT - time.monotonic()))  # one limit for all
    joined = sum(not thread.is_alive() for thread in threads)
    print(f"{joined} joined after {time.monotonic() - start:.2f} s")
    print(f"{len(done)} of {len(begun)} jobs done")


if __name__ == "__main__":
    main()
