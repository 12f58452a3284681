RECORDS = 3
SAVE = 0.3
OTHER = 0.2

import asyncio
import time


async def save(saved, n):
    await asyncio.sleep(SAVE)  # stands for a write
    saved.append(n)


async def forgotten(saved):
    for n in range(RECORDS):
        save(saved, n)  # bad: makes a coroutine, and runs nothing of it
    await asyncio.sleep(OTHER)


async def nested(saved):
    for n in range(RECORDS):
        try:
            asyncio.run(save(saved, n))  # bad: there is a loop already
        except RuntimeError as error:
            print(error)
    await asyncio.sleep(OTHER)


async def untracked(saved):
    for n in range(RECORDS):
        asyncio.create_task(save(saved, n))  # bad: nobody keeps it, nobody waits for it
    await asyncio.sleep(OTHER)


async def awaited(saved):
    for n in range(RECORDS):
        await save(saved, n)
    await asyncio.sleep(OTHER)


async def group(saved):
    async with asyncio.TaskGroup() as tasks:
        for n in range(RECORDS):
            tasks.create_task(save(saved, n))
        await asyncio.sleep(OTHER)


for main in forgotten, nested, untracked, awaited, group:
    saved = []
    start = time.perf_counter()
    asyncio.run(main(saved))
    print(f"{main.__name__}: {len(saved)} of {RECORDS} saved after {time.perf_counter() - start:.2f} s")
