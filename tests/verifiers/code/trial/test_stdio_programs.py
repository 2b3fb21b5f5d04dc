"""Programs that read stdin and print: wrong ones that hope to pass, and right ones that print in unusual ways."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from code_tasks import fenced, task
from programs import programs
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code

HERE = Path(__file__).parent / "programs"
HACKS, RIGHT = programs(HERE / "stdio_hacks.txt"), programs(HERE / "odd_stdio.txt")
SUMS = task(
    [{"stdin": "19 23\n", "stdout": "42\n"}, {"stdin": "5 -7\n", "stdout": "-2\n"}],
    limits={"cpu_s": 1, "wall_s": 3, "memory_mb": 128},
)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@pytest.mark.parametrize("name", HACKS)
def test_a_program_that_does_not_print_the_sum_earns_nothing(name: str, sandbox: Sandbox) -> None:
    verdict = Code(sandbox)(fenced(HACKS[name]), SUMS)
    assert verdict.reward == 0.0, verdict


@pytest.mark.parametrize("name", RIGHT)
def test_a_program_that_prints_the_sum_earns_full_reward(name: str, sandbox: Sandbox) -> None:
    verdict = Code(sandbox)(fenced(RIGHT[name]), SUMS)
    assert verdict.reward == 1.0, verdict
