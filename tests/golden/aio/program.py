"""What the operations of a recorded program do in Python."""

import asyncio
import re

from clock import all_tasks


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
                some = await asyncio.wait([self.tasks[n] for n in names], timeout=limit, return_when=when)
                # Sets of tasks have no order; the list has one.
                done, pending = (text([n for n in dict.fromkeys(names) if self.tasks[n] in tasks]) for tasks in some)
                self.write(f"done {done} pending {pending}")
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
