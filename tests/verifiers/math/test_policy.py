"""The policy in the docstring of the room, and what an import of the room loads."""

from __future__ import annotations

import doctest
import subprocess
import sys

from r1.verifiers import math


def test_the_documented_policy_holds() -> None:
    result = doctest.testmod(math)
    assert result.attempted > 15 and not result.failed


def test_importing_is_light() -> None:
    program = (
        "import time, sys, r1\nstart = time.process_time()\nimport r1.verifiers.math\nprint(time.process_time() - start)\n"
        "print([m for m in ('flint', 'sympy', 'torch', 'mpmath') if m in sys.modules])"
    )
    runs = [
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split("\n")
        for _ in range(3)
    ]
    assert runs[0][1] == "[]"
    assert min(float(lines[0]) for lines in runs) < 1.0, "CPU seconds; 0.1 on a quiet core"
