FILES = 20
SIZE = 64

import asyncio
import pathlib
import random
import tempfile
import time


def content(number):
    return random.Random(number).randbytes(SIZE * 1024)


async def there_and_back(folder, number):
    path, wanted = folder / f"{number}.bin", content(number)
    await asyncio.to_thread(path.write_bytes, wanted)  # files block, so a thread does it
    read = await asyncio.to_thread(path.read_bytes)
    return sum(a == b for a, b in zip(wanted, read)) if len(read) == len(wanted) else 0


async def one_after_another(folder):
    return [await there_and_back(folder, number) for number in range(FILES)]


async def all_at_once(folder):
    return await asyncio.gather(*(there_and_back(folder, number) for number in range(FILES)))


for way in one_after_another, all_at_once:
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        right = sum(asyncio.run(way(pathlib.Path(folder))))
        seconds = time.perf_counter() - start
        print(f"{way.__name__}: {right:,} bytes read back after {seconds:.3f} s")
