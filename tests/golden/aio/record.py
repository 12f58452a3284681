"""Records what CPython's asyncio does with the programs beside this file: expected.json and, for generated programs, generated.json.

Run it with CPython 3.13: `python3.13 record.py`. The clock is virtual, so the figures are exact. Timers of one moment are
called in the order they were set; with a real clock no two moments are equal, so CPython has no rule of its own for them.
"""

import asyncio
import json
import pathlib
import warnings

from generate import generate
from program import Program, text
from virtual_loop import Loop, Stuck

HERE = pathlib.Path(__file__).parent


def run(program):
    with asyncio.Runner(loop_factory=Loop) as runner:
        loop = runner.get_loop()

        async def main():
            running.append(Program(program, loop))
            if program.get("reports"):
                loop.set_exception_handler(running[0].report)
                warnings.showwarning = lambda warning, *_: running[0].write(str(warning))
            else:
                loop.set_exception_handler(lambda *_: None)
            return await running[0].coroutine("main")

        running = []
        try:
            ends = f"returned {text(runner.run(main()))}"
        except BaseException as e:
            ends = f"raised {text(e)}"
    log = list(running[0].log)
    return [*log, ends]


def run_or_stuck(program):
    try:
        return run(program)
    except Stuck:
        return ["raised Stuck"]


def main():
    warnings.simplefilter("always")
    programs = [p for name in ("programs", "tasks") for p in json.loads((HERE / f"{name}.json").read_text())]
    expected = {p["name"]: run(p) for p in programs}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")
    for file, made in [("generated", map(generate, range(400))), ("generated_tasks", (generate(n, True) for n in range(1000, 1450)))]:
        generated = [{"program": p, "expected": run_or_stuck(p)} for p in made]
        # A program that takes a semaphore twice is stuck for ever, and nobody reads a log of hundreds of lines.
        generated = [g for g in generated if g["expected"][-1] != "raised Stuck" and 5 < len(g["expected"]) < 120]
        (HERE / f"{file}.json").write_text("[\n" + ",\n".join(json.dumps(g) for g in generated) + "\n]\n")


if __name__ == "__main__":
    main()
