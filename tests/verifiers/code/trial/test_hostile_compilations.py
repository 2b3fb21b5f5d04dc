"""Programs in C++ that are hard to read or to compile."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from typing import Any

import pytest
from code_tasks import fenced
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code

pytestmark = pytest.mark.skipif(shutil.which("g++") is None, reason="needs hardware: g++")

COMPILER_BOMB = """
constexpr long f(long n) {
    long s = 0;
    for (long i = 0; i < n; i++) s += i;
    return s;
}
int main() {
    static_assert(f(1L << 40) > 0, "");
}
"""
A_HEADER_TWICE = """
#include <bits/stdc++.h>
#include <cstdio>
#include <bits/stdc++.h>
using namespace std;
int main() {
    int a, b;
    cin >> a >> b;
    cout << a + b;
}
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


class Counting:
    """A sandbox that keeps the outcomes of its runs."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox, self.tier, self.workers = sandbox, sandbox.tier, sandbox.workers
        self.outcomes: list[Any] = []

    def run(self, *args: Any) -> Any:
        self.outcomes.append(self.sandbox.run(*args))
        return self.outcomes[-1]


def test_a_compiler_bomb_is_compiled_only_once(sandbox: Sandbox) -> None:
    box: Any = Counting(sandbox)
    truth = {"language": "cpp", "tests": [{"stdin": f"{n}", "stdout": "3\n"} for n in range(20)]}
    assert Code(box, mode="fraction")(fenced(COMPILER_BOMB, "cpp"), truth).note.startswith("CE")
    assert len(box.outcomes) == 1


def test_many_blank_lines_cost_no_time(sandbox: Sandbox) -> None:
    """Three seconds of CPU time are a hundred times what it takes; a quadratic reader takes minutes."""
    truth = {"language": "cpp", "tests": [{"stdin": "", "stdout": "3\n"}]}
    began_s = time.thread_time()
    assert Code(sandbox)(fenced("int main() { return 1; }" + "\n" * 60_000 + "//", "cpp"), truth).reward == 0.0
    assert time.thread_time() - began_s < 3


def test_a_header_may_be_included_twice(sandbox: Sandbox) -> None:
    tests = [{"stdin": "19 23\n", "stdout": "42\n"}, {"stdin": "5 -7\n", "stdout": "-2\n"}]
    truth = {"language": "cpp", "limits": {"cpu_s": 1, "wall_s": 3, "memory_mb": 128}, "tests": tests}
    assert Code(sandbox)(fenced(A_HEADER_TWICE, "cpp"), truth).reward == 1.0
