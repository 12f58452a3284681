THREADS = 10
LIMIT = 3
WORK = 2.0

import threading
import time

gate = threading.Semaphore(LIMIT)
lock = threading.Lock()
inside = peak = done = 0


def work():
    global inside, peak, done
    with gate:
        with lock:
            inside += 1
            peak = max(peak, inside)
        time.sleep(WORK)
        with lock:
            inside -= 1
            done += 1


start = time.perf_counter()
threads = [threading.Thread(target=work) for _ in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(f"{done} threads done in {time.perf_counter() - start:.2f} s")
print(f"at most {peak} inside at once")
