"""The answer in a JSON object."""

from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.answer.json_answer import json_answer


def answer(text: str) -> str | None:
    found = json_answer(text, 0, len(text))
    return found.text if found else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"answer": "3/4", "confidence": 0.9}', "3/4"),
        ('So:\n```json\n{"final_answer": 12.50, "steps": {"n": 3}}\n```\n', "12.50"),
        ('{"steps": {"answer": 1}, "answer": 2}', "2"),
        ('{"answer": 1}\nNo, it is {"answer": 2}', "2"),
        ('{"answer": 1, "final_answer": 2}', "2"),
        ('{"answer": [1, 2]}', "1, 2"),
        ('{"answer": true}', "true"),
        ('{"answer": null}', ""),
        (r'{"answer": "\frac{1}{2}"}', r"\frac{1}{2}"),
        (r'{"answer": "\\frac{1}{2}"}', r"\frac{1}{2}"),
        (r'{"answer": "\sqrt{2}"}', r"\sqrt{2}"),
        (r'{"answer": "5\u00b0"}', "5°"),
        ('{"answer": 5', None),
        ('the key "answer": 5', None),
        ("no object", None),
    ],
)
def test_the_value_of_the_answer(text: str, value: str | None) -> None:
    assert answer(text) == value


PRINTABLE = st.text(st.characters(exclude_categories=["C", "Z"], exclude_characters="\\"), max_size=30)


@given(PRINTABLE, st.dictionaries(st.text(max_size=5).map(lambda key: "k" + key), st.integers(), max_size=4))
def test_other_keys_do_not_matter(value: str, others: dict[str, int]) -> None:
    assert answer(json.dumps({**others, "answer": value}, ensure_ascii=False)) == value.strip()


@pytest.mark.parametrize(
    "text", ['{"answer":' * 6000, '{"answer": [' * 5000, "{" * 60_000 + '"answer": 5}', '"answer":' * 7000]
)
def test_hostile_objects_take_little_cpu_time(text: str) -> None:
    start = time.thread_time()
    answer(text)
    assert time.thread_time() - start < 0.25
