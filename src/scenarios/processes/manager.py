PROCESSES = 4
UPDATES = 5

import time
from multiprocessing import Manager, Process


def update(me, shared_dict, shared_list):
    for n in range(1, UPDATES + 1):
        shared_dict[me] = n
        shared_list.append(me)


if __name__ == "__main__":
    with Manager() as manager:
        shared_dict, shared_list = manager.dict(), manager.list()
        children = [Process(target=update, args=(i, shared_dict, shared_list)) for i in range(PROCESSES)]
        start = time.perf_counter()
        for child in children:
            child.start()
        for child in children:
            child.join()
        took = time.perf_counter() - start
        whole, entries = shared_dict.copy(), shared_list[:]  # a call each
        # Each append left an entry, each process the number of its updates. What proxies call to come and go is not in it.
        calls = len(entries) + sum(whole.values()) + 2
        print(whole)
        print(f"{len(whole)} keys, {len(entries)} entries, {calls} calls in {took:.3f} s")
