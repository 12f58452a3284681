"""Generators: to the end, left early, closed, thrown at, and when their task is cancelled."""

import asyncio

from .common import hears_reports, kind, twin


async def ticks(log, cleanup=0.0):
    try:
        for i in range(5):
            await asyncio.sleep(0.01)
            log(f"gives {i}")
            yield i
    except BaseException as error:
        log(f"caught {kind(error)}")
        raise
    finally:
        log("finally")
        await asyncio.sleep(cleanup)
        log("cleaned up")


async def takes(log, least, cleanup=0.0):
    async for x in ticks(log, cleanup):
        log(f"got {x}")
        if x == least:
            break
    log("after")


@twin
async def generator_to_its_end(log):
    items = ticks(log)
    async for x in items:
        log(f"got {x}")
    log(await anext(items, "nothing"))
    log(await items.aclose())


@twin
async def generator_is_left_and_main_ends(log):
    await takes(log, 1, 0.05)


@twin
async def generator_is_left_and_main_goes_on(log):
    await takes(log, 1)
    await asyncio.sleep(0)
    log("later")
    await asyncio.sleep(0.1)
    await takes(log, 0, 0.05)
    await asyncio.sleep(0.02)
    log("end")


@twin
async def generator_is_left_just_before_the_end(log):
    await takes(log, 0)
    await asyncio.sleep(0)
    log("end")


HELD = []


@twin
async def generator_is_held_until_the_end(log):
    HELD.append(ticks(log, 0.05))
    HELD.append(ticks(log))
    log(f"got {await anext(HELD[0])}")


@twin
async def generator_awaits_when_its_task_is_cancelled(log):
    task = asyncio.create_task(takes(log, 9, 0.05))
    await asyncio.sleep(0.015)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        log("task cancelled")


@twin
async def generator_waits_when_its_task_is_cancelled(log):
    async def task():
        async for x in ticks(log, 0.05):
            log(f"got {x}")
            await asyncio.sleep(1)

    running = asyncio.create_task(task())
    await asyncio.sleep(0.015)
    running.cancel()
    await asyncio.sleep(0.1)


@twin
async def generator_of_a_task_left_behind(log):
    async def task():
        async for x in ticks(log, 0.05):
            log(f"got {x}")
            await asyncio.sleep(1)

    running = asyncio.create_task(task())
    await asyncio.sleep(0.015)
    log(f"main ends, task done {running.done()}")


@twin
async def generator_is_closed(log):
    items = ticks(log, 0.05)
    log(f"got {await anext(items)}")
    await items.aclose()
    log("closed")
    await items.aclose()
    log(await anext(items, "nothing"))
    unused = ticks(log)
    await unused.aclose()
    log(await anext(unused, "nothing"))


@twin
async def generator_does_not_want_to_close(log):
    async def gives(second):
        try:
            yield 1
        except GeneratorExit:
            log("swallowed")
        if second:
            yield 2
        log("end of it")

    async def fails():
        try:
            yield 1
        finally:
            raise ValueError("in finally")

    for items in gives(False), gives(True), fails():
        await anext(items)
        try:
            log(await items.aclose())
        except (RuntimeError, ValueError) as error:
            log(kind(error))
        log(await anext(items, "nothing"))


@twin
async def generator_raises(log):
    async def body(error):
        yield 1
        raise error

    for error in ValueError("x"), StopAsyncIteration(), KeyError():
        items = body(error)
        try:
            async for x in items:
                log(f"got {x}")
        except Exception as raised:
            log(kind(raised))
        log(await anext(items, "nothing"))


@twin
async def generator_is_thrown_at(log):
    async def body():
        try:
            yield 1
        except ValueError as error:
            log(f"caught {kind(error)}")
            yield 2

    items = body()
    await anext(items)
    log(await items.athrow(ValueError("x")))
    for items in items, body():
        for error in KeyError(), OSError():
            try:
                log(await items.athrow(error))
            except (KeyError, OSError) as raised:
                log(kind(raised))
    log(await anext(items, "nothing"))


@twin
async def generator_runs_out_of_time(log):
    try:
        async with asyncio.timeout(0.025):
            await takes(log, 9, 0.03)
    except TimeoutError:
        log("timed out")


@twin
async def generators_that_fail_to_close_are_reported(log):
    hears_reports(log)

    async def fails(name):
        try:
            yield 1
        finally:
            await asyncio.sleep(0.01)
            raise ValueError(name)

    async for _ in fails("left early"):
        break
    await asyncio.sleep(0.02)
    HELD[:] = [fails("held")]
    await anext(HELD[0])
    log("end")
