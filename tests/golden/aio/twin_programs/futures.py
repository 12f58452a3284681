"""Futures: callbacks and waiters in order, exceptions, cancellation."""

import asyncio

from .common import fails, hears_reports, kind, twin


@twin
async def futures_call_back_in_order(log):
    future = asyncio.get_running_loop().create_future()

    async def waits(name):
        try:
            log(f"{name} {await future}")
        except ValueError as error:
            log(f"{name} {kind(error)}")

    first = asyncio.create_task(waits("first"))
    await asyncio.sleep(0)
    future.add_done_callback(lambda f: log(f"callback {f.result()}"))
    second = asyncio.create_task(waits("second"))
    await asyncio.sleep(0)
    fails(log, future.result)
    fails(log, future.exception)
    future.set_result(7)
    log(f"done {future.done()} cancelled {future.cancelled()} cancel {future.cancel()}")
    fails(log, lambda: future.set_result(8))
    future.add_done_callback(lambda f: log("late callback"))
    log("before")
    await asyncio.gather(first, second)
    log("after")


@twin
async def futures_raise_and_cancel(log):
    loop = asyncio.get_running_loop()
    failed, ended = loop.create_future(), loop.create_future()

    async def waits(name, future):
        try:
            await future
        except (ValueError, asyncio.CancelledError) as error:
            log(f"{name} {kind(error)}")

    tasks = [asyncio.create_task(waits(f"{n}", f)) for n, f in enumerate([failed, ended, failed])]
    await asyncio.sleep(0)
    failed.set_exception(ValueError("no"))
    log(f"{failed.exception()} {failed.cancelled()}")
    ended.cancel("why")
    log(f"{ended.done()} {ended.cancelled()} again {ended.cancel()}")
    fails(log, lambda: ended.set_result(1))
    await asyncio.gather(*tasks)
    shared = loop.create_future()
    shared.add_done_callback(lambda f: log(f"callback, cancelled {f.cancelled()}"))
    task = asyncio.create_task(waits("waiter", shared))
    await asyncio.sleep(0)
    task.cancel()
    log(f"shared {shared.cancelled()}")
    await task


@twin
async def futures_nobody_looked_at(log):
    hears_reports(log)

    def failed(message):
        future = asyncio.get_running_loop().create_future()
        future.set_exception(ValueError(message))
        return future

    future = failed("forgotten")
    log("still held")
    del future
    log("dropped")
    future = failed("looked at")
    log(kind(future.exception()))
    del future
    future = failed("result asked for")
    fails(log, future.result)
    del future
    try:
        await failed("awaited")
    except ValueError as error:
        log(kind(error))
    future = asyncio.get_running_loop().create_future()
    future.cancel()
    del future
    log("end")
