from decimal import Decimal

BATCHES = 3
WAIT = 0.1
FIRST = Decimal("100000")
RATE = Decimal("2.5")
WORKERS = 3

import time
from concurrent.futures import ThreadPoolExecutor

batches = [(FIRST * n, FIRST * n + FIRST / 2) for n in range(1, BATCHES + 1)]


def work_out(slots, slot):
    time.sleep(WAIT)  # reading the batch
    slots[slot] = sum(batches[slot]) * RATE / 100  # nobody else writes this slot


def sequential(slots):
    for slot in range(BATCHES):
        work_out(slots, slot)


def threads(slots):
    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        for job in [pool.submit(work_out, slots, slot) for slot in range(BATCHES)]:
            job.result()


for way in sequential, threads:
    start = time.perf_counter()
    slots = [None] * BATCHES
    way(slots)
    shares = {100 * slot / sum(batch) for slot, batch in zip(slots, batches)}
    print(f"every slot holds {' and '.join(f'{share.normalize():f}' for share in shares)} % of its batch")
    shown = ", ".join(f"{slot.normalize():f}" for slot in slots)
    print(f"{way.__name__}: {shown}; sum {sum(slots).normalize():f} in {time.perf_counter() - start:.2f} s")
