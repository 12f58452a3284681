WAITERS = 3
DELAY = 2.0
PERIOD = 1.0

import threading
import time


def main():
    ready, stop = threading.Event(), threading.Event()
    woken, turns, ended = [], 0, 0.0

    def waiter():
        ready.wait()
        woken.append(time.monotonic())

    def worker():
        nonlocal turns, ended
        while not stop.wait(PERIOD):  # a pause that the event can end
            turns += 1
        ended = time.monotonic()

    threads = [threading.Thread(target=waiter) for _ in range(WAITERS)]
    threads.append(threading.Thread(target=worker))
    for thread in threads:
        thread.start()
    time.sleep(DELAY)
    set_at = time.monotonic()
    ready.set()
    time.sleep(PERIOD / 2)
    stopped = time.monotonic()
    stop.set()
    for thread in threads:
        thread.join()
    print(f"{len(woken)} went on, the last {(max(woken) - set_at) * 1000:.2f} ms after the event")
    print(f"the worker made {turns} turns and ended {(ended - stopped) * 1000:.2f} ms after the stop")


if __name__ == "__main__":
    main()
