"""Records what CPython's asyncio does with the programs beside this file: expected.json and, for generated programs, generated.json.

Run it with CPython 3.13: `python3.13 record.py`. The clock is virtual, so the figures are exact. Timers of one moment are
called in the order they were set; with a real clock no two moments are equal, so CPython has no rule of its own for them.
"""

import asyncio
import heapq
import itertools
import json
import pathlib
import random
import re
import selectors
import warnings
import weakref

HERE = pathlib.Path(__file__).parent


class Stuck(Exception):
    """Nothing is left that could happen."""


class VirtualClock(selectors.DefaultSelector):
    """Waits by moving the clock on."""

    def __init__(self):
        super().__init__()
        self.now = 0.0

    def select(self, timeout=None):
        if timeout is None:
            raise Stuck
        self.now += timeout
        return super().select(0)


class Timer(asyncio.TimerHandle):
    """A timer that knows when it was set."""

    __slots__ = ("number",)
    numbers = itertools.count()

    def __init__(self, when, *args, **kwargs):
        super().__init__(round(when, 6), *args, **kwargs)
        self.number = next(self.numbers)

    def __lt__(self, other):
        return (self._when, self.number) < (other._when, other.number)


class Loop(asyncio.SelectorEventLoop):
    def __init__(self):
        self.clock = VirtualClock()
        self.created = []
        super().__init__(self.clock)

    def create_task(self, *args, **kwargs):
        task = super().create_task(*args, **kwargs)
        numbers[task] = len(self.created)
        self.created.append(None)
        return task

    def time(self):
        return round(self.clock.now, 6)

    def call_at(self, when, callback, *args, context=None):
        timer = Timer(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer


numbers = weakref.WeakKeyDictionary()


def all_tasks(loop):
    """Tasks that are not done, oldest first: `asyncio.run` cancels them in the order of a set, which has none."""
    tasks = [t for t in asyncio.tasks._scheduled_tasks if not t.done() and t.get_loop() is loop]
    return sorted(tasks, key=numbers.__getitem__)


class OrderedSet:
    """What asyncio keeps in sets comes out in the order it went in: sets of tasks have no order that could be recorded."""

    def __init__(self, items=()):
        self.items = dict.fromkeys(items)

    def add(self, item):
        self.items[item] = None

    def remove(self, item):
        del self.items[item]

    def discard(self, item):
        self.items.pop(item, None)

    def clear(self):
        self.items.clear()

    def __iter__(self):
        return iter(list(self.items))

    def __len__(self):
        return len(self.items)


asyncio.runners.tasks.all_tasks = all_tasks
asyncio.tasks.set = asyncio.taskgroups.set = OrderedSet


class Return(Exception):
    pass


KINDS = {kind.__name__: kind for kind in (ValueError, OSError, KeyError, TimeoutError, asyncio.CancelledError)}


def text(value):
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, tuple):
        return " ".join(text(v) for v in value)
    if isinstance(value, list):
        return "[" + ", ".join(text(v) for v in value) + "]"
    return str(value)


def tree(e):
    """An exception with everything that belongs to it: Kind(message)[sub-exceptions] from cause."""
    out = f"{type(e).__name__}({e})"
    if isinstance(e, BaseExceptionGroup):
        out += "[" + ", ".join(map(tree, e.exceptions)) + "]"
    return out + (f" from {tree(e.__cause__)}" if e.__cause__ else "")


