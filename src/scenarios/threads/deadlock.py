from decimal import Decimal

BALANCE = Decimal("1000.00")
A_TO_B = Decimal("100.00")
B_TO_A = Decimal("50.00")
WORK = 0.1
LIMIT = 0.2

import random
import threading
import time


class Account:
    def __init__(self, name):
        self.name, self.balance, self.lock = name, BALANCE, threading.Lock()


def pay(source, target, amount):
    source.balance -= amount
    time.sleep(WORK)
    target.balance += amount


def as_they_come(source, target, amount, met):
    with source.lock:
        met.wait()  # each has one lock: the bad moment, made certain
        with target.lock:
            pay(source, target, amount)


def ordered(source, target, amount, met):
    first, second = sorted((source, target), key=lambda account: account.name)
    with first.lock, second.lock:
        pay(source, target, amount)


def with_time_out(source, target, amount, met):
    tries = 0
    while True:
        with source.lock:
            if tries == 0:
                met.wait()
            if target.lock.acquire(timeout=LIMIT):
                try:
                    return pay(source, target, amount)
                finally:
                    target.lock.release()
        time.sleep(LIMIT * random.uniform(0, 2 ** min(tries, 5)))
        tries += 1


def show(way, transfer):
    a, b, met = Account("A"), Account("B"), threading.Barrier(2)
    threads = [
        threading.Thread(target=transfer, args=(a, b, A_TO_B, met), daemon=True),
        threading.Thread(target=transfer, args=(b, a, B_TO_A, met), daemon=True),
    ]
    for thread in threads:
        thread.start()
    if way == "as they come":
        # CPython does not look for deadlocks: without a limit this join would never end.
        for thread in threads:
            thread.join(2 * WORK + 1)
    else:
        for thread in threads:
            thread.join()
    stuck = any(thread.is_alive() for thread in threads)
    result = "deadlock" if stuck else f"A {a.balance}, B {b.balance}, sum {a.balance + b.balance}"
    print(f"{way}: {result}")


if __name__ == "__main__":
    show("as they come", as_they_come)
    show("ordered", ordered)
    show("time-out", with_time_out)
