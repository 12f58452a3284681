STEP = 0.01

import asyncio
import time

order = []


async def worker(loop):
    order.append("task begins")
    loop.call_soon(order.append, "call_soon from the task")
    await asyncio.sleep(0)
    order.append("task goes on")


async def executor(loop):
    order.append("task asks for I/O")
    await loop.run_in_executor(None, time.sleep, STEP)
    order.append("I/O is done")


async def main():
    loop = asyncio.get_running_loop()

    # The ready queue: first in, first out.
    loop.call_later(0, order.append, "call_later 0")
    loop.call_soon(order.append, "call_soon")
    task = asyncio.create_task(worker(loop))
    future = loop.create_future()
    future.add_done_callback(lambda _: order.append("done-callback"))
    future.set_result(None)
    order.append("main gives way")
    await asyncio.sleep(0)
    order.append("main is back")
    await task
    order.append("main has the task")

    # Timers: by their moment.
    now = loop.time()
    for n in 3, 1, 2:
        loop.call_at(now + n * STEP, order.append, f"timer {n}")
    loop.call_later(2.5 * STEP, order.append, "a cancelled timer").cancel()
    await asyncio.sleep(4 * STEP)
    order.append("main has slept")

    # I/O: its end comes in when nothing else is left to do.
    task = asyncio.create_task(executor(loop))
    loop.call_soon(order.append, "call_soon beside it")
    await task
    order.append("main has the I/O")


start = time.perf_counter()
asyncio.run(main())
print(", ".join(order))
print(f"{len(order)} steps in {time.perf_counter() - start:.3f} s")
