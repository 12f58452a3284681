FILES = 20
SIZE = 512
WORKERS = 4

import hashlib
import time
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor


def content():
    return bytes(range(256)) * (SIZE * 4)  # SIZE is in KiB


def digest(data):
    return hashlib.sha256(data).hexdigest()  # lets go of the GIL for more than 2,047 bytes


def sequential(files):
    return [digest(data) for data in files]


def pooled(executor, files):
    with executor(max_workers=WORKERS) as pool:
        return list(pool.map(digest, files))


def show(model, run):
    files = [content() for _ in range(FILES)]
    start = time.perf_counter()
    digests = run(files)
    seconds = time.perf_counter() - start
    print(f"{model}: {' and '.join(sorted(set(digests)))} in {seconds * 1000:.1f} ms")


if __name__ == "__main__":
    show("sequential", sequential)
    show("threads", lambda files: pooled(ThreadPoolExecutor, files))
    show("processes", lambda files: pooled(ProcessPoolExecutor, files))
