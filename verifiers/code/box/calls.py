"""Calls: calls the candidate's function with given arguments and writes what it returns, as data.

Runs in the candidate's box and knows only arguments, never an expected result. The candidate can forge whatever it
reports; the results are compared outside. It writes one record per line: nonce, number, JSON.
"""

import itertools
import json
import os
import signal
import time


def main():
    job = json.loads(_read_all(0))
    out = os.dup(1)
    null = os.open(os.devnull, os.O_RDWR)
    os.dup2(null, 0)
    os.dup2(null, 1)  # what the candidate prints is not a result

    def record(number, data):
        # starts with a line end because the candidate may have written an incomplete line
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
    clocks.used_s()  # loading does not count towards the first call
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
    """The data for a value without an encoding: its type's name, and its items if it is a built-in iterator or dict view."""
    name = type(x).__name__[:80]
    walks = hasattr(type(x), "__next__") and type(x).__module__ in ("builtins", "itertools")
    if not walks and type(x) is not _VALUES:
        return {"o": name}
    return {"o": [name, encode(list(itertools.islice(x, _MOST_ITEMS)), lambda y: {"o": type(y).__name__[:80]})]}


_VALUES = type({}.values())
_MOST_ITEMS = 100_000


def _load(job):
    """The loaded module, without an entry point that only the context defines: it must be the candidate's own."""
    module = new_solution()
    given = load_solution(module, job)
    first = job["entry"].partition(".")[0].removesuffix("()")
    if first in given and module.__dict__.get(first) is given[first]:
        module.__dict__.pop(first, None)
    return module


def _finder(module, entry):
    """A function that returns the entry point: ``f`` itself, or a fresh ``Solution().f`` each time."""
    parts = path_to(module, entry)
    if not parts[-1].endswith("()") and len(parts) == 1:
        found = follow(module, parts)  # the usual case is looked up only once
        return lambda: found
    return lambda: follow(module, parts)


class _Clocks:
    """The CPU and wall time limits of one call.

    The kernel checks CPU timers only once per tick and rounds up, so the alarm is a wall clock timer, which is exact: one
    thread uses at most one CPU second per second. The CPU timer catches programs with several threads.
    """

    def __init__(self, job, over):
        self.cpu_s, self.wall_s, self.over = job["cpu_s"], job["wall_s"], over
        signal.signal(signal.SIGPROF, lambda number, frame: over("cpu"))
        signal.signal(signal.SIGALRM, self.look)
        self.process_s, self.times, self.seen_s = time.process_time, os.times, 0.0

    def used_s(self):
        """CPU seconds since the last call of this method, including those of child processes that were waited for."""
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
    """An exception as data: type name, message, line."""
    line = line_of(error)
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
