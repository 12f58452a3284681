TASK_A = 2.0
TASK_B = 3.0
OTHER = 1.0

import asyncio
import time


async def work(name, takes):
    print(f"{name} begins")
    await asyncio.sleep(takes)  # stands for an operation that waits
    print(f"{name} done")
    return f"{name} completed"


async def main():
    a = asyncio.create_task(work("A", TASK_A), name="task A")
    b = asyncio.create_task(work("B", TASK_B), name="task B")
    print("main: two tasks created")
    print("main: other work begins")
    await asyncio.sleep(OTHER)  # only here do A and B begin
    print("main: other work done")
    print(f"main: {await a}, {await b}")


start = time.perf_counter()
asyncio.run(main())
print(f"{time.perf_counter() - start:.2f} s in all")
