SIZE = 300
WORKERS = 4

import itertools
import struct
import time
from concurrent.futures import ProcessPoolExecutor

SIZES = [10, 20, 40, 60, 100, 150]  # Python's loops are slow, so sharing pays sooner than on the page


def left(row, k):
    return (row * 37 + k * 101) % 1009 / 1009


def right(k, column):
    return (k * 53 + column * 71) % 997 / 997


def multiply(job):
    size, first, end = job
    columns = [[right(k, column) for k in range(size)] for column in range(size)]
    product = []
    for row in range(first, end):
        factors = [left(row, k) for k in range(size)]
        for column in columns:
            total = 0.0
            for k in range(size):  # sum() would not do: it corrects rounding errors
                total += factors[k] * column[k]
            product.append(total)
    return product


def split(size):
    workers = min(WORKERS, size)
    edges = [size * i // workers for i in range(workers + 1)]
    return [(size, first, end) for first, end in itertools.pairwise(edges)]


def digest(blocks):
    value = 0xCBF29CE484222325
    for element in (element for block in blocks for element in block):
        (bits,) = struct.unpack("<Q", struct.pack("<d", element))
        value = (value ^ bits) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def pooled():
    with ProcessPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(multiply, split(SIZE)))


def timed(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def crossover():
    slower = 0
    with ProcessPoolExecutor(max_workers=WORKERS) as pool:
        list(pool.map(multiply, split(WORKERS)))  # all have started: no time below has that in it
        for size in SIZES:
            alone = timed(lambda: list(map(multiply, split(size))))
            shared = timed(lambda: list(pool.map(multiply, split(size))))
            print(f"  {size} × {size}: {shared * 1000:.2f} ms in processes against {alone * 1000:.2f} ms")
            slower = size if shared >= alone else slower
    repaid = [size for size in SIZES if size > slower]
    print(f"  from {repaid[0]} × {repaid[0]} on processes were faster" if repaid else "  processes were never faster")


def show(model, run):
    start = time.perf_counter()
    blocks = run()
    print(f"{model}: {len(blocks)} jobs, digest {digest(blocks)} in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    show("sequential", lambda: list(map(multiply, split(SIZE))))
    show("processes", pooled)
    print("find the crossover")
    crossover()
