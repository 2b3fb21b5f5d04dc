"""The caller inside the candidate's box: makes the calls that stdin asks for and writes what came back, as data.

Sent into the box as text behind `values`. It knows arguments only, never an expected result. What it reports is
no evidence of anything but itself: the results are compared outside. One record a line: nonce, number, JSON.
"""

import itertools
import json
import os
import signal
import sys
import time
import types


def main():
    job = json.loads(_read_all(0))
    out = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)  # what the candidate prints is not what it returns

    def record(number, data):
        # a line of its own, whatever the candidate wrote here before
        rest = memoryview(f"\n{job['nonce']} {number} {json.dumps(data)}\n".encode())
        while rest:
            rest = rest[os.write(out, rest) :]

    clocks = _Clocks(job, lambda kind: (record("time", kind), os._exit(0)))
    clocks.start()
    try:
        module = _load(job)
        find = _finder(module, job["entry"])
    except BaseException as error:
        record("load", _describe(error))
        os._exit(0)
    clocks.used_s()  # loading is no call
    for number, (args, kwargs) in enumerate(job["calls"]):
        clocks.start()
        try:
            value = find()(*decode(args), **decode(kwargs))
            data = {"v": encode(value, _opaque)}
        except BaseException as error:
            data = {"e": _describe(error)}
        record(number, {**data, "s": clocks.used_s()})
        if job["stop"] and "e" in data:
            break
    os._exit(0)


def _opaque(x):
    """A thing without an encoding, by its name; with its items if it is one of Python's own that can only be walked through."""
    name = type(x).__name__[:80]
    walks = hasattr(type(x), "__next__") and type(x).__module__ in ("builtins", "itertools")
    if not walks and type(x) is not _VALUES:
        return {"o": name}
    return {"o": [name, encode(list(itertools.islice(x, _MOST_ITEMS)), lambda y: {"o": type(y).__name__[:80]})]}


_VALUES = type({}.values())
_MOST_ITEMS = 100_000


def _load(job):
    module = types.ModuleType("solution")
    module.__file__ = "solution.py"
    sys.modules["solution"] = module
    if job["context"]:
        exec(compile(job["context"], "context.py", "exec"), module.__dict__)
    given = dict(module.__dict__)
    exec(compile(job["source"], "solution.py", "exec"), module.__dict__)
    first = job["entry"].partition(".")[0].removesuffix("()")
    if first in given and module.__dict__.get(first) is given[first]:
        module.__dict__.pop(first, None)  # the entry point must be the candidate's own, not one that we imported for it
    return module


def _finder(module, entry):
    """How to reach the entry point afresh for each call: ``f``, ``Solution().f``, or the one method of that name."""
    parts = entry.split(".")
    if not hasattr(module, parts[0].removesuffix("()")) and len(parts) == 1 and hasattr(module, "Solution"):
        parts = ["Solution()", *parts]

    def find():
        target = module
        for part in parts:
            target = getattr(target, part.removesuffix("()"))
            if part.endswith("()"):
                target = target()
        return target

    if not parts[-1].endswith("()") and len(parts) == 1:
        found = find()  # the usual case, looked up once
        return lambda: found
    return find


class _Clocks:
    """The limits of one call. The kernel looks at CPU timers once a tick and adds one to be sure, so the timer is of the wall,
    which is exact: no thread uses CPU time faster than that goes by. The CPU timer is there for several threads."""

    def __init__(self, job, over):
        self.cpu_s, self.wall_s, self.over = job["cpu_s"], job["wall_s"], over
        signal.signal(signal.SIGPROF, lambda number, frame: over("cpu"))
        signal.signal(signal.SIGALRM, self.look)
        self.process_s, self.times, self.seen_s = time.process_time, os.times, 0.0

    def used_s(self):
        """CPU seconds since it was asked last, those of children that were waited for among them."""
        before_s, self.seen_s = self.seen_s, self.process_s() + sum(self.times()[2:4])
        return self.seen_s - before_s

    def start(self):
        self.cpu_end_s, self.wall_end_s = time.process_time() + self.cpu_s, time.monotonic() + self.wall_s
        signal.setitimer(signal.ITIMER_PROF, self.cpu_s)
        signal.setitimer(signal.ITIMER_REAL, min(self.cpu_s, self.wall_s))

    def look(self, number, frame):
        cpu_left_s, wall_left_s = self.cpu_end_s - time.process_time(), self.wall_end_s - time.monotonic()
        if cpu_left_s <= 0 or wall_left_s <= 0:
            self.over("cpu" if cpu_left_s <= 0 else "wall")
        signal.setitimer(signal.ITIMER_REAL, max(min(cpu_left_s, wall_left_s), 1e-4))


def _describe(error):
    line, trace = 0, error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == "solution.py":
            line = trace.tb_lineno
        trace = trace.tb_next
    if isinstance(error, SyntaxError):
        line = error.lineno or 0
    try:
        text = str(error)[:300]
    except BaseException:
        text = ""
    return [type(error).__name__[:80], text, line]


def _read_all(fd):
    pieces = []
    while piece := os.read(fd, 1 << 20):
        pieces.append(piece)
    return b"".join(pieces)


if __name__ == "__main__":
    main()
