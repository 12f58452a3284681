"""What the programs have in common: their list, and how they write exceptions."""

import asyncio

PROGRAMS = []


def twin(program):
    PROGRAMS.append(program)
    return program


def kind(error):
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


async def yields(times):
    for _ in range(times):
        await asyncio.sleep(0)


def fails(log, call):
    try:
        call()
    except Exception as error:
        log(kind(error))


def hears_reports(log):
    """Writes what asyncio tells its exception handler; objects are left out of the message."""
    handler = lambda _, context: log(f"{context['message'].split(' <')[0]}: {kind(context['exception'])}")
    asyncio.get_running_loop().set_exception_handler(handler)


async def user(log, name, lock, hold=0.01):
    """Takes a lock, a semaphore or a condition for a while."""
    try:
        async with lock:
            log(f"{name} in")
            await asyncio.sleep(hold)
        log(f"{name} out")
    except asyncio.CancelledError:
        log(f"{name} cancelled")
        raise
