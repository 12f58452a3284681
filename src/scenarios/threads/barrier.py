THREADS = 4
ROUNDS = 3
WORK = 0.5

import random
import threading
import time


def main():
    barrier = threading.Barrier(THREADS)
    log = []  # what happened, in this order

    def rounds(n):
        for r in range(ROUNDS):
            log.append((r, n, "begin"))
            time.sleep(random.uniform(WORK / 5, WORK))
            log.append((r, n, "end"))
            barrier.wait()  # until all have come

    threads = [threading.Thread(target=rounds, args=(n,)) for n in range(1, THREADS + 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    early = sum(
        what == "begin" and any(other < r and end == "end" for other, _, end in log[at:])
        for at, (r, _, what) in enumerate(log)
    )
    print(f"{ROUNDS} rounds, {early} early")
    for r in range(ROUNDS):
        print(f"round {r + 1}: ended", ", ".join(str(n) for when, n, what in log if when == r and what == "end"))


if __name__ == "__main__":
    main()
