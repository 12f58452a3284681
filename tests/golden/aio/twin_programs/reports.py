"""What is told of exceptions that nobody looked at, and of which it is not told; and what is left of two cancellations."""

import asyncio

from .common import hears_reports, twin


async def fails(name, turns):
    for _ in range(turns):
        await asyncio.sleep(0)
    raise ValueError(name)


@twin
async def reports_who_was_woken_has_looked(log):
    hears_reports(log)

    async def waits(future):
        await future

    future = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(waits(future))
    await asyncio.sleep(0)
    future.set_exception(ValueError("woken"))
    task.cancel()
    del future
    await asyncio.wait([task])
    log(f"cancelled {task.cancelled()}")


@twin
async def reports_shields_left_alone(log):
    hears_reports(log)

    async def shields(inner):
        try:
            await asyncio.shield(inner)
        except (ValueError, asyncio.CancelledError) as error:
            log(type(error).__name__)

    for turns in range(7):
        log(f"fails after {turns}")
        inner = asyncio.create_task(fails(str(turns), turns))
        outer = asyncio.create_task(shields(inner))
        del inner
        for _ in range(3):
            await asyncio.sleep(0)
        outer.cancel()
        await asyncio.wait([outer])
        for _ in range(7):
            await asyncio.sleep(0)


@twin
async def reports_wait_has_looked(log):
    hears_reports(log)
    for turns, until in [
        (1, asyncio.FIRST_EXCEPTION),
        (3, asyncio.FIRST_EXCEPTION),
        (1, asyncio.FIRST_COMPLETED),
        (1, asyncio.ALL_COMPLETED),
    ]:
        log(f"{until} {turns}")
        first = asyncio.create_task(fails("first", turns))
        other = asyncio.create_task(asyncio.sleep(0))
        await asyncio.wait([first, other], return_when=until)
        del first, other
        for _ in range(5):
            await asyncio.sleep(0)


@twin
async def reports_tasks_that_raise_in_the_end(log):
    hears_reports(log)

    async def left(name):
        try:
            await asyncio.sleep(1)
        except asyncio.CancelledError:
            log(f"{name} hears of it")
            if name == "ends":
                return
            if name == "passes it on":
                raise
            raise ValueError(name) from None

    for name in "raises", "ends", "passes it on", "raises too":
        asyncio.create_task(left(name), name=name)
    await asyncio.sleep(0)
    log("main ends")


@twin
async def cancelled_twice_before_it_began(log):
    task = asyncio.create_task(asyncio.sleep(1))
    task.cancel()
    task.cancel()
    await asyncio.wait([task])
    log(f"cancelled {task.cancelled()} cancelling {task.cancelling()}")