class Program:
    def __init__(self, program, loop):
        self.coroutines = {k: v for k, v in program.items() if isinstance(v, list)}
        self.semaphores = {k: asyncio.Semaphore(v) for k, v in program.get("semaphores", {}).items()}
        self.tasks, self.log, self.loop = {}, [], loop
        self.groups, self.limits, self.made = {}, {}, {}
        self.first = int(asyncio.current_task().get_name().removeprefix("Task-"))

    def write(self, what):
        # CPython counts tasks from the beginning of the process.
        what = re.sub(r"Task-(\d+)", lambda n: f"Task-{int(n[1]) - self.first + 1}", what)
        self.log.append(f"{round(self.loop.time() * 1000)} {what}")

    def var(self, task):
        return next((name for name, t in self.tasks.items() if t is task), "?")

    def report(self, _, context):
        what = context["message"]
        if task := context.get("task") or context.get("future"):
            if isinstance(task, asyncio.Task):
                what += f" ({task.get_name()})"
        if "exception" in context:
            what += f": {tree(context['exception'])}"
        self.write(what)

    async def coroutine(self, name):
        try:
            await self.block(self.coroutines[name], {"last": None}, None)
        except Return as r:
            return r.args[0]

    async def block(self, ops, state, caught):
        for op in ops:
            await self.op(op, state, caught)

    async def op(self, op, state, caught):
        match op:
            case ["log", what]: self.write(what)
            case ["sleep", ms]: await asyncio.sleep(ms / 1000)
            case ["spawn", var, name]: self.tasks[var] = asyncio.create_task(self.coroutine(name))
            case ["await", var]: state["last"] = await self.tasks[var]
            case ["cancel", var]: self.write(f"cancel {var}: {text(self.tasks[var].cancel())}")
            case ["cancel_if", var]:
                if var in self.tasks:
                    self.write(f"cancel {var}: {text(self.tasks[var].cancel())}")
            case ["cancel_self"]: asyncio.current_task().cancel()
            case ["cancelling"]: self.write(f"cancelling {asyncio.current_task().cancelling()}")
            case ["uncancel"]: self.write(f"uncancel {asyncio.current_task().uncancel()}")
            case ["done", var]: self.write(f"done {var}: {self.tasks[var].done()}")
            case ["cancelled", var]: self.write(f"cancelled {var}: {self.tasks[var].cancelled()}")
            case ["locked", name]: self.write(f"locked: {self.semaphores[name].locked()}")
            case ["gather", *names]: state["last"] = await asyncio.gather(*map(self.coroutine, names))
            case ["gather_settled", *names]:
                state["last"] = await asyncio.gather(*map(self.coroutine, names), return_exceptions=True)
            case ["gather_tasks", *names]: state["last"] = await asyncio.gather(*(self.tasks[n] for n in names))
            case ["gather_tasks_settled", *names]:
                state["last"] = await asyncio.gather(*(self.tasks[n] for n in names), return_exceptions=True)
            case ["show"]: self.write(text(state["last"]))
            case ["raise", kind, message]: raise KINDS[kind](message)
            case ["reraise"]: raise caught
            case ["return", value]: raise Return(value)
            case ["repeat", times, body]:
                for _ in range(times):
                    await self.block(body, state, caught)
            case ["timeout", ms, body]:
                async with asyncio.timeout(ms / 1000):
                    await self.block(body, state, caught)
            case ["wait_for", ms, name]: state["last"] = await asyncio.wait_for(self.coroutine(name), ms / 1000)
            case ["with", name, body]:
                async with self.semaphores[name]:
                    await self.block(body, state, caught)
            case ["try", body, handlers, final]:
                try:
                    await self.block(body, state, caught)
                except Return:
                    raise
                except BaseException as e:
                    if type(e).__name__ not in handlers:
                        raise
                    await self.block(handlers[type(e).__name__], state, e)
                finally:
                    await self.block(final, state, caught)
            case ["spawn_named", var, name, called]:
                self.tasks[var] = asyncio.create_task(self.coroutine(name), name=called)
            case ["rename", var, called]: self.tasks[var].set_name(called)
            case ["name", var]: self.write(f"name {var}: {self.tasks[var].get_name()}")
            case ["all_tasks"]: self.write("tasks " + text([t.get_name() for t in all_tasks(self.loop)]))
            case ["drop", var]: del self.tasks[var]
            case ["cancel_message", var, why]: self.write(f"cancel {var}: {self.tasks[var].cancel(why)}")
            case ["cancelling_of", var]: self.write(f"cancelling {var}: {self.tasks[var].cancelling()}")
            case ["uncancel_of", var]: self.write(f"uncancel {var}: {self.tasks[var].uncancel()}")
            case ["callback", var, what]: self.tasks[var].add_done_callback(lambda _: self.write(what))
            case ["result", var]: state["last"] = self.tasks[var].result()
            case ["exception", var]: self.write(f"exception {var}: {text(self.tasks[var].exception())}")
            case ["caught"]: self.write(tree(caught))
            case ["group", name, body]:
                async with asyncio.TaskGroup() as self.groups[name]:
                    await self.block(body, state, caught)
            case ["group_spawn", name, var, coroutine]:
                self.tasks[var] = self.groups[name].create_task(self.coroutine(coroutine))
            case ["wait", when, ms, *names]:
                limit = None if ms is None else ms / 1000
                done, pending = await asyncio.wait([self.tasks[n] for n in names], timeout=limit, return_when=when)
                self.write(f"done {text([self.var(t) for t in done])} pending {text([self.var(t) for t in pending])}")
            case ["as_completed", ms, names, body]:
                limit = None if ms is None else ms / 1000
                for future in asyncio.as_completed([self.tasks[n] for n in names], timeout=limit):
                    state["last"] = await future
                    await self.block(body, state, caught)
            case ["as_completed_tasks", ms, names, body]:
                limit = None if ms is None else ms / 1000
                async for task in asyncio.as_completed([self.tasks[n] for n in names], timeout=limit):
                    state["last"] = self.var(task)
                    await self.block(body, state, caught)
            case ["shield", var]: state["last"] = await asyncio.shield(self.tasks[var])
            case ["limit", name, ms, body]:
                now = self.loop.time()
                async with asyncio.timeout_at(None if ms is None else now + ms / 1000) as self.limits[name]:
                    await self.block(body, state, caught)
            case ["reschedule", name, ms]:
                self.limits[name].reschedule(None if ms is None else self.loop.time() + ms / 1000)
            case ["when", name]:
                when = self.limits[name].when()
                self.write(f"when {name}: {None if when is None else round(when * 1000)}")
            case ["expired", name]: self.write(f"expired {name}: {self.limits[name].expired()}")
            case ["wait_for_task", ms, var]: state["last"] = await asyncio.wait_for(self.tasks[var], ms / 1000)
            case ["gather_later", *names]:
                gathered = asyncio.gather(*map(self.coroutine, names))
                del gathered
            case ["make", var, name]: self.made[var] = self.coroutine(name)
            case ["forget", var]: del self.made[var]
            case ["await_made", var]: state["last"] = await self.made.pop(var)
            case ["spawn_made", var, made]: self.tasks[var] = asyncio.create_task(self.made.pop(made))
            case ["group_spawn_made", name, made]: self.groups[name].create_task(self.made.pop(made))
            case _: raise SystemExit(f"no such operation: {op}")


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


