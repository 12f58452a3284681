"""The CPython contender for the GIL: one thread spins, another sleeps half a millisecond at a time for a second. A line names
the switch interval; the answer is `<nanoseconds a wake-up> 0`."""

import sys
import threading
import time

INTERVALS = {"gil-5": 0.005, "gil-1": 0.001, "gil-half": 0.0005}


def spin():
    while not enough:
        pass


for line in sys.stdin:
    sys.setswitchinterval(INTERVALS[line.split()[0]])
    enough = False
    spinner = threading.Thread(target=spin)
    spinner.start()
    start, wakes = time.perf_counter_ns(), 0
    while (took := time.perf_counter_ns() - start) < 1_000_000_000:
        time.sleep(0.0005)
        wakes += 1
    enough = True
    spinner.join()
    print(took // wakes, 0, flush=True)
