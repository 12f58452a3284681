LARGEST = 16
ROUNDS = 5

import time
from multiprocessing import get_context
from multiprocessing.shared_memory import SharedMemory

NAMELESS = lambda x: x  # its name, "<lambda>", is not one of the module's
STEPS = [1 << power for power in (10, 12, 15, 18, 20, 22)]
SIZES = [size for size in STEPS if size < LARGEST << 20] + [LARGEST << 20]


def look_at_copies(end):
    end.send("started")
    while (payload := end.recv()) is not None:
        end.send((len(payload), payload[-1]))


def look_at_shared(end):
    end.send("started")
    while (found := end.recv()) is not None:
        name, size = found  # the name alone is pickled
        block = SharedMemory(name)
        block.buf[size - 1] += 1
        block.close()
        end.send(None)


def copied(end, size):
    payload = bytes(size - 1) + b"\7"
    start = time.perf_counter()
    right = True
    for _ in range(ROUNDS):
        end.send(payload)
        right &= end.recv() == (size, 7)
    return (time.perf_counter() - start) / ROUNDS, right


def shared(end, size):
    block = SharedMemory(create=True, size=size)
    start = time.perf_counter()
    right = True
    for n in range(ROUNDS):
        block.buf[size - 1] = n
        end.send((block.name, size))
        end.recv()
        right &= block.buf[size - 1] == n + 1
    took = (time.perf_counter() - start) / ROUNDS
    block.close()
    block.unlink()
    return took, right


def refusals(end):
    def add(x):
        return x + 1

    refused = 0
    for function in [add, NAMELESS]:
        try:
            end.send(function)
        except Exception as refusal:
            refused += 1
            print(f"  {type(refusal).__name__}: {refusal}")
    return refused


def run(way, look, hand_over):
    print(way)
    context = get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=look, args=(theirs,))
    child.start()
    ours.recv()
    refused, whole = refusals(ours), 0
    for size in SIZES:
        took, right = hand_over(ours, size)
        whole += right
        print(f"  {size:,} bytes: {took * 1e3:.3f} ms")
    ours.send(None)
    child.join()
    print(f"  {whole} sizes arrived whole, {refused} functions refused")


if __name__ == "__main__":
    run("copied", look_at_copies, copied)
    run("shared", look_at_shared, shared)  # a pipe of Python's cannot move a block without a copy
