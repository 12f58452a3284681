ROWS = 200
POOL_MIN = 5
POOL_MAX = 20

import asyncio
import pathlib
import sqlite3
import tempfile
import time
from contextlib import asynccontextmanager
from decimal import Decimal


def price(number):
    return Decimal(6000 + number * 37 % 500) / 100


class Pool:
    """Works as asyncpg's: a last-in first-out queue of places, of which some are connected."""

    def __init__(self, file):
        self.file, self.opened, self.free = file, [], asyncio.LifoQueue(POOL_MAX)
        for number in range(POOL_MAX):
            self.free.put_nowait(self.connect() if number >= POOL_MAX - POOL_MIN else None)

    def connect(self):
        connection = sqlite3.connect(self.file, timeout=30, check_same_thread=False, isolation_level=None)
        connection.execute("PRAGMA synchronous = OFF")
        self.opened.append(connection)
        return connection

    @asynccontextmanager
    async def acquire(self):
        connection = await self.free.get()
        try:
            connection = connection or self.connect()
            yield connection
        finally:
            self.free.put_nowait(connection)


def transact(connection, steps):
    with connection:  # all steps, or none: commits at the end, rolls back after an error
        connection.execute("BEGIN IMMEDIATE")
        return [connection.execute(*step).fetchall() for step in steps]


def insert(number):
    return "INSERT INTO prices VALUES (?, ?)", (number, str(price(number)))


OTHERS = [
    ("SELECT price FROM prices WHERE id <= ?", ((ROWS + 1) // 2,)),
    ("SELECT price FROM prices WHERE id = ?", ((ROWS + 1) // 2,)),
    ("UPDATE prices SET price = ? WHERE id = 1", ("99.99",)),
    ("DELETE FROM prices WHERE id = ?", (ROWS,)),
    ("SELECT price FROM prices ORDER BY id", ()),
]


async def a_transaction_each(pool):
    async def one(step):
        async with pool.acquire() as connection:
            return (await asyncio.to_thread(transact, connection, [step]))[0]

    await asyncio.gather(*(one(insert(number)) for number in range(1, ROWS + 1)))
    return [await one(step) for step in OTHERS]


async def one_transaction(pool):
    async with pool.acquire() as connection:
        steps = [insert(number) for number in range(1, ROWS + 1)] + OTHERS
        return await asyncio.to_thread(transact, connection, steps)


async def main(way, folder):
    pool = Pool(pathlib.Path(folder) / "prices.db")
    pool.opened[0].execute("CREATE TABLE prices (id INTEGER PRIMARY KEY, price TEXT)")
    start = time.perf_counter()
    rows = (await way(pool))[-1]
    seconds = time.perf_counter() - start
    total = sum((Decimal(text) for (text,) in rows), Decimal("0.00"))
    print(f"{way.__name__}: {len(rows):,} rows, {total:.2f} in all")
    print(f"  {len(pool.opened)} connections opened, {seconds:.3f} s")
    for connection in pool.opened:
        connection.close()


for way in a_transaction_each, one_transaction:
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(main(way, folder))
