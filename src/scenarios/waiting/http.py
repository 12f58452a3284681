FILES = 30
LIMIT = 3

import asyncio
import random
import time

SIZE = 8 * 1024


def content(number):
    return random.Random(number).randbytes(SIZE)


async def serve(reader, writer):
    request = await reader.readuntil(b"\r\n\r\n")
    number = int(request.split()[1].strip(b"/"))
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % SIZE + content(number))
    await writer.drain()
    writer.close()


async def fetch(port, number):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /%d HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" % number)
    _, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    return sum(came == expected for came, expected in zip(body, content(number)))


async def one_after_another(port):
    return [await fetch(port, number) for number in range(FILES)]


async def all_at_once(port):
    return await asyncio.gather(*(fetch(port, number) for number in range(FILES)))


async def with_a_semaphore(port):
    gate = asyncio.Semaphore(LIMIT)
    out = most = 0

    async def fetch_in_turn(number):
        nonlocal out, most
        async with gate:
            out += 1
            most = max(most, out)
            right = await fetch(port, number)
            out -= 1
            return right

    right = await asyncio.gather(*(fetch_in_turn(number) for number in range(FILES)))
    print(f"never more than {most} out")
    return right


async def main():
    server = await asyncio.start_server(serve, "127.0.0.1", 0)  # a server of our own: no network is needed
    port = server.sockets[0].getsockname()[1]
    for way in one_after_another, all_at_once, with_a_semaphore:
        start = time.perf_counter()
        right = sum(await way(port))
        print(f"{way.__name__}: {right:,} bytes right after {time.perf_counter() - start:.3f} s")
    server.close()


asyncio.run(main())
