"""Barriers: rounds, cancellation, reset and abort."""

import asyncio

from .common import fails, kind, twin


async def party(log, name, barrier, work=0.0):
    try:
        await asyncio.sleep(work)
        log(f"{name} comes, {barrier.n_waiting} wait")
        log(f"{name} was {await barrier.wait()}, {barrier.n_waiting} wait")
    except (asyncio.BrokenBarrierError, asyncio.CancelledError) as error:
        log(f"{name} {kind(error)}")


@twin
async def barrier_lets_rounds_through(log):
    barrier = asyncio.Barrier(3)
    works = [0.01, 0.02, 0.03, 0.03, 0.03, 0.05]
    await asyncio.gather(*(party(log, n, barrier, w) for n, w in zip("abcdef", works)))
    log(f"{barrier.parties} {barrier.n_waiting} {barrier.broken}")
    fails(log, lambda: asyncio.Barrier(0))


@twin
async def barrier_loses_one_who_is_cancelled(log):
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(log, n, barrier)) for n in "ab"]
    await asyncio.sleep(0.01)
    tasks[0].cancel()
    await asyncio.sleep(0.01)
    log(f"{barrier.n_waiting} wait, broken {barrier.broken}")
    await asyncio.gather(party(log, "c", barrier), party(log, "d", barrier), *tasks)


@twin
async def barrier_one_is_cancelled_as_it_opens(log):
    barrier = asyncio.Barrier(2)
    task = asyncio.create_task(party(log, "a", barrier))
    await asyncio.sleep(0.01)
    log(f"main was {await barrier.wait()}")
    task.cancel()
    await asyncio.sleep(0.01)
    log(f"{barrier.n_waiting} wait, broken {barrier.broken}")
    await asyncio.gather(party(log, "b", barrier), party(log, "c", barrier))


@twin
async def barrier_is_reset_and_aborted(log):
    barrier = asyncio.Barrier(3)
    tasks = [asyncio.create_task(party(log, n, barrier)) for n in "ab"]
    await asyncio.sleep(0.01)
    await barrier.reset()
    log(f"reset, broken {barrier.broken}")
    late = asyncio.create_task(party(log, "late", barrier))
    await asyncio.gather(*tasks)
    await asyncio.sleep(0.01)
    log(f"{barrier.n_waiting} wait")
    await barrier.abort()
    log(f"aborted, broken {barrier.broken}")
    await late
    await party(log, "later", barrier)
    await barrier.reset()
    log(f"broken {barrier.broken}")
    await asyncio.gather(*(party(log, n, barrier) for n in "xyz"))
