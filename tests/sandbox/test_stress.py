"""Stress: mixed programs while box runners are killed at random. No wrong verdict, no lost result, nothing left."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from pathlib import Path

import pytest

from r1.sandbox import Limits, Program, SandboxError, SandboxUnavailable, open_sandbox
from r1.sandbox.pool import Pool

LIMITS = Limits(cpu_s=0.3, wall_s=2.0, memory_bytes=96 << 20, output_bytes=1 << 16, processes=8)
KINDS = {  # source, and what must come of it; a program's number is its input, so that a mixed-up result shows
    "right": ("print(int(input()) * 2)", "OK"),
    "fails": ("print(int(input()) * 2); raise SystemExit(3)", "RE"),
    "hangs": ("while True: pass", "TLE"),
    "memory": ("b = []\nwhile True: b.append(bytearray(8 << 20))", "MLE"),
    "flood": ("import os\nwhile True: os.write(1, b'x' * 65536)", "OLE"),
    "forks": ("import os\nfor _ in range(64):\n try: os.fork()\n except OSError: pass", None),  # any end will do
}
WEIGHTS = [400, 80, 4, 6, 6, 4]


def killer(pool: Pool, over: threading.Event, killed: list[int]) -> None:
    """Kill runners under way, but none of a box's first runs: those may be a killed run's only second chance."""
    dice = random.Random(7)
    while not over.wait(0.1):
        with pool._free:
            victims = [slot.box.pid for slot in pool._busy if slot.runs >= 2 and slot.box.pid not in killed]
            if victims:
                killed.append(dice.choice(victims))
                os.kill(killed[-1], signal.SIGKILL)


def test_mixed_programs_survive_killed_runners() -> None:
    names = random.Random(5).choices(list(KINDS), WEIGHTS, k=300)
    programs = [Program(KINDS[name][0], stdin=b"%d\n" % i) for i, name in enumerate(names)]
    try:
        pool = open_sandbox("namespaces", workers=2)
    except SandboxUnavailable as refusal:
        pytest.skip(f"needs hardware: {refusal}")
    assert isinstance(pool, Pool)
    killed: list[int] = []
    over = threading.Event()
    thread = threading.Thread(target=killer, args=(pool, over, killed))
    with pool:
        thread.start()
        try:
            results = pool.run_many(programs, LIMITS)
        finally:
            over.set()
            thread.join()
        boxes = [slot.box.pid for slot in pool._idle] + killed
    assert killed, "no runner was killed: the test tested nothing"
    for i, (name, result) in enumerate(zip(names, results, strict=True)):
        assert not isinstance(result, SandboxError), (i, name, result)
        expected = KINDS[name][1]
        assert expected is None or result.code == expected, (i, name, result.code, result.stderr[-300:])
        if name in ("right", "fails"):
            assert result.stdout == b"%d\n" % (2 * i)
    deadline_s = time.monotonic() + 20
    while (left := [pid for pid in boxes if is_runner(pid)]) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    assert not left


def is_runner(pid: int) -> bool:
    """Whether this process is there and is a box's runner (a zombie has no command line; a number may have a new owner)."""
    try:
        return b"r1.sandbox.runner" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False
