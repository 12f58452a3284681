"""Random programs, always the same ones."""

import itertools
import random


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
