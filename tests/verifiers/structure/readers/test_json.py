"""JSON: written values read back; texts outside the standard or the limits are refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from structures import PERSON, status_of, values
from timing import least_seconds

from r1.verifiers.structure import Structure
from r1.verifiers.structure.limits import Malformed
from r1.verifiers.structure.readers.json import read_json
from r1.verifiers.verdict import Status


@given(values)
def test_json_reads_back_what_was_written(value: object) -> None:
    text = json.dumps(value)
    assert read_json(text) == value
    assert status_of(f"\n```json\n{text}\n```", {"format": "json", "content": value}) is Status.PASS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{"a": 1, "\\u0061": 2}', "same key twice"),
        ("[NaN]", "NaN is not JSON"),
        ("-Infinity", "not JSON"),
        ("1e400", "beyond the range"),
        ("9" * 401, "more than 400 digits"),
        ("0." + "3" * 400, "more than 400 digits"),
        ('"\\ud800"', "lone surrogate"),
        ('{"\ud800": 1}', "lone surrogate"),
        ("[" * 65 + "]" * 65, "deeper than 64"),
        ("[" * 100_000, "deep"),
        ('"a\tb"', "control character"),
        ("\ufeff{}", "BOM"),
        ("{} {}", "Extra data"),
        ("[1,]", ""),
        ("", "Expecting value"),
        ("\u00a01", "Expecting value"),
    ],
)
def test_json_is_strict(text: str, why: str) -> None:
    verdict = Structure()(text, {"format": "json", "schema": True})
    assert verdict.status is Status.MALFORMED and why in verdict.note


@pytest.mark.parametrize("text", ["9" * 400, "[" * 64 + "]" * 64, '"\\ud83d\\ude00"', f'"{"9" * 500}"', " \n1e2\n"])
def test_json_at_its_limits_is_accepted(text: str) -> None:
    assert status_of(text, {"format": "json", "schema": True}) is Status.PASS


def test_a_document_as_large_as_allowed_is_judged_quickly() -> None:
    rows = [{"name": "Ann", "age": i} for i in range(12_000)]
    text = json.dumps(rows)
    truth = {"format": "json", "schema": {"type": "array", "items": PERSON, "uniqueItems": True}}
    assert status_of(text, truth) is Status.PASS
    assert least_seconds(lambda: status_of(text, truth), 2.0) <= 2.0
    with pytest.raises(Malformed, match="values"):
        read_json(json.dumps(rows * 2))
