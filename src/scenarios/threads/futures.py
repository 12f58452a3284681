WORKERS = 3
EXPONENT = 10
SLOW = 6.0
LIMIT = 5.0

import time
from concurrent.futures import ThreadPoolExecutor, as_completed


def square(n):
    time.sleep((6 - n) * 0.1)
    return n * n


def raised(call):
    try:
        call()
    except Exception as error:
        return type(error).__name__
    return "nothing"


with ThreadPoolExecutor(max_workers=WORKERS) as pool:
    print(f"2 to the power of {EXPONENT}: {pool.submit(pow, 2, EXPONENT).result():,}")
    print("map:", *pool.map(square, range(1, 6)))
    squares = [pool.submit(square, n) for n in range(1, 6)]
    print("as_completed:", *(future.result() for future in as_completed(squares)))
    number = pool.submit(int, "not_a_number")
    print("result():", raised(number.result))
    sleepers = [pool.submit(time.sleep, SLOW) for _ in range(WORKERS)]
    late = pool.submit(time.sleep, SLOW)
    print("cancel of what has not begun:", late.cancel())
    print(f"result({LIMIT:g}):", raised(lambda: sleepers[0].result(LIMIT)))
    print("cancel of what has begun:", sleepers[0].cancel())
print("submit after shutdown:", raised(lambda: pool.submit(pow, 2, EXPONENT)))
