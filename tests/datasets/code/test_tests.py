"""Test sheets of public sets: calls, standard input and output, packed tests and limits."""

from __future__ import annotations

import base64
import json
import pickle
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.datasets.code.programs import codeforces
from r1.datasets.code.tests import (
    LEAST_MEMORY_BYTES,
    MAX_TEST_BYTES,
    OUTPUT_TOLERANCE,
    call,
    columns,
    from_json,
    joined,
    limits,
    listed,
    packed,
    sheet,
    text_of,
)


@pytest.mark.parametrize(
    ("limit", "memory_bytes"),
    [
        (256.0, 256 << 20),
        ("256.0 megabytes", 256 << 20),
        ("1 GB", 1 << 30),
        ("65536 kilobytes", 64 << 20),
        ("536870912 bytes", 512 << 20),
        (1, 64 << 20),
        ("none", None),
        (None, None),
    ],
)
def test_memory_limits_are_read_in_the_units_that_sets_use(limit: object, memory_bytes: int | None) -> None:
    row = {
        "description": "Echo.",
        "official_tests": [{"input": "1", "output": "1"}],
        "examples": [],
        "memory_limit": limit,
    }
    _, truth, _ = codeforces(row)
    assert truth.get("limits", {}).get("memory_bytes") == memory_bytes


def test_the_time_limit_is_doubled_and_memory_has_a_floor() -> None:
    assert limits({"time_limit": "2.5 seconds"}) == {"limits": {"cpu_s": 5.0}}
    assert limits({"time_limit": {"seconds": 1, "nanos": 500_000_000}}) == {"limits": {"cpu_s": 3.0}}
    assert limits({"memory_limit_bytes": 1}) == {"limits": {"memory_bytes": LEAST_MEMORY_BYTES}}
    assert limits({"time_limit": None, "memory_limit": ""}) == {}


def test_a_sheet_of_lines_and_a_sheet_of_calls() -> None:
    assert sheet({"inputs": ["1\n", ["2", "3"]], "outputs": ["1.5", "5"]}) == {
        "tests": [
            {"stdin": "1\n", "stdout": "1.5", "compare": {"float": OUTPUT_TOLERANCE}},
            {"stdin": "2\n3", "stdout": "5"},
        ]
    }
    calls = sheet({"inputs": [[1, 2]], "outputs": [[3]], "fn_name": "add"})
    assert calls["entry_point"] == "add" and calls["tests"] == [{"args": [1, 2], "returns_any": [3, [3]]}]
    lines = sheet({"inputs": ["1\n[2]"], "outputs": ["3"], "fn_name": "add"})
    assert lines["tests"] == [{"args": [1, [2]], "returns": 3}]


def test_integer_keys_that_json_made_text_are_integers_again() -> None:
    assert call([{"1": 2}], {"3": [4]}, name="a.f") == {"call": "f({1: 2})", "returns_literal": "{3: [4]}"}


@pytest.mark.parametrize("data", [{"inputs": [], "outputs": []}, {"inputs": ["1"], "outputs": []}])
def test_a_sheet_with_unequal_or_no_tests_is_refused(data: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"input_output: [01] inputs and 0 outputs"):
        sheet(data)


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)


@given(st.lists(json_values))
def test_packed_tests_are_unpacked(tests: list[Any]) -> None:
    def pack(value: object) -> str:
        return base64.b64encode(zlib.compress(pickle.dumps(value))).decode()

    assert packed(json.dumps(tests)) == packed(pack(json.dumps(tests))) == packed(pack(tests)) == packed(tests) == tests


def test_a_packed_test_that_imports_something_is_refused() -> None:
    text = base64.b64encode(zlib.compress(pickle.dumps(print))).decode()
    with pytest.raises(ValueError, match=r"refers to builtins\.print"):
        packed(text)
    with pytest.raises(ValueError, match="neither JSON nor packed JSON"):
        packed("not base64!")
    assert MAX_TEST_BYTES == 1 << 28


def test_columns_and_lists_in_the_forms_that_sets_use() -> None:
    assert columns({"input": ["1"], "output": ["2"]}) == columns([{"input": "1", "output": "2"}]) == [("1", "2")]
    assert columns(None) == [] and joined(None) == "" and listed("[1]") == [1]
    for bad in ("1", {"a": 1}):
        with pytest.raises(ValueError, match="expected a list, got"):
            listed(bad)
    with pytest.raises(ValueError, match=r"expected JSON, got '\{'"):
        from_json("{")
    with pytest.raises(ValueError, match="text: expected a non-empty text, got ' '"):
        text_of({"text": " "}, "text")
