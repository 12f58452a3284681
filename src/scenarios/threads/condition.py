CONSUMERS = 3
DELAY = 1.0

import threading
import time


class Shop:
    def __init__(self):
        self.condition, self.all_wait = threading.Condition(), threading.Event()
        self.items, self.closed, self.waiting, self.taken = [], False, 0, 0

    def wait(self):
        self.waiting += 1
        if self.waiting == CONSUMERS:
            self.all_wait.set()  # the producer gets the lock only when this one waits too
        self.condition.wait()

    def consume(self, looks_again):
        with self.condition:
            if looks_again:
                while not self.items:
                    if self.closed:
                        return
                    self.wait()
            elif not self.items:
                self.wait()
            self.items.pop()
            self.taken += 1


def show(way, looks_again, n):
    failed = []
    threading.excepthook = lambda args: failed.append(args.exc_type.__name__)
    shop = Shop()
    threads = [threading.Thread(target=shop.consume, args=(looks_again,)) for _ in range(CONSUMERS)]
    for thread in threads:
        thread.start()
    shop.all_wait.wait()
    time.sleep(DELAY)
    with shop.condition:
        shop.items.append("item")
        shop.condition.notify(n)
    time.sleep(DELAY)
    with shop.condition:
        shop.closed = True
        shop.condition.notify_all()
    for thread in threads:
        thread.join()
    print(f"{way}: {shop.taken} taken, {len(failed)} failed {' '.join(failed)}")


if __name__ == "__main__":
    show("notify", True, 1)
    show("notify_all", True, CONSUMERS)
    show("no loop", False, CONSUMERS)
