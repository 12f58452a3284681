"""What CPython's processes, pipes and queues answer in small situations, one line each. Processes are spawned."""

import multiprocessing
import os
import sys
import time

context = multiprocessing.get_context("spawn")


def raised(action):
    try:
        return repr(action())
    except Exception as error:
        text = str(error)
        return f"{type(error).__name__}: {text}" if text else type(error).__name__


def say(what, action):
    print(f"{what} -> {raised(action)}")


def nothing(_=None):
    pass


def slow(ms):
    time.sleep(ms / 1000)
    return ms


def leave(code):
    sys.stderr = open(os.devnull, "w")
    sys.exit(code)


def fails(_=None):
    sys.stderr = open(os.devnull, "w")
    raise ValueError("no")


def puts(queue):
    for n in range(3):
        queue.put(n)


def full(queue, answer):
    answer.send(raised(lambda: queue.put(1, timeout=0.001)))
    answer.send(raised(lambda: queue.put(1, block=False)))


def empty(queue, answer):
    answer.send(raised(lambda: queue.get(timeout=0.001)))
    answer.send(raised(lambda: queue.get(block=False)))


def refused(queue, answer):
    sys.stderr = open(os.devnull, "w")
    queue.put(lambda: None)
    answer.send(raised(lambda: queue.put(1, timeout=10)))


def works(queue):
    for _ in range(2):
        queue.get()
        queue.task_done()


def one_way(reads, writes):
    writes.send(raised(writes.recv))
    writes.send(raised(lambda: reads.send(1)))


def ended(target, *args):
    process = context.Process(target=target, args=args)
    process.start()
    process.join()
    return process.exitcode


def processes():
    say("returns", lambda: ended(nothing))
    say("raises", lambda: ended(fails))
    say("exits with 5", lambda: ended(leave, 5))
    say("exits with 300", lambda: ended(leave, 300))
    say("exits with a text", lambda: ended(leave, "bye"))
    say("exits with nothing", lambda: ended(leave, None))
    process = context.Process(target=slow, args=(60_000,), name="sleeper", daemon=True)
    process.start()
    say("exit code of one that runs", lambda: process.exitcode)
    process.join(0.001)
    say("joined for 1 ms, alive", process.is_alive)
    say("daemon", lambda: process.daemon)
    say("children", lambda: [child.name for child in multiprocessing.active_children()])
    process.terminate()
    process.join()
    say("terminated", lambda: process.exitcode)
    say("terminated, alive", process.is_alive)
    say("terminated, children", multiprocessing.active_children)
    process = context.Process(target=slow, args=(60_000,))
    process.start()
    process.kill()
    process.join()
    say("killed", lambda: process.exitcode)
    first, second = context.Process(target=nothing), context.Process(target=nothing)
    second.start()
    first.start()
    numbers = [int(process.name.split("-")[1]) for process in (first, second)]
    say("named in the order in which they were made", lambda: numbers[1] - numbers[0])
    first.join()
    second.join()


def pipes():
    reads, writes = context.Pipe(duplex=False)
    say("reads only", lambda: [reads.readable, reads.writable])
    say("writes only", lambda: [writes.readable, writes.writable])
    say("sends where one reads", lambda: reads.send(1))
    say("sends bytes where one reads", lambda: reads.send_bytes(b"1"))
    say("receives where one writes", writes.recv)
    say("polls at once where one writes", writes.poll)
    say("polls where one writes", lambda: writes.poll(0.001))
    say("polls for 1 ms", lambda: reads.poll(0.001))
    writes.send(7)
    say("polls for a second", lambda: reads.poll(1))
    say("receives", reads.recv)
    back, forth = context.Pipe(duplex=False)
    other = context.Process(target=one_way, args=(reads, forth))
    other.start()
    forth.close()
    say("elsewhere, receives", back.recv)
    say("elsewhere, sends", back.recv)
    say("after its end", back.recv)
    other.join()
    a, b = context.Pipe()
    b.send(1)
    b.close()
    say("closed, what was sent", a.recv)
    say("closed, polls for a second", lambda: a.poll(1))
    say("closed, receives", a.recv)
    say("closed, sends", lambda: a.send(1))
    say("closed, sends bytes", lambda: a.send_bytes(b"1"))


def queues():
    queue = context.Queue(2)
    queue.put(1)
    queue.put(2)
    say("full", lambda: queue.put(3, block=False))
    say("full for 1 ms", lambda: queue.put(3, timeout=0.001))
    say("size", queue.qsize)
    answer, theirs = context.Pipe()
    other = context.Process(target=full, args=(queue, theirs))
    other.start()
    print(f"full elsewhere for 1 ms -> {answer.recv()}")
    print(f"full elsewhere -> {answer.recv()}")
    other.join()
    say("gives", queue.get)
    say("gives again", queue.get)
    say("empty", lambda: queue.get(block=False))
    say("empty for 1 ms", lambda: queue.get(timeout=0.001))
    other = context.Process(target=empty, args=(queue, theirs))
    other.start()
    print(f"empty elsewhere for 1 ms -> {answer.recv()}")
    print(f"empty elsewhere -> {answer.recv()}")
    other.join()
    queue = context.Queue(1)
    other = context.Process(target=puts, args=(queue,))
    other.start()
    say("a place for one, three come", lambda: [queue.get(timeout=10) for _ in range(3)])
    other.join()
    other = context.Process(target=refused, args=(queue, theirs))
    other.start()
    print(f"a place for one, what cannot be sent leaves it -> {answer.recv()}")
    say("and it gives", queue.get)
    other.join()
    queue = context.JoinableQueue()
    say("joined while nothing was put", queue.join)
    queue.put(1)
    queue.put(2)
    other = context.Process(target=works, args=(queue,))
    other.start()
    say("joined", queue.join)
    say("done once too often", queue.task_done)
    other.join()


def shared():
    value, array = context.Value("i", 7), context.Array("i", [1, 2, 3])
    with value.get_lock(), value.get_lock():
        value.value += 1
    say("value", lambda: value.value)
    say("no such place", lambda: array[3])
    say("array", lambda: array[:])


if __name__ == "__main__":
    processes()
    pipes()
    queues()
    shared()
