"""Contexts: the exit runs in every case, and a cancellation finds it where it is."""

import asyncio

from .common import kind, twin


class Resource:
    def __init__(self, log, enters=0.0, exits=0.01, swallows=False, raises=None):
        self.log, self.enters, self.exits, self.swallows, self.raises = log, enters, exits, swallows, raises

    async def __aenter__(self):
        self.log("enters")
        await asyncio.sleep(self.enters)
        return 7

    async def __aexit__(self, kind, error, trace):
        self.log(f"exits with {kind.__name__ if kind else None}")
        try:
            await asyncio.sleep(self.exits)
            self.log("released")
        except asyncio.CancelledError:
            self.log("exit cancelled")
            raise
        if self.raises:
            raise self.raises
        return self.swallows


async def uses(log, resource, error=None, work=0.0):
    try:
        async with resource as value:
            log(f"inside with {value}")
            await asyncio.sleep(work)
            if error:
                raise error
            log("block done")
        log("after")
    except (Exception, asyncio.CancelledError) as raised:
        log(f"raised {kind(raised)}")


@twin
async def context_is_left_in_every_case(log):
    await uses(log, Resource(log))
    await uses(log, Resource(log), ValueError("x"))
    await uses(log, Resource(log, swallows=True), ValueError("x"))
    await uses(log, Resource(log, raises=KeyError()), ValueError("x"))
    await uses(log, Resource(log, raises=KeyError()))


@twin
async def context_is_cancelled(log):
    for after in 0.005, 0.015, 0.025:
        task = asyncio.create_task(uses(log, Resource(log, 0.01), None, 0.01))
        await asyncio.sleep(after)
        task.cancel()
        await task
    task = asyncio.create_task(uses(log, Resource(log, swallows=True), None, 0.01))
    await asyncio.sleep(0.005)
    task.cancel()
    await task
    task = asyncio.create_task(uses(log, Resource(log), None, 0.01))
    await asyncio.sleep(0.005)
    task.cancel()
    await asyncio.sleep(0.005)
    task.cancel()
    await task
