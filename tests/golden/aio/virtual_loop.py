"""A loop of asyncio's whose clock jumps to the next timer, and which keeps in order what asyncio keeps in sets."""

import asyncio
import heapq
import itertools
import selectors
import weakref


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
