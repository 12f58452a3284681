"""From the notation to Python: as it is run (every statement says what came of it), and as it is read."""

from simple import SIMPLE, items, kind_name
from notation import Node, parse

RESOURCES = {
    "lock": "asyncio.Lock()",
    "sem": "asyncio.Semaphore({})",
    "bsem": "asyncio.BoundedSemaphore({})",
    "event": "asyncio.Event()",
    "cond": "asyncio.Condition()",
    "barrier": "asyncio.Barrier({})",
    "queue": "asyncio.Queue({})",
    "lifo": "asyncio.LifoQueue({})",
    "prio": "asyncio.PriorityQueue({})",
}


class Translator:
    """Writes Python line by line. `traced`: with a record of every statement's end."""

    def __init__(self, traced):
        self.traced, self.lines = traced, []
        self.limits, self.groups, self.caught = [], [], []  # the enclosing blocks, innermost last

    def out(self, depth, text):
        self.lines.append("    " * depth + text)

    def program(self, text):
        nodes = parse(text)
        self.names = {node.args[0] for node in nodes if node.name in ("def", "gen")}
        for node in nodes:
            if node.name in ("def", "gen"):
                self.out(0, f"async def {node.args[0]}():")
                self.body(1, node.blocks[0], f"begin({node.number})" if self.traced else None)
                if node.name == "gen" and not any_yield(node):
                    self.out(1, "if False: yield")
        self.out(0, "def resources():")
        made = [(node.args[0], RESOURCES[node.name].format(*node.args[1:])) for node in nodes if node.name in RESOURCES]
        if made:
            self.out(1, "global " + ", ".join(name for name, _ in made))
        self.lines += [f"    {name} = {code}" for name, code in made] or ["    pass"]
        return "\n".join(self.lines) + "\n"

    def body(self, depth, nodes, first=None):
        before = len(self.lines)
        if first:
            self.out(depth, first)
        for node in nodes:
            self.statement(depth, node)
        if len(self.lines) == before:
            self.out(depth, "pass")

    def statement(self, depth, node):
        compound = getattr(self, "do_" + node.name, None)
        if compound is None:
            self.simple(depth, node)
        elif self.traced:
            self.out(depth, f"with Step({node.number}) as _s{node.number}:")
            compound(depth + 1, node)
        else:
            compound(depth, node)

    def simple(self, depth, node):
        variables, traced, shown = SIMPLE[node.name](self, node)
        if not self.traced:
            self.out(depth, f"{shown or traced}  # {node.number}")
            return
        if traced is None:
            return
        if variables:
            self.out(depth, f"if {' and '.join(f'{name!r} in v' for name in variables)}:")
            depth += 1
        if traced.startswith(("raise", "return", "yield")) or " = " in traced:
            self.out(depth, f"with Step({node.number}): {traced}")
        else:
            self.out(depth, f"with Step({node.number}) as _s: _s.value = {traced}")

    def do_repeat(self, depth, node):
        self.out(depth, f"for _ in range({node.args[0]}):")
        self.body(depth + 1, node.blocks[0])

    def do_tick(self, depth, node):
        self.out(depth, f"for _ in range({node.args[0]}):")
        self.simple(depth + 1, step(node, "sleep", "0"))

    def do_try(self, depth, node):
        n = node.number
        self.out(depth, "try:")
        self.body(depth + 1, node.blocks[0])
        self.caught.append(f"e{n}")
        for kind, block in zip(node.args, node.blocks[1:]):
            self.out(depth, f"except {kind_name(kind)} as e{n}:")
            self.body(depth + 1, block)
        self.caught.pop()
        if node.blocks[-1] or not node.args:
            self.out(depth, "finally:")
            self.body(depth + 1, node.blocks[-1])

    def do_timeout(self, depth, node):
        limit = "None" if node.args[0] == "-" else int(node.args[0]) / 1000
        self.limits.append(f"limit{node.number}")
        self.out(depth, f"async with asyncio.timeout({limit}) as {self.limits[-1]}:")
        self.body(depth + 1, node.blocks[0], self.traced and f"_s{node.number}.note = {self.limits[-1]}.expired")
        self.limits.pop()

    def do_group(self, depth, node):
        self.groups.append(f"group{node.number}")
        self.out(depth, f"async with asyncio.TaskGroup() as {self.groups[-1]}:")
        self.body(depth + 1, node.blocks[0])
        self.groups.pop()

    def do_with(self, depth, node):
        self.out(depth, f"async with {node.args[0]}:")
        self.body(depth + 1, node.blocks[0])

    def do_guard(self, depth, node):
        enter, leave, *swallows = node.args
        self.out(depth, f"async with Guard({enter}, {leave}{''.join(', ' + kind for kind in swallows)}):")
        self.body(depth + 1, node.blocks[0])

    def do_each(self, depth, node):
        """as_completed; `each limit most x y`, where 0 is no most."""
        limit, most, *names = node.args
        limit = "None" if limit == "-" else int(limit) / 1000
        n = node.number
        self.out(depth, f"for i{n}, c{n} in enumerate(asyncio.as_completed({items(self, names)}, timeout={limit}), 1):")
        self.out(depth + 1, f"with Step({n}) as _s: _s.value = await c{n}" if self.traced else f"await c{n}")
        if most != "0":
            self.out(depth + 1, f"if i{n} == {most}: break")

    def loop(self, depth, node, source):
        n, most = node.number, node.args[1]
        self.out(depth, f"i{n} = 0")
        self.out(depth, f"async for item{n} in {source}:")
        self.out(depth + 1, f"i{n} += 1")
        self.body(depth + 1, node.blocks[0], self.traced and f"Step({n}).item(item{n})")
        if most != "0":
            self.out(depth + 1, f"if i{n} == {most}: break")

    def do_for(self, depth, node):
        self.loop(depth, node, f"{node.args[0]}()")

    def do_closing(self, depth, node):
        source = f"source{node.number}"
        if self.traced:  # the variable is not to keep it alive
            self.out(depth, "try:")
            depth += 1
        self.out(depth, f"async with contextlib.aclosing({node.args[0]}()) as {source}:")
        self.loop(depth + 1, node, source)
        if self.traced:
            self.out(depth - 1, f"finally: {source} = None")


def any_yield(node):
    return node.name == "yield" or any(any_yield(inner) for block in node.blocks for inner in block)


def step(node, name, *args):
    """Another simple statement in the place of this one."""
    other = Node(node.number, name)
    other.args = list(args)
    return other
