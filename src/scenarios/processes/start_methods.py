PROCESSES = 4

import multiprocessing
import os
import subprocess
import sys
import tempfile
import time

UNGUARDED = f"""
import multiprocessing
pool = multiprocessing.get_context("spawn").Pool({PROCESSES})  # no "if __name__ == '__main__':"
print(pool.map(abs, [-1]))
"""


def hello(end):
    end.send("hello")


def run(method):
    context = multiprocessing.get_context(method)
    start = time.perf_counter()
    pairs = [context.Pipe() for _ in range(PROCESSES)]
    children = [context.Process(target=hello, args=(theirs,)) for _, theirs in pairs]
    for child in children:
        child.start()
    answered = sum(ours.recv() == "hello" for ours, _ in pairs)
    took = time.perf_counter() - start
    for child in children:
        child.join()
    print(f"{method}: {answered} processes said hello after {took:.3f} s")


def unguarded():
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "unguarded.py")
        with open(file, "w") as module:
            module.write(UNGUARDED)
        program = subprocess.Popen([sys.executable, file], stderr=subprocess.PIPE, text=True)
        died = 0
        for line in program.stderr:  # it would go on for ever
            died += "RuntimeError:" in line
            if died == 3 * PROCESSES:
                break
        program.kill()
        program.stderr.close()
        program.wait()
    print(f"no main guard: {died} processes died, then it was stopped")


if __name__ == "__main__":
    for method in ["spawn", "forkserver", "fork"]:
        if method in multiprocessing.get_all_start_methods():
            run(method)
    unguarded()