def generate(seed, tasks=False):
    """A random program: coroutines that sleep, give way, await, cancel, limit and share a semaphore; with `tasks`, also
    groups, shields and waiting for several."""
    rng = random.Random(seed)
    names = ["a", "b", "c", "d"]
    count = itertools.count()
    calls = {}

    def body(depth, level, group=None):
        ops = []
        for _ in range(rng.randint(1, 3)):
            ops.append(["log", f"{level}{next(count)}"])
            calls[level] = calls.get(level, 0) + 1
            below = [n for n in names if n > level and calls[level] < 7]
            kinds = ["sleep", "sleep", "yield", "with", "try", "timeout", "raise", "cancel", "swallow"]
            if below:
                kinds += ["spawn", "spawn", "gather", "gather_settled", "wait_for"]
            if tasks:
                kinds += ["raise", "limit", "uncancel"]
                if below:
                    kinds += ["group", "group", "wait", "as_completed", "shield", "message"]
                    kinds += ["group_spawn"] * 3 if group else []
            if depth == 0:
                kinds = ["sleep", "yield"]
            kind = rng.choice(kinds)
            some = rng.sample(below, min(len(below), rng.randint(1, 3)))
            match kind:
                case "sleep": ops.append(["sleep", rng.choice([0, 10, 20, 30, 50])])
                case "yield": ops.append(["sleep", 0])
                case "with": ops.append(["with", "s", body(depth - 1, level)])
                case "try": ops.append(["try", body(depth - 1, level), {"ValueError": [["log", "caught"]], "TimeoutError": [["log", "late"]]}, [["log", "finally"]]])
                case "swallow": ops.append(["try", body(depth - 1, level), {"CancelledError": [["log", "swallowed"], ["cancelling"]]}, []])
                case "timeout": ops.append(["try", [["timeout", rng.choice([0, 5, 10, 20, 30]), body(depth - 1, level)]], {"TimeoutError": [["log", "timed out"], ["cancelling"]]}, []])
                case "raise":
                    if rng.random() < 0.3:
                        ops.append(["raise", "ValueError", "x"])
                case "cancel": ops.append(["cancel_if", rng.choice(names)])
                case "spawn": ops.append(["spawn", some[0], some[0]])
                case "gather": ops.append(["try", [["gather", *some], ["show"]], {"ValueError": [["log", "from gather"]]}, []])
                case "gather_settled": ops += [["gather_settled", *some], ["show"]]
                case "wait_for": ops.append(["try", [["wait_for", rng.choice([0, 10, 20, 40]), some[0]], ["show"]], {"TimeoutError": [["log", "wait_for"]]}, []])
                case "limit":
                    name = f"l{next(count)}"
                    inner = [*body(depth - 1, level), ["reschedule", name, rng.choice([None, 0, 5, 20])], *body(depth - 1, level)]
                    handlers = {"TimeoutError": [["caught"], ["expired", name]], "RuntimeError": [["caught"]]}
                    ops.append(["try", [["limit", name, rng.choice([None, 5, 10, 30]), inner]], handlers, []])
                case "uncancel": ops += [["cancelling"], ["uncancel"]]
                case "group":
                    name = f"g{next(count)}"
                    inner = [["group_spawn", name, n, n] for n in some[:2]] + body(depth - 1, level, name)
                    handlers = {"ExceptionGroup": [["caught"], ["cancelling"]]}
                    ops.append(["try", [["group", name, inner]], handlers if rng.random() < 0.8 else {}, [["log", "group left"]]])
                case "group_spawn": ops.append(["group_spawn", group, some[0], some[0]])
                case "wait" | "as_completed":
                    ops += [["spawn", n, n] for n in some]
                    if rng.random() < 0.3:
                        ops.append(["cancel", rng.choice(some)])
                    limit = rng.choice([None, None, 0, 10, 30])
                    if kind == "wait":
                        ops.append(["wait", rng.choice(["FIRST_COMPLETED", "FIRST_EXCEPTION", "ALL_COMPLETED"]), limit, *some])
                    else:
                        which = rng.choice(["as_completed", "as_completed_tasks"])
                        handlers = {"ValueError": [["log", "from as_completed"]], "TimeoutError": [["log", "as_completed"]]}
                        ops.append(["try", [[which, limit, some, [["show"]]]], handlers, []])
                case "shield":
                    ops.append(["spawn", some[0], some[0]])
                    ops.append(["try", [["timeout", rng.choice([5, 20, 40]), [["shield", some[0]]]]], {"TimeoutError": [["log", "shielded"]], "ValueError": [["log", "from shield"]]}, []])
                case "message": ops += [["spawn", some[0], some[0]], ["sleep", rng.choice([0, 10])], ["cancel_message", some[0], "m"], ["try", [["await", some[0]]], {"CancelledError": [["caught"], ["cancelling"]], "ValueError": [["caught"]]}, []]]
        return ops

    program = {"name": f"generated {seed}", "semaphores": {"s": rng.choice([1, 2])}}
    for name in ["main", *names]:
        program[name] = body(3, "" if name == "main" else name)
    program["main"] += [["sleep", 100], ["log", "end"]]
    return program


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
