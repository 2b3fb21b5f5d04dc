"""Feedback: bounded, deterministic, free of paths and addresses, and without details of hidden tests."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox.backends.fake import FakeSandbox
from r1.verifiers.code import Code
from r1.verifiers.code.fate import Fate, Result
from r1.verifiers.code.feedback import MAX_CHARS, clean, failed_message
from r1.verifiers.code.truth.plan import Predict
from r1.verifiers.code.truth.plan import Test as PlanTest
from r1.verifiers.verdict import Status

VISIBLE, HIDDEN = PlanTest(Predict("output", "", "", ""), visible=True), PlanTest(Predict("output", "", "", ""))
SECRET = "s3cret-8471"

failed = st.sampled_from([fate for fate in Fate if fate not in (Fate.OK, Fate.COMPILE)])
details = st.fixed_dictionaries(
    {}, optional={key: st.just(SECRET) for key in ("call", "stdin", "expected", "got")} | {"error": st.just([SECRET, SECRET, 3])}
)  # fmt: skip


@given(st.lists(st.builds(Result, failed, detail=details), min_size=1, max_size=4), st.booleans())
def test_details_of_hidden_tests_are_never_shown(results: list[Result], with_visible: bool) -> None:
    tests = [HIDDEN] * len(results)
    if with_visible:
        tests, results = [VISIBLE, *tests], [Result(Fate.OK, 1.0), *results]
    text = failed_message(tests, results)
    assert SECRET not in text
    assert "hidden test" in text


@given(st.text() | st.lists(st.integers()) | st.binary(), failed)
def test_the_message_is_bounded_whatever_the_program_returned(got: Any, how: Fate) -> None:
    huge = got * 3000
    result = Result(how, detail={"call": "f(1)", "got": huge, "expected": huge, "error": ["E", str(huge)[:9000], 1]})
    text = failed_message([VISIBLE], [result])
    assert len(text) <= MAX_CHARS
    assert text == failed_message([VISIBLE], [result])
    text.encode()


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('File "/tmp/r1-box-17/main.py", line 3', 'File "program", line 3'),
        ("<Foo object at 0x7f31a2b3c4d5>", "<Foo object at 0x…>"),
        ("/tmp/a/b.c:1: error", "b.c:1: error"),
        ("a half \ud800 pair", "a half \\ud800 pair"),
        ("1/2 of a/b", "1/2 of a/b"),
    ],
)
def test_paths_addresses_and_lone_surrogates_are_replaced(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_program_that_special_cases_the_visible_test_fails_without_a_hint() -> None:
    truth = {"tests": [{"stdin": "2", "stdout": "2", "visible": True}, {"stdin": "7", "stdout": "49"}]}
    ((verdict, text),) = Code(FakeSandbox()).with_feedback(["```python\nprint(input())\n```"], [truth])
    assert (verdict.status, verdict.reward) == (Status.FAIL, 0.0)
    assert "hidden" in verdict.note
    assert "49" not in verdict.note + text
    assert text == "All visible tests pass. On a hidden test the program gives a wrong result."
