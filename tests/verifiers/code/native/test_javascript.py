"""JavaScript and bash: function tests in node, and texts that do not parse."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from code_tasks import fenced
from programs import programs
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code
from r1.verifiers.code.native import javascript

HERE = Path(__file__).parent / "programs"
HACKS, RIGHT = programs(HERE / "javascript_hacks.txt"), programs(HERE / "javascript_right.txt")
ADD = {
    "language": "javascript",
    "limits": {"cpu_s": 2, "memory_mb": 512},
    "entry_point": "add",
    "tests": [{"args": [19, 23], "returns": 42}, {"args": [5, -7], "returns": -2}],
}
needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs hardware: node")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@needs_node
@pytest.mark.parametrize("name", HACKS)
def test_a_function_that_does_not_add_earns_nothing(name: str, sandbox: Sandbox) -> None:
    verdict = Code(sandbox)(fenced(HACKS[name], "javascript"), ADD)
    assert verdict.reward == 0.0, verdict


@needs_node
@pytest.mark.parametrize("name", RIGHT)
def test_a_function_that_adds_earns_full_reward(name: str, sandbox: Sandbox) -> None:
    verdict = Code(sandbox)(fenced(RIGHT[name], "javascript"), ADD)
    assert verdict.reward == 1.0, verdict


def test_both_programs_encode_values_and_rewrite_modules_alike() -> None:
    for part in (javascript.ENCODE, javascript.SCRIPT):
        assert part in javascript.CALLER and part in javascript.PRINTER


SAYS_SYNTAX_ERROR = "console.error('SyntaxError: ' + require('fs').readFileSync(0)); process.exit(1)"


@pytest.mark.parametrize(
    ("language", "source", "reward"),
    [
        ("javascript", "const x = ;", 0.05),
        ("javascript", SAYS_SYNTAX_ERROR, 0.1),
        ("javascript", "eval('const x = ;')", 0.1),
        ("bash", "if then", 0.05),
        ("bash", "echo syntax error >&2; cat >&2; exit 2", 0.1),
    ],
)
def test_the_parser_not_the_program_decides_what_does_not_parse(
    language: str, source: str, reward: float, sandbox: Sandbox
) -> None:
    truth = {"language": language, "tests": [{"stdin": "4711\n", "stdout": "1\n"}]}
    ((verdict, feedback),) = Code(sandbox, mode="ladder").with_feedback([fenced(source, language)], [truth])
    assert verdict.reward == reward and "4711" not in feedback, (verdict, feedback)
