"""Records what CPython's asyncio does with the programs beside this file, each of which is a situation with a name: expected.json.

Run it with CPython 3.13: `python3.13 record.py`. The clock is virtual (tests/conformance/python/clock.py), so the figures are exact.
"""

import asyncio
import json
import pathlib
import sys
import warnings

HERE = pathlib.Path(__file__).parent
sys.path.append(str(HERE.parents[1] / "conformance" / "python"))

from clock import Loop, make_definite  # noqa: E402
from program import Program, text  # noqa: E402

make_definite()


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


def main():
    warnings.simplefilter("always")
    programs = [p for name in ("programs", "tasks") for p in json.loads((HERE / f"{name}.json").read_text())]
    expected = {p["name"]: run(p) for p in programs}
    (HERE / "expected.json").write_text(json.dumps(expected, indent=1) + "\n")


if __name__ == "__main__":
    main()
