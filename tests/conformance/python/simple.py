"""Statements of one line: for each, the variables it needs (without them it is left out), what is run, and what is shown.

What is run is an expression whose value is recorded; what is shown is the same when nothing is said.
"""

WHEN = {"all": "ALL_COMPLETED", "first": "FIRST_COMPLETED", "error": "FIRST_EXCEPTION"}
KINDS = {"QueueEmpty", "QueueFull", "QueueShutDown", "CancelledError", "InvalidStateError", "BrokenBarrierError"}


def kind_name(kind):
    return f"asyncio.{kind}" if kind in KINDS else kind


def seconds(ms):
    return "None" if ms == "-" else str(int(ms) / 1000)


def literal(text):
    return text if text.lstrip("-").isdigit() else repr(text)


def variable(t, name):
    return f'v["{name}"]' if t.traced else name


def item(t, name):
    """A new coroutine, or the variable, if it has been set."""
    if name in t.names:
        return f"{name}()"
    return f"*have({name!r})" if t.traced else name


def items(t, names):
    return "[" + ", ".join(item(t, name) for name in names) + "]"


def plain(code):
    """Always the same code, filled in with the arguments."""
    return lambda t, node: ((), code.format(*node.args), None)


def on_variable(code):
    """`{0}` is the variable that is the first argument."""
    return lambda t, node: ((node.args[0],), code.format(variable(t, node.args[0]), *map(literal, node.args[1:])), None)


def sleep(t, node):
    return (), f"await asyncio.sleep({seconds(node.args[0])})", None


def new_task(maker):
    def translate(t, node):
        name, body, *named = node.args
        named = f", name={named[0]!r}" if named else ""
        return (), f"{variable(t, name)} = {maker(t)}.create_task({body}(){named})", None

    return translate


def await_text(t, node):
    return (node.args[0],), f"await {variable(t, node.args[0])}", None


def awaited_item(code):
    """Awaits what is made of one item: `{0}`."""

    def translate(t, node):
        name = node.args[0]
        own = name in t.names
        made = f"{name}()" if own else variable(t, name)
        return () if own else (name,), code.format(made, *map(seconds, node.args[1:])), None

    return translate


def gather(settled):
    def translate(t, node):
        inside = [item(t, name) for name in node.args] + settled
        return (), f"await asyncio.gather({', '.join(inside)})", None

    return translate


def wait(t, node):
    when, limit, *names = node.args
    options = f"timeout={seconds(limit)}, return_when=asyncio.{WHEN[when]}"
    return (), f"await waited({names}, {options})", f"await asyncio.wait([{', '.join(names)}], {options})"


def reschedule(t, node):
    if not t.limits:
        return (), None, "pass"
    when = "None" if node.args[0] == "-" else f"asyncio.get_running_loop().time() + {seconds(node.args[0])}"
    return (), f"{t.limits[-1]}.reschedule({when})", None


def raised(t, node):
    kind, message, *chained = node.args
    chained = f" from {t.caught[-1]}" if chained and t.caught else ""
    return (), f"raise {kind_name(kind)}({message!r}){chained}", None


def again(t, node):
    return (), f"raise {t.caught[-1]}" if t.caught else None, None if t.caught else "pass"


def fail(t, node):
    name, kind, message = node.args
    return (name,), f"{variable(t, name)}.set_exception({kind_name(kind)}({message!r}))", None


def callback(t, node):
    name = variable(t, node.args[0])
    return (node.args[0],), f"{name}.add_done_callback(Step({node.number}).called)", f"{name}.add_done_callback(print)"


def on_queue(code):
    return lambda t, node: ((), code.format(node.args[0], *map(literal, node.args[1:])), None)


SIMPLE = {
    "sleep": sleep,
    "spawn": new_task(lambda t: "asyncio"),
    "start": new_task(lambda t: t.groups[-1] if t.groups else "asyncio"),
    "await": await_text,
    "cancel": on_variable("{0}.cancel()"),
    "cancelwith": on_variable("{0}.cancel({1})"),
    "cancelme": lambda t, node: ((), f"asyncio.current_task().cancel({', '.join(map(repr, node.args))})", None),
    "cancelling": plain("asyncio.current_task().cancelling()"),
    "uncancel": plain("asyncio.current_task().uncancel()"),
    "look": lambda t, node: ((node.args[0],), f"state({variable(t, node.args[0])})", None),
    "callback": callback,
    "gather": gather([]),
    "settle": gather(["return_exceptions=True"]),
    "wait": wait,
    "shield": awaited_item("await asyncio.shield({0})"),
    "waitfor": awaited_item("await asyncio.wait_for({0}, {1})"),
    "reschedule": reschedule,
    "raise": raised,
    "reraise": again,
    "return": lambda t, node: ((), f"return {literal(node.args[0])}", None),
    "yield": lambda t, node: ((), f"yield {literal(node.args[0])}", None),
    "future": lambda t, node: ((), f"{variable(t, node.args[0])} = asyncio.get_running_loop().create_future()", None),
    "set": on_variable("{0}.set_result({1})"),
    "fail": fail,
    "acquire": plain("await {0}.acquire()"),
    "release": plain("{0}.release()"),
    "locked": plain("{0}.locked()"),
    "ewait": plain("await {0}.wait()"),
    "eset": plain("{0}.set()"),
    "eclear": plain("{0}.clear()"),
    "bump": lambda t, node: ((), "bump()", None),
    "cwait": plain("await {0}.wait()"),
    "cwaitfor": lambda t, node: ((), f"await {node.args[0]}.wait_for(lambda: bumps() >= {node.args[1]})", None),
    "notify": plain("{0}.notify({1})"),
    "notifyall": plain("{0}.notify_all()"),
    "bwait": plain("await {0}.wait()"),
    "breset": plain("await {0}.reset()"),
    "babort": plain("await {0}.abort()"),
    "put": on_queue("await {0}.put({1})"),
    "get": plain("await {0}.get()"),
    "putnow": on_queue("{0}.put_nowait({1})"),
    "getnow": plain("{0}.get_nowait()"),
    "taskdone": plain("{0}.task_done()"),
    "join": plain("await {0}.join()"),
    "shutdown": lambda t, node: ((), f"{node.args[0]}.shutdown({'immediate=True' if node.args[1:] else ''})", None),
    "size": plain("{0}.qsize()"),
}
