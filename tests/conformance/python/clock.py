"""An asyncio loop whose clock moves on to the next timer, and the few orders CPython leaves to chance, made definite.

CPython has no rule for timers of one moment (with a real clock no two moments are equal); here they are called in the order they
were set. Where CPython goes through a set of tasks, whose order is that of addresses, here it is the order of creation.
"""

import asyncio
import heapq
import inspect
import itertools
import re
import selectors
import weakref


class Stuck(Exception):
    """Nothing is left that could happen."""


class VirtualClock(selectors.SelectSelector):
    """Waits by moving the clock on; there are no files to look at."""

    def __init__(self):
        super().__init__()
        self.now = 0.0

    def select(self, timeout=None):
        if timeout is None:
            raise Stuck
        self.now += timeout
        return []


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
    """The loop a program runs on."""

    def __init__(self):
        self.clock = VirtualClock()
        self.created = []
        super().__init__(self.clock)
        self._asyncgens.data = Ordered()

    def time(self):
        return round(self.clock.now, 6)

    def call_at(self, when, callback, *args, context=None):
        timer = Timer(when, callback, args, self, context)
        heapq.heappush(self._scheduled, timer)
        timer._scheduled = True
        return timer

    def create_task(self, coro, **options):
        task = super().create_task(coro, **options)
        self.created.append(weakref.ref(task))
        return task

    def _write_to_self(self):
        """Nobody is waiting for this thread: it is the only one."""


class Ordered(dict):
    """As much of a set as asyncio needs, in the order of insertion."""

    def __init__(self, items=()):
        super().__init__(dict.fromkeys(items))

    def add(self, item):
        self[item] = None

    def discard(self, item):
        self.pop(item, None)

    def remove(self, item):
        del self[item]


def all_tasks(loop=None):
    """Tasks that are not done, oldest first."""
    loop = loop or asyncio.get_running_loop()
    alive = [task() for task in loop.created]
    return [task for task in alive if task is not None and not task.done()]


def make_definite():
    """Puts these orders in the place of chance."""
    asyncio.runners.tasks.all_tasks = all_tasks

    plain = asyncio.TaskGroup.__init__

    def group(self):
        plain(self)
        self._tasks = Ordered()

    asyncio.TaskGroup.__init__ = group

    # as_completed adds its callbacks in the order of a set: the same source, with one that keeps its order.
    tasks = asyncio.tasks
    changed = tasks._AsCompletedIterator if hasattr(tasks, "_AsCompletedIterator") else tasks.as_completed
    source, count = re.subn(
        r"\{(ensure_future\(\w+, loop=loop\) for \w+ in )set\((\w+)\)\}", r"Ordered(\1dict.fromkeys(\2))", inspect.getsource(changed)
    )
    assert count == 1, "as_completed is written in another way in this version"
    tasks.Ordered = Ordered
    exec(source, tasks.__dict__)
    asyncio.as_completed = tasks.as_completed
