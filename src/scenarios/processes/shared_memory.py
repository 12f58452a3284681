PROCESSES = 5
ADDITIONS = 1
WORK = 1000

import contextlib
import time
from multiprocessing import Array, Barrier, Process, Value


def work():
    until = time.perf_counter() + WORK / 1e6
    while time.perf_counter() < until:
        pass


def change(lock, together, value, array):
    together.wait()
    for _ in range(ADDITIONS):
        with value.get_lock() if lock else contextlib.nullcontext():
            number = value.value
            work()
            value.value = number + 1
    for i in range(len(array)):
        with array.get_lock() if lock else contextlib.nullcontext():
            number = array[i]
            work()
            array[i] = 2 * number


def run(lock):
    value, array = Value("i", 0), Array("i", [1, 2, 3, 4, 5])
    together = Barrier(PROCESSES)
    children = [Process(target=change, args=(lock, together, value, array)) for _ in range(PROCESSES)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    print(f"{'with the lock' if lock else 'without'}: {value.value} {array[:]}")


if __name__ == "__main__":
    run(True)
    run(False)
