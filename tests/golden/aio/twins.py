"""Runs the programs in twin_programs, whose twins in Rust are in src/aio/twins, and records what they write: twins.json.

Run it with CPython 3.13: `python3.13 twins.py`. The clock is virtual, as in record.py.
"""

import asyncio
import json

import record
from twin_programs import barriers, conditions, contexts, futures, generators, locks, queues, reports  # noqa: F401
from twin_programs.common import PROGRAMS, kind


def run(program):
    lines = []
    with asyncio.Runner(loop_factory=record.Loop) as runner:
        loop = runner.get_loop()
        loop.set_exception_handler(lambda *_: None)
        try:
            runner.run(program(lambda what: lines.append(f"{round(loop.time() * 1000)} {what}")))
        except Exception as error:
            lines.append(f"raised {kind(error)}")
    return lines


if __name__ == "__main__":
    twins = {program.__name__: run(program) for program in PROGRAMS}
    (record.HERE / "twins.json").write_text(json.dumps(twins, indent=1) + "\n")
