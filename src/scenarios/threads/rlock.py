DEPTH = 5
THREADS = 2
VISIT = 0.005

import threading
import time


class Tree:
    """Below node n are 2n and 2n + 1; its value is n."""

    def __init__(self, lock):
        self.lock = lock

    def total(self, node=1):
        if node >= 2**DEPTH:
            return 0
        with self.lock:  # the same lock again for every branch
            time.sleep(VISIT)
            return node + self.total(2 * node) + self.total(2 * node + 1)


def show(kind, lock):
    tree, sums = Tree(lock), []
    # Daemons: the program must be able to end without those that never will.
    threads = [threading.Thread(target=lambda: sums.append(tree.total()), daemon=True) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    end = time.monotonic() + THREADS * 2**DEPTH * (VISIT + 0.005) + 1
    for thread in threads:
        thread.join(max(0, end - time.monotonic()))
    stuck = any(thread.is_alive() for thread in threads)
    print(f"{kind}: {'deadlock' if stuck else ' and '.join(f'{n:,}' for n in sorted(set(sums)))}")


if __name__ == "__main__":
    show("Lock", threading.Lock())
    show("RLock", threading.RLock())
