WORK = 0.02
WAIT = 0.2
HOLD = 0.3

import threading
import time

lock = threading.Lock()
asks = threading.Event()


def compute():
    end = time.perf_counter() + WORK
    while time.perf_counter() < end:
        pass


def work():
    compute()  # running, or runnable: it wants the GIL
    time.sleep(WAIT)  # waiting
    asks.set()
    with lock:  # blocked
        compute()


worker = threading.Thread(target=work, name="worker")
alive = [worker.is_alive()]  # new
with lock:
    compute()
    worker.start()
    alive.append(worker.is_alive())
    asks.wait()
    time.sleep(HOLD)
worker.join()
alive.append(worker.is_alive())  # terminated
print("alive:", ", ".join("yes" if one else "no" for one in alive))
