"""Forms: each row of a public set finds its reader."""

from __future__ import annotations

from typing import Any

import pytest

from r1.datasets.code import FORMS
from r1.datasets.rows import task_of_row


def test_no_form_is_hidden_behind_an_earlier_one() -> None:
    """A form is reached only if no earlier one asks for a part of its fields, or the earlier reader is the same."""
    for place, (fields, read) in enumerate(FORMS):
        for earlier, other in FORMS[:place]:
            assert not earlier <= fields or other is read, (earlier, fields)


@pytest.mark.parametrize(
    ("row", "tests"),
    [
        ({"test_list": ["assert f(1) == 1"], "text": "Write f."}, [{"asserts": "\nassert f(1) == 1\n"}]),
        ({"question": "q", "test_cases": ["assert f(1) == 1"]}, [{"asserts": "\nassert f(1) == 1\n"}]),
        ({"problem": "q", "tests": {"inputs": ["1"], "outputs": ["1"]}}, [{"stdin": "1", "stdout": "1"}]),
        ({"question": "q", "inputs": ["1"], "outputs": ["1"]}, [{"stdin": "1", "stdout": "1"}]),
        ({"question": "q", "test": "import solution"}, [{"unittest": "import solution"}]),
        ({"prompt": "fn f()", "tests": "f()", "language": "rs"}, [{"native": "f()"}]),
        (
            {"code": "def f(x): return x", "input": "1", "output": "1"},
            [{"predict": "output", "code": "def f(x): return x", "input": "1", "output": "1"}],
        ),
    ],
)
def test_a_row_is_read_by_its_fields(row: dict[str, Any], tests: list[dict[str, Any]]) -> None:
    assert task_of_row(row, "code", "some").truth["tests"] == tests


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"test_list": []}, "test_list: the list of assert lines is empty"),
        ({"question": "q", "input_output": "[]"}, "input_output: expected a mapping of inputs and outputs, got"),
        ({"description": "d", "public_tests": {}}, "public_tests, private_tests, generated_tests: no tests"),
        ({"description": "d", "official_tests": []}, "official_tests, examples: no tests"),
        ({"description": "d", "official_tests": [], "interaction_format": "x"}, "interaction_format: interactive task"),
        ({"prompt": "p", "test": "t", "entry_point": ""}, "prompt, test, entry_point: no Python function to test"),
        (
            {"entry_point": "f", "prompt": "p", "canonical_solution": "s", "base_input": []},
            "base_input, plus_input: no inputs",
        ),
    ],
)
def test_a_row_that_cannot_be_judged_names_the_field(row: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        task_of_row(row, "code", "some")
