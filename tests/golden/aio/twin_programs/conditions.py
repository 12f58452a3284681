"""Conditions: who is notified, and how the lock is taken again in every case."""

import asyncio

from .common import fails, kind, twin


async def waiter(log, name, condition):
    try:
        async with condition:
            log(f"{name} waits")
            await condition.wait()
            log(f"{name} notified")
            await asyncio.sleep(0.01)
        log(f"{name} left")
    except asyncio.CancelledError:
        log(f"{name} cancelled, locked {condition.locked()}")


@twin
async def condition_notifies_some_and_all(log):
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(log, n, condition)) for n in "abcde"]
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
        log("one")
        await asyncio.sleep(0.005)
    await asyncio.sleep(0.05)
    async with condition:
        condition.notify(2)
        log("two")
    await asyncio.sleep(0.05)
    async with condition:
        condition.notify_all()
        log("all")
    await asyncio.gather(*tasks)
    fails(log, condition.notify)
    try:
        await condition.wait()
    except RuntimeError as error:
        log(kind(error))
    fails(log, condition.release)


@twin
async def condition_notified_waiter_is_cancelled(log):
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(log, n, condition)) for n in "abc"]
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
        tasks[0].cancel()
        log("notified and cancelled")
    await asyncio.sleep(0.05)
    async with condition:
        tasks[1].cancel()
        condition.notify()
        log("cancelled and notified")
    await asyncio.sleep(0.05)
    log(" ".join(str(t.done()) for t in tasks))


@twin
async def condition_cancelled_while_it_takes_the_lock_again(log):
    condition = asyncio.Condition()
    tasks = [asyncio.create_task(waiter(log, n, condition)) for n in "ab"]
    await asyncio.sleep(0)
    async with condition:
        condition.notify()
        await asyncio.sleep(0.01)
        log(f"first {tasks[0].cancel()}")
        await asyncio.sleep(0.01)
        log(f"second {tasks[0].cancel()}")
        await asyncio.sleep(0.01)
        log(f"still there {not tasks[0].done()}")
    await asyncio.gather(*tasks)
    log("end")


@twin
async def condition_waits_for_a_predicate(log):
    lock = asyncio.Lock()
    condition, other = asyncio.Condition(lock), asyncio.Condition(lock)
    value = [0]

    async def waits(least):
        async with condition:
            await condition.wait_for(lambda: value[0] >= least)
            log(f"{least} reached at {value[0]}")

    tasks = [asyncio.create_task(waits(n)) for n in (3, 1, 2)]
    for _ in range(3):
        await asyncio.sleep(0.01)
        async with other:
            value[0] += 1
            log(f"value {value[0]}, locked {condition.locked()}")
            condition.notify_all()
    await asyncio.gather(*tasks)
