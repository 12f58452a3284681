VALUE_ERRORS = 2
OS_ERRORS = 2
KEY_ERRORS = 1
OTHERS = 1
FETCH = 0.5
WORK = 1.0

import asyncio
import time
from itertools import cycle, islice

errors = (
    [ValueError] * VALUE_ERRORS
    + list(islice(cycle([OSError, ConnectionError, TimeoutError]), OS_ERRORS))
    + [KeyError] * KEY_ERRORS
)


async def fails(record, error):
    await record  # all that wait for it go on at once
    raise error("in the record")


async def works_on(record):
    await record
    await asyncio.sleep(WORK)


def names(group):
    return [type(e).__name__ for e in group.exceptions]


async def main():
    record = asyncio.create_task(asyncio.sleep(FETCH))
    tasks, got = [], {"ValueError": [], "OSError": [], "propagated": []}
    try:
        try:
            async with asyncio.TaskGroup() as group:
                tasks += [group.create_task(fails(record, e)) for e in errors]
                tasks += [group.create_task(works_on(record)) for _ in range(OTHERS)]
        except* ValueError as some:
            got["ValueError"] = names(some)
        except* OSError as some:
            got["OSError"] = names(some)  # its subclasses too
    except ExceptionGroup as rest:
        got["propagated"] = names(rest)
    for who, what in got.items():
        print(f"{who} got", ", ".join(what) or "nothing")
    print(f"{sum(map(len, got.values()))} tasks failed")
    counts = [f"{who}: {len(what)}" for who, what in got.items()]
    print(", ".join(counts + [f"cancelled: {sum(t.cancelled() for t in tasks)}"]))


start = time.perf_counter()
asyncio.run(main())
print(f"{time.perf_counter() - start:.2f} s in all")
