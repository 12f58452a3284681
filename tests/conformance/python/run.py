"""Runs programs: one in each line that comes in, its log in the line that goes out. The first line out is the version.

With `--show` programs are not run but written as readable Python, ended by a line that is empty.
"""

import asyncio
import contextlib
import gc
import platform
import sys
import warnings

from clock import Loop, Stuck, make_definite
from translate import Translator


def text(value):
    """A value as it stands in a log: no blanks."""
    if isinstance(value, BaseException):
        return error_text(value)
    if isinstance(value, list):
        return "[" + ",".join(map(text, value)) + "]"
    return "" if value is None else str(value)


def error_text(error):
    message = text(error.args[0]) if error.args else ""
    if isinstance(error, BaseExceptionGroup):
        shown = type(error).__name__ + "[" + ",".join(map(error_text, error.exceptions)) + "]"
    elif message and not message.count(" "):  # what a program says; CPython's own sentences are not compared
        shown = f"{type(error).__name__}({message})"
    else:
        shown = type(error).__name__
    return shown if error.__cause__ is None else f"{shown}<{error_text(error.__cause__)}"


def state(awaited):
    """How far a task or future is."""
    if not awaited.done():
        return "pending"
    if awaited.cancelled():
        return "cancelled"
    error = awaited.exception()
    return text(awaited.result()) if error is None else "!" + text(error)


class Run:
    """One program and its log."""

    def __init__(self, program):
        self.log, self.variables, self.bumps, self.recording = [], {}, 0, True
        self.loop, self.at = Loop(), 0
        self.names = {
            "asyncio": asyncio, "contextlib": contextlib, "v": self.variables, "have": self.have, "waited": self.waited,
            "state": state, "bump": self.bump, "bumps": lambda: self.bumps, "begin": lambda number: self.write(f"{number}>"),
            "Step": step_of(self), "Guard": Guard,
        }
        exec(Translator(True).program(program), self.names)

    def write(self, what):
        if not self.recording or self.loop.is_closed():  # what is freed when the loop is closed hears of it, too
            return
        now = round(self.loop.time() * 1000)
        if now != self.at:
            self.at = now
            self.log.append(f"@{now}")
        task = asyncio.current_task(self.loop)
        name = "-" if task is None else task.get_name()
        if name.startswith("Task-"):
            name = str(int(name[5:]) - self.before)
        self.log.append(f"{name}.{what}")

    def have(self, name):
        return [self.variables[name]] if name in self.variables else []

    def bump(self):
        self.bumps += 1
        return self.bumps

    async def waited(self, names, **options):
        """asyncio.wait, and the names of those done and of those not."""
        things = {name: self.variables[name] for name in names if name in self.variables}
        done, pending = await asyncio.wait(list(things.values()), **options)
        done, pending = (",".join(name for name, thing in things.items() if thing in some) for some in (done, pending))
        return f"{done}|{pending}"

    async def main(self):
        self.before = int(asyncio.current_task().get_name()[5:]) - 1
        self.names["resources"]()
        return await self.names["m"]()

    def run(self):
        """The log: what happened, and how the main task ended."""
        runner = asyncio.Runner(loop_factory=lambda: self.loop)
        self.loop.set_exception_handler(lambda *_: None)
        try:
            try:
                end = f"end={text(runner.run(self.main()))}"
            except Stuck:
                raise
            except BaseException as error:
                end = f"end!{text(error)}"
            runner.close()
        except Stuck:
            end = "stuck"
        self.recording = False
        self.loop.close()
        asyncio.set_event_loop(None)
        return " ".join([*self.log, end])


def step_of(run):
    """The context manager around every statement of this run: it writes down what came of it."""

    class Step:
        __slots__ = ("number", "value", "note")

        def __init__(self, number):
            self.number, self.value, self.note = number, None, None

        def __enter__(self):
            return self

        def __exit__(self, kind, error, _):
            note = "" if self.note is None else "/late" if self.note() else ""
            value = text(self.value)
            came = f"!{text(error)}" if error is not None else value and f"={value}"
            run.write(f"{self.number}{note}{came}")

        def item(self, value):
            run.write(f"{self.number}:{text(value)}")

        def called(self, awaited):
            run.write(f"{self.number}:{state(awaited)}")

    return Step


class Guard:
    """An asynchronous context manager that takes its time and may swallow one kind of exception."""

    def __init__(self, enter, leave, swallows=()):
        self.enter, self.leave, self.swallows = enter, leave, swallows

    async def __aenter__(self):
        await asyncio.sleep(self.enter / 1000)

    async def __aexit__(self, kind, error, _):
        await asyncio.sleep(self.leave / 1000)
        return error is not None and isinstance(error, self.swallows)


def main():
    if "--show" in sys.argv:
        for line in sys.stdin:
            print(Translator(False).program(line), flush=True)
        return
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None
    make_definite()
    gc.disable()  # so that nothing is finalised at a moment of chance
    gc.freeze()
    print(platform.python_version(), flush=True)
    for count, line in enumerate(sys.stdin):
        try:
            print(Run(line).run(), flush=True)
        except Exception as error:
            print(f"cannot be run: {type(error).__name__}: {error}".replace("\n", " "), flush=True)
        if count % 100 == 99:
            gc.collect()


if __name__ == "__main__":
    main()
