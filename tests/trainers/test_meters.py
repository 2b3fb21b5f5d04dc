"""Meters: seconds by name, and peak memory per step."""

from __future__ import annotations

import mmap
import sys

import pytest

from r1.trainers.meters import Clock, peak_memory


def test_peak_memory_is_reset_after_each_step() -> None:
    peak_memory()
    before = peak_memory()["memory/peak_bytes"]
    with mmap.mmap(-1, 200_000_000) as held:  # mmap, because an allocator may keep freed memory
        for page in range(0, len(held), mmap.PAGESIZE):
            held[page] = 1
        with_it = peak_memory()["memory/peak_bytes"]
    peak_memory()
    after = peak_memory()["memory/peak_bytes"]
    assert with_it - before > 150_000_000
    assert with_it - after > 150_000_000 or sys.platform != "linux"


def test_a_lap_has_the_seconds_of_each_name_and_then_starts_over() -> None:
    clock = Clock()
    for name in ("generate", "train", "train"):
        with clock(name):
            pass
    with pytest.raises(ZeroDivisionError), clock("judge"):
        raise ZeroDivisionError  # the time of a block that fails counts, too
    lap = clock.lap()
    assert lap.keys() == {"seconds/generate", "seconds/train", "seconds/judge", "seconds/step"}
    assert sum(lap.values()) - lap["seconds/step"] <= lap["seconds/step"] + 3e-4  # each figure is rounded
    assert clock.lap().keys() == {"seconds/step"}
