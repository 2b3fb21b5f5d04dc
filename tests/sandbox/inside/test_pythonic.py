"""A Python program in a box behaves as under ``python main.py``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tiers import TIERS, sandbox_of

from r1.sandbox import Limits, Program, Sandbox


@pytest.fixture(scope="module", params=TIERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=1)  # one box, so that a program would meet what an earlier one left


def test_processes_and_shared_memory_of_the_standard_library_work(sandbox: Sandbox) -> None:
    source = (
        "import multiprocessing, threading, tempfile, subprocess, sys\n"
        "def f(x): return x * x\n"
        "if __name__ == '__main__':\n"
        "    with multiprocessing.Pool(2) as pool: print(pool.map(f, range(4)))\n"
        "    print(subprocess.check_output([sys.executable, '-c', 'print(5)']).decode().strip())\n"
    )
    outcome = sandbox.run(Program(source), Limits(cpu_s=5))
    assert outcome.stdout == b"[0, 1, 4, 9]\n5\n", outcome.stderr


def test_the_program_ends_as_the_interpreter_would_end_it(sandbox: Sandbox) -> None:
    late = "import atexit, threading\nf = open(1, 'w', closefd=False)\nf.write('unflushed ')\natexit.register(print, 'atexit', end=' ')\n"
    late += "class A:\n    def __del__(self): print('del')\na = A()\n"
    late += "threading.Timer(0.05, lambda: print('thread', end=' ')).start()"
    assert set(sandbox.run(Program(late)).stdout.split()) == {b"unflushed", b"atexit", b"del", b"thread"}
    assert sandbox.run(Program("import sys; sys.exit('no')")).stderr == b"no\n"
    assert b'File "main.py", line 1' in sandbox.run(Program("1/0")).stderr


def test_random_numbers_differ_between_runs(sandbox: Sandbox) -> None:
    drawn = {sandbox.run(Program("import random; print(random.random())")).stdout for _ in range(4)}
    assert len(drawn) == 4
