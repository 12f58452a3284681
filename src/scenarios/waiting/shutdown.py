EVERY = 0.1
REQUEST = 0.5
JOB = 0.8
SIGNAL_AFTER = 2.0
GRACE = 2.0

import asyncio
import signal
import time

begun = ended = 0


async def work(seconds):
    global ended
    await asyncio.sleep(seconds)  # stands for a request or a job
    ended += 1


async def server(stop):
    global begun
    async with asyncio.TaskGroup() as requests:  # waits for its tasks: that is the draining
        while True:
            try:
                async with asyncio.timeout(EVERY):
                    await stop.wait()
            except TimeoutError:
                pass  # a request has come
            if stop.is_set():
                break
            begun += 1
            requests.create_task(work(REQUEST))


async def worker(stop):
    global begun
    while not stop.is_set():
        begun += 1
        await work(JOB)


async def main():
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(stop.set))  # Ctrl+C
    tasks = [asyncio.create_task(server(stop)), asyncio.create_task(worker(stop))]
    loop.call_later(SIGNAL_AFTER, signal.raise_signal, signal.SIGINT)
    await stop.wait()
    start = time.perf_counter()
    print(f"signal: {begun} begun, {begun - ended} under way")
    _, late = await asyncio.wait(tasks, timeout=GRACE)
    for task in late:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    print(f"{begun} begun, {begun - ended} cut off")
    print(f"the end came {time.perf_counter() - start:.2f} s after the signal")


asyncio.run(main())
