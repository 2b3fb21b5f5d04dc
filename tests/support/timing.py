"""Time in tests: CPU time, the best of several tries, bounds that only a stall exceeds. Benchmarks give the real figures."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

LIMIT_S = 0.25
"""CPU seconds for one megabyte: five times what a quiet core needs. A text that stalls a pattern takes many seconds."""

_TRIES = 8


def least_seconds(call: Callable[[], object], enough_s: float = 0.0) -> float:
    """CPU seconds of this thread for the fastest of eight calls; stops at the first within ``enough_s``."""
    best = float("inf")
    was_enabled = gc.isenabled()
    gc.disable()  # a collection would walk the heap of the whole test session
    try:
        for _ in range(_TRIES):
            start = time.thread_time()
            call()
            best = min(best, time.thread_time() - start)
            if best <= enough_s:
                break
    finally:
        if was_enabled:
            gc.enable()
    return best


def assert_linear(call: Callable[[str], object], unit: str, small: int = 20_000, times: int = 16) -> None:
    """Assert that ``call`` takes linear time on ``unit`` repeated, by comparing two lengths with the ratio ``times``.

    The bound is four times linear growth: caches and a busy machine stay within it, n^1.5 does not. Less than 50 ms for the
    long text is accepted whatever the growth.
    """
    short, long = (unit * (size // len(unit) + 1) for size in (small, small * times))
    call(short)  # loads lexicons and fills caches
    for _ in range(3):
        least = least_seconds(lambda: call(short))
        bound = max(4 * times * least, 0.05)
        taken = least_seconds(lambda: call(long), bound)
        if taken <= bound:
            return
    raise AssertionError(f"{unit!r}: {small} characters take {least:.4f} s, {times} times as many {taken:.4f} s")


def eventually(condition: Callable[[], bool], within_s: float = 60.0) -> bool:
    """Wait until ``condition`` holds; False if it does not within ``within_s`` seconds of wall time."""
    deadline = time.monotonic() + within_s
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
