TIME = 1.0
NAP = 500  # µs

import sys
import threading
import time


def spin(enough):
    while not enough.is_set():
        for _ in range(1000):
            pass


def wake_ups(interval):
    sys.setswitchinterval(interval)
    enough = threading.Event()
    spinner = threading.Thread(target=spin, args=(enough,))
    spinner.start()
    count, start = 0, time.perf_counter()
    while (lasted := time.perf_counter() - start) < TIME:
        time.sleep(NAP / 1_000_000)
        count += 1
    enough.set()
    spinner.join()
    return count / lasted


for interval in (0.005, 0.001, 0.0005):
    print(f"{interval * 1000:g} ms: {wake_ups(interval):.0f} wake-ups a second")
