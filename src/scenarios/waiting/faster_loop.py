TASKS = 1000
SWITCHES = 100
LIMIT = 2.0

import asyncio
import time

try:
    import uvloop  # pip install uvloop: a loop written in Cython, on libuv
except ImportError:
    uvloop = None


async def main():
    made = 0

    async def task():
        nonlocal made
        for _ in range(SWITCHES):
            made += 1
            await asyncio.sleep(0)

    start = time.perf_counter()
    try:
        async with asyncio.timeout(LIMIT):
            await asyncio.gather(*(task() for _ in range(TASKS)))
    except TimeoutError:
        print("stopped at the limit")
    return made, time.perf_counter() - start


loops = {"asyncio": asyncio.new_event_loop}
if uvloop:
    loops["uvloop"] = uvloop.new_event_loop
for name, factory in loops.items():
    with asyncio.Runner(loop_factory=factory) as runner:
        made, seconds = runner.run(main())
    print(f"{name}: {made:,} switches, {made / seconds:,.0f} a second")
