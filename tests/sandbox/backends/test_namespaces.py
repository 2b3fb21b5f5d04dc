"""The namespaces backend: closing leaves no process, it needs no root, and its loop in C equals the one in Python."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest
from serving import descendants, eventually

from r1.sandbox import Limits, Program, open_sandbox
from r1.sandbox.backends import namespaces

SQUARE = "print(int(input()) ** 2)"


def test_closing_leaves_no_process() -> None:
    before = descendants()
    with open_sandbox("namespaces", workers=2) as box:
        box.run_many([Program(SQUARE, stdin=b"3")] * 4)
    assert eventually(lambda: descendants() <= before)


def test_an_ordinary_user_can_open_a_sandbox() -> None:
    """The namespaces backend needs no root: uid 65534 gets the same outcomes."""
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("needs hardware: root, to become somebody else")
    code = (
        "import sys, os\n"
        "from r1.sandbox import open_sandbox, Program, Limits\n"
        "box = open_sandbox('namespaces', workers=1)\n"
        "print(os.getuid(), box.run(Program('print(6 * 7)')).stdout, box.run(Program('while 1: pass'), Limits(cpu_s=0.5)).code)\n"
        "box.close()"
    )
    user = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]
    if subprocess.run([*user, sys.executable, "-c", "import r1.sandbox"], cwd="/", capture_output=True).returncode:
        pytest.skip("needs hardware: an interpreter and checkout that other users may read")
    run = subprocess.run([*user, sys.executable, "-c", code], cwd="/", capture_output=True, text=True, timeout=60)
    assert run.stdout.split(maxsplit=1) == ["65534", "b'42\\n' TLE\n"], run.stderr


@pytest.mark.parametrize("in_c", [True, False])
def test_the_loops_in_c_and_in_python_give_the_same_outcomes(in_c: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not in_c:
        monkeypatch.setattr(namespaces, "steps_library", lambda: None)
    namespaces.description.cache_clear()
    lines = "import sys, time\nfor line in sys.stdin: print(line, end='')\n"
    try:
        with open_sandbox("namespaces", workers=1) as box:
            quick, slow = (
                box.run(Program(lines + end, stdin=b"1\n2\n", args=("x",))) for end in ("", "time.sleep(0.05)")
            )
            assert (quick.stdout, slow.stdout) == (b"1\n2\n", b"1\n2\n")
            assert 0 < quick.cpu_s <= quick.wall_s and slow.wall_s >= 0.05 and quick.peak_memory_bytes > 5 << 20
            endings = [box.run(Program(f"import os; os.{end}")) for end in ("_exit(7)", "_exit(200)")]
            assert [(o.exit_code, o.signal) for o in endings] == [(7, None), (200, None)]
            left = box.run(Program("import os, time\nif os.fork() == 0: time.sleep(9)\nprint('over')"))
            assert (left.code, left.stdout) == ("OK", b"over\n")
            compiled = box.run(Program("int main(void) { return 5; }", "c"))
            assert compiled.exit_code == 5
            ends = [box.run(Program(source), limits).code for source, limits in LIMITED]
            assert ends == ["TLE", "TLE", "MLE", "OLE"]
            pair = box.run_linked(Program("import os; os.write(3, b'hi')"), Program("import os; print(os.read(3, 9))"))
            assert pair[1].stdout == b"b'hi'\n"
    finally:
        namespaces.description.cache_clear()


LIMITED = [
    ("while True: pass", Limits(cpu_s=0.3)),
    ("import time; time.sleep(9)", Limits(wall_s=0.3)),
    ("x = bytearray(99 << 20)", Limits(memory_bytes=50 << 20)),
    ("print('x' * 9999)", Limits(output_bytes=1000)),
]
