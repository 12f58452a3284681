SIZE = 300
WORKERS = 4

import itertools
import struct
import time
from concurrent.futures import ProcessPoolExecutor


def left(row, k):
    return (row * 37 + k * 101) % 1009 / 1009


def right(k, column):
    return (k * 53 + column * 71) % 997 / 997


def multiply(rows):
    columns = [[right(k, column) for k in range(SIZE)] for column in range(SIZE)]
    product = []
    for row in range(*rows):
        factors = [left(row, k) for k in range(SIZE)]
        for column in columns:
            total = 0.0
            for k in range(SIZE):  # sum() would not do: it corrects rounding errors
                total += factors[k] * column[k]
            product.append(total)
    return product


def split():
    workers = min(WORKERS, SIZE)
    edges = [SIZE * i // workers for i in range(workers + 1)]
    return list(itertools.pairwise(edges))


def digest(blocks):
    value = 0xCBF29CE484222325
    for element in (element for block in blocks for element in block):
        (bits,) = struct.unpack("<Q", struct.pack("<d", element))
        value = (value ^ bits) * 0x100000001B3 % 2**64
    return f"{value:016x}"


def pooled():
    with ProcessPoolExecutor(max_workers=WORKERS) as pool:
        return list(pool.map(multiply, split()))


def show(model, run):
    start = time.perf_counter()
    blocks = run()
    print(f"{model}: {len(blocks)} jobs, digest {digest(blocks)} in {time.perf_counter() - start:.2f} s")


if __name__ == "__main__":
    show("sequential", lambda: list(map(multiply, split())))
    show("processes", pooled)
