FILES = 20
SIZE = 512
WORKERS = 4

import hashlib
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

SIZES = [SIZE * 1024] * FILES  # SIZE is in KiB

def digest(size):
    data = bytes(range(256)) * (size // 256)  # made where it is hashed: processes get the size only
    return hashlib.sha256(data).hexdigest()  # lets go of the GIL for more than 2,047 bytes


def sequential():
    return [digest(size) for size in SIZES]


def pooled(executor):
    with executor(max_workers=WORKERS) as pool:
        return list(pool.map(digest, SIZES))


def show(model, run):
    start = time.perf_counter()
    digests = run()
    seconds = time.perf_counter() - start
    print(f"{model}: {' and '.join(sorted(set(digests)))} in {seconds * 1000:.1f} ms")


if __name__ == "__main__":
    show("sequential", sequential)
    show("threads", lambda: pooled(ThreadPoolExecutor))
    show("processes", lambda: pooled(ProcessPoolExecutor))
