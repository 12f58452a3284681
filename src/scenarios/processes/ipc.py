ITEMS = 5
INTERVAL = 1.0
SIZE = 1

import time
from multiprocessing import Pipe, Process, Queue

SIZES = [1, 64, 1024]
ROUNDS = 20


def echo(receive, send):
    send("ready")
    while (item := receive()) is not None:
        send(item)


def there_and_back(send, receive, item):
    send(item)
    return receive() == item


def talk(way, send, receive):
    receive()
    in_order = 0
    for number in range(ITEMS):
        if number:
            time.sleep(INTERVAL)
        in_order += there_and_back(send, receive, [number, bytes(SIZE * 1024)])
    print(f"{way}: {in_order} items there and back in order")
    for kib in SIZES:
        item = [0, bytes(kib * 1024)]
        start = time.perf_counter()
        for _ in range(ROUNDS):
            there_and_back(send, receive, item)
        took = (time.perf_counter() - start) / ROUNDS
        print(f"  {kib} KiB: {took * 1e3:.3f} ms, {2 * kib * 1024 / took / 1e6:.0f} MB/s")
    send(None)


def over_queue(there, back):
    echo(there.get, back.put)


def over_pipe(end):
    echo(end.recv, end.send)


if __name__ == "__main__":
    there, back = Queue(), Queue()
    child = Process(target=over_queue, args=(there, back))
    child.start()
    talk("queue", there.put, back.get)
    child.join()

    ours, theirs = Pipe()
    child = Process(target=over_pipe, args=(theirs,))
    child.start()
    talk("pipe", ours.send, ours.recv)
    child.join()
