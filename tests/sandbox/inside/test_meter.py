"""The meter reads CPU time and memory of the whole process tree, in /proc and in each isolated tier."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest
from own_attacks import HIDDEN_MEMORY
from tiers import TIERS, sandbox_of

from r1.sandbox import Killed, Limits, Program, Sandbox
from r1.sandbox.inside import meter


def test_the_meter_reads_cpu_time_finer_than_ticks() -> None:
    """The meter reads what a process has used by its own clock at once, not a kernel tick later."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        while time.process_time() < 0.0537:
            pass
        os.write(writer, struct.pack("d", time.process_time()))
        signal.pause()
    try:
        used_s = struct.unpack("d", os.read(reader, 8))[0]
        assert meter._process_s(pid) >= used_s
        assert meter._process_s(2**22 + 1) == 0.0  # no process has this pid
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(reader)
        os.close(writer)


@pytest.fixture(scope="module", params=TIERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=1)  # one box, so that a program would meet what an earlier one left


def test_the_cpu_of_children_counts(sandbox: Sandbox) -> None:
    source = (
        "import os\n"
        "for _ in range(3):\n"
        "    if os.fork() == 0:\n"
        "        while True: pass\n"
        "while True:\n"
        "    try: os.wait()\n"
        "    except ChildProcessError: break\n"
    )
    outcome = sandbox.run(Program(source), Limits(cpu_s=1, wall_s=30))
    assert (outcome.killed, outcome.cpu_s > 1) == (Killed.CPU, True)


def test_memory_of_children_is_added_up_and_shared_pages_count_once(sandbox: Sandbox) -> None:
    hold = "import os, time\nx = bytearray({mine} << 20)\nfor i in range(0, len(x), 4096): x[i] = 1\n"
    hold += "for _ in range(6):\n    if os.fork() == 0:\n        {child}\n        time.sleep(1); os._exit(0)\n"
    hold += "for _ in range(6): os.wait()\nprint('done')"
    touch = "y = bytearray(60 << 20)\n        for i in range(0, len(y), 4096): y[i] = 1"
    shared = sandbox.run(Program(hold.format(mine=60, child="pass")), Limits(wall_s=30))
    own = sandbox.run(Program(hold.format(mine=1, child=touch)), Limits(cpu_s=5, wall_s=30))
    assert (shared.code, own.code) == ("OK", "MLE")


@pytest.mark.parametrize("source", HIDDEN_MEMORY.values(), ids=HIDDEN_MEMORY)
def test_memory_outside_every_resident_set_counts(sandbox: Sandbox, source: str) -> None:
    if sandbox.tier == "docker+runsc":
        pytest.skip("needs hardware: a gVisor that tells sizes of mappings; its own memory limit holds there")
    limits = Limits(cpu_s=9, wall_s=20, memory_bytes=128 << 20)
    assert sandbox.run(Program(source), limits).code == "MLE"


def test_the_cpu_of_children_that_are_never_waited_for_counts(sandbox: Sandbox) -> None:
    source = (
        "import os, signal, time\n"
        "signal.signal(signal.SIGCHLD, signal.SIG_IGN)\n"
        "while True:\n"
        "    if os.fork() == 0:\n"
        "        end = time.monotonic() + 0.004\n"
        "        while time.monotonic() < end: pass\n"
        "        os._exit(0)\n"
        "    time.sleep(0.002)\n"
    )
    outcome = sandbox.run(Program(source), Limits(cpu_s=0.5, wall_s=60))
    # gVisor does not report what such children have used. There, only what the meter sees while they live can end the run.
    assert outcome.killed in ({Killed.WALL, Killed.CPU} if sandbox.tier == "docker+runsc" else {Killed.CPU})


def test_a_busy_machine_does_not_make_a_right_program_late(sandbox: Sandbox) -> None:
    """Wall time does not include the time that the program waited for a core."""
    spinners = [subprocess.Popen([sys.executable, "-S", "-I", "-c", "while True: pass"]) for _ in range(6)]
    try:
        work = "import time\nend = time.process_time() + 0.6\nwhile time.process_time() < end: pass\nprint('done')"
        outcome = sandbox.run(Program(work), Limits(cpu_s=1.5, wall_s=1.0))
    finally:
        for spinner in spinners:
            spinner.kill()
            spinner.wait()
    assert outcome.stdout == b"done\n"
