"""Feedback: it shows no arguments of hidden tests, whatever a program writes, and is text that any tokenizer takes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from code_tasks import fenced, task
from programs import programs
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code

LEAKS = programs(Path(__file__).parent / "programs/leaks.txt")
TESTS = [{"args": [19, 23], "returns": 42, "visible": True}, {"args": [70001, -70002], "returns": -1}]
SHOWN = task(TESTS, entry_point="add")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@pytest.mark.parametrize("mode", ["all", "fraction"])
@pytest.mark.parametrize("name", LEAKS)
def test_feedback_on_a_visible_test_shows_no_hidden_arguments(name: str, mode: str, sandbox: Sandbox) -> None:
    verdict, text = Code(sandbox, mode=mode).with_feedback([fenced(LEAKS[name])], [SHOWN])[0]
    assert verdict.reward == 0.0
    assert "7000" not in text


@pytest.mark.parametrize("value", ["'\\ud800'", "['\\ud800']", "1 / 0", "(_ for _ in ()).throw(ValueError('\\udfff'))"])
def test_feedback_is_valid_unicode(value: str, sandbox: Sandbox) -> None:
    verdict, text = Code(sandbox).with_feedback([fenced(f"def add(a, b): return {value}")], [SHOWN])[0]
    assert verdict.reward == 0.0
    assert text.encode()
