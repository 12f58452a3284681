"""Locks, events and semaphores: who is let in next, also when waiters are cancelled."""

import asyncio

from .common import fails, kind, twin, user


@twin
async def lock_is_fair(log):
    lock = asyncio.Lock()
    tasks = [asyncio.create_task(user(log, n, lock)) for n in "abc"]
    await asyncio.sleep(0.005)
    await user(log, "main", lock)
    await asyncio.gather(*tasks)
    fails(log, lock.release)


@twin
async def lock_woken_waiter_is_cancelled(log):
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(user(log, n, lock)) for n in "abc"]
    await asyncio.sleep(0)
    lock.release()
    log(f"locked {lock.locked()}")
    log(f"cancel {tasks[0].cancel()}")
    await asyncio.sleep(0)
    log(f"locked {lock.locked()}")
    log(" ".join(type(r).__name__ for r in await asyncio.gather(*tasks, return_exceptions=True)))


@twin
async def lock_waiter_in_the_queue_is_cancelled(log):
    lock = asyncio.Lock()
    await lock.acquire()
    tasks = [asyncio.create_task(user(log, n, lock)) for n in "abc"]
    await asyncio.sleep(0)
    tasks[0].cancel()
    tasks[1].cancel()
    lock.release()
    await user(log, "main", lock)
    log(" ".join(type(r).__name__ for r in await asyncio.gather(*tasks, return_exceptions=True)))


@twin
async def lock_jumps_a_queue_of_cancelled(log):
    lock = asyncio.Lock()
    await lock.acquire()
    task = asyncio.create_task(user(log, "a", lock))
    await asyncio.sleep(0)
    task.cancel()
    lock.release()
    await lock.acquire()
    log("main took it at once")
    await asyncio.sleep(0)
    lock.release()
    await asyncio.gather(task, return_exceptions=True)


@twin
async def lock_is_not_barged(log):
    lock = asyncio.Lock()
    await lock.acquire()
    task = asyncio.create_task(user(log, "a", lock))
    await asyncio.sleep(0)
    lock.release()
    await lock.acquire()
    log("main has it again")
    lock.release()
    await task


@twin
async def event_set_and_cleared_at_once(log):
    event = asyncio.Event()

    async def waits(name):
        try:
            log(f"{name} {await event.wait()}, set {event.is_set()}")
        except asyncio.CancelledError:
            log(f"{name} cancelled")

    tasks = [asyncio.create_task(waits(n)) for n in "abc"]
    await asyncio.sleep(0)
    tasks[1].cancel()
    event.set()
    tasks[2].cancel()
    event.clear()
    await asyncio.gather(*tasks)
    event.set()
    await event.wait()
    log("at once")


@twin
async def semaphore_woken_waiter_is_cancelled(log):
    gate = asyncio.Semaphore(1)
    await gate.acquire()
    tasks = [asyncio.create_task(user(log, n, gate)) for n in "abc"]
    await asyncio.sleep(0)
    gate.release()
    tasks[0].cancel()
    log(f"locked {gate.locked()}")
    gate.release()
    await asyncio.sleep(0)
    log(f"locked {gate.locked()}")
    log(" ".join(type(r).__name__ for r in await asyncio.gather(*tasks, return_exceptions=True)))
    log(f"locked {gate.locked()}")


@twin
async def semaphore_grows_unless_it_is_bounded(log):
    gate, bounded = asyncio.Semaphore(1), asyncio.BoundedSemaphore(1)
    gate.release()
    async with gate, gate:
        log(f"two inside, locked {gate.locked()}")
    fails(log, bounded.release)
    async with bounded:
        log(f"locked {bounded.locked()}")
    fails(log, bounded.release)
    await bounded.acquire()
    tasks = [asyncio.create_task(user(log, n, bounded)) for n in "ab"]
    await asyncio.sleep(0)
    bounded.release()
    await asyncio.gather(*tasks)
    try:
        async with bounded:
            bounded.release()
    except ValueError as error:
        log(kind(error))
