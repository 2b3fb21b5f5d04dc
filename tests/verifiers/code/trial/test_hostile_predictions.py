"""Predicted inputs and outputs that overflow a parser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from code_tasks import task
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code

CHAINS = {
    "attributes in an assertion": "assert f(''" + ".a" * 2500 + ") == 2",
    "attributes": "a" + ".b" * 2500 + "(1)",
    "signs": "-" * 5000 + "1",
    "a sum": "f(" + "+".join("1" * 6000) + ")",
}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@pytest.mark.parametrize("name", CHAINS)
@pytest.mark.parametrize("what", ["input", "output"])
def test_a_prediction_that_overflows_the_parser_is_wrong(name: str, what: str, sandbox: Sandbox) -> None:
    truth = task([{"predict": what, "code": "def f(a):\n    return a", "input": "1", "output": "1"}])
    assert Code(sandbox)(f"[ANSWER]\n{CHAINS[name]}\n[/ANSWER]", truth).reward == 0.0
