"""Time in tests: CPU time, the best of many tries, bounds that only a stall breaks; benchmarks give the real figures."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

LIMIT_S = 0.25
"""For one megabyte: 50 ms on a quiet core, five times that on a loaded one; what stalls a pattern takes many seconds."""

_TRIES = 8


def least_seconds(call: Callable[[], object], enough_s: float = 0.0) -> float:
    """CPU seconds of the quickest of eight calls; stops at the first that takes no more than ``enough_s``."""
    best = float("inf")
    was_enabled = gc.isenabled()
    gc.disable()  # a collection walks the whole test session's heap, which is not what is measured
    try:
        for _ in range(_TRIES):
            start = time.process_time()
            call()
            best = min(best, time.process_time() - start)
            if best <= enough_s:
                break
    finally:
        if was_enabled:
            gc.enable()
    return best


def assert_linear(call: Callable[[str], object], unit: str, small: int = 20_000, times: int = 16) -> None:
    """``unit`` repeated takes about ``times`` as long when the text is ``times`` as long; n² would take times².

    The bound is four times linear, so that caches and a busy neighbour pass and n^1.5 does not. Texts that are judged
    within 50 ms are fast enough whatever their growth.
    """
    short, long = (unit * (size // len(unit) + 1) for size in (small, small * times))
    call(short)  # lexicons are loaded here
    for _ in range(3):
        least = least_seconds(lambda: call(short))
        bound = max(4 * times * least, 0.05)
        taken = least_seconds(lambda: call(long), bound)
        if taken <= bound:
            return
    raise AssertionError(f"{unit!r}: {small} characters take {least:.4f} s, {times} times as many {taken:.4f} s")
