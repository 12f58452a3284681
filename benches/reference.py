"""The CPython contender: the same bodies as bodies.rs; reads `<body> <threads>` lines, answers `<nanoseconds> <check>`."""

import asyncio
import hashlib
import math
import struct
import sys
import time
from decimal import Decimal, getcontext


def is_prime(n):
    if n < 4:
        return n > 1
    if n % 2 == 0 or n % 3 == 0:
        return False
    for i in range(5, math.isqrt(n) + 1, 6):
        if n % i == 0 or n % (i + 2) == 0:
            return False
    return True


def primes():
    return sum(1 for _ in range(2) for n in range(1_000_000) if is_prime(n))


def decimal():
    getcontext().prec = 28
    check = 0
    for _ in range(4):
        value, rate = Decimal(100_000), Decimal("1.0000001")
        for _ in range(1_000_000):
            value *= rate
        check += int(value * 1_000_000)
    return check


SIZE = 1_000


def matrix():
    left = [[(row * 37 + k * 101) % 1009 / 1009 for k in range(SIZE)] for row in range(SIZE)]
    right = [[(k * 53 + column * 71) % 997 / 997 for column in range(SIZE)] for k in range(SIZE)]
    check = 0
    for row in left:
        for column in range(SIZE):
            total = 0.0
            for k in range(SIZE):
                total += row[k] * right[k][column]
            check += struct.unpack("<Q", struct.pack("<d", total))[0] & 0xFFFF_FFFF
    return check


CONTENT = bytes(range(256)) * 2048


def sha256():
    return sum(hashlib.sha256(CONTENT).digest()[0] for _ in range(8 * 20))


async def nothing():
    return 1


async def spawn():
    return sum([sum(await asyncio.gather(*(nothing() for _ in range(100_000)))) for _ in range(2)])


async def turns():
    for _ in range(10_000):
        await asyncio.sleep(0)
    return 10_000


async def switch():
    return sum([sum(await asyncio.gather(*(turns() for _ in range(10)))) for _ in range(4)])


async def nap():
    await asyncio.sleep(0.1)
    return 1


async def sleepers():
    return sum(await asyncio.gather(*(nap() for _ in range(100_000))))


# The event loop: asyncio's own, or with the argument "uvloop" that one.
if sys.argv[1:] == ["uvloop"]:
    import uvloop

    run = uvloop.run
else:
    run = asyncio.run

BODIES = {
    "primes": primes,
    "decimal": decimal,
    "matrix": matrix,
    "sha256": sha256,
    "spawn": lambda: run(spawn()),
    "switch": lambda: run(switch()),
    "sleepers": lambda: run(sleepers()),
}

for line in sys.stdin:
    body = BODIES[line.split()[0]]
    start = time.perf_counter_ns()
    check = body()
    print(time.perf_counter_ns() - start, check, flush=True)
