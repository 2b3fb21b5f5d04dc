"""YAML: written values read back; anchors, tags and other extras of YAML 1.1 are refused."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from structures import status_of

from r1.verifiers.structure import Structure
from r1.verifiers.structure.keywords import canonical
from r1.verifiers.structure.readers.yaml import Date, read_yaml
from r1.verifiers.verdict import Status

yaml_values = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.sampled_from([0.5, -2.25]) | st.text("ab:#- 'é\n", max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b c", "on", "1"]), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(yaml_values, st.booleans())
def test_yaml_reads_back_what_was_written(value: object, flow: bool) -> None:
    text = yaml.safe_dump(value, default_flow_style=flow, allow_unicode=True)
    assert read_yaml(text) == value
    assert status_of(f"```yaml\n{text}```", {"format": "yaml", "content": value}) is Status.PASS


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a: 1\na: 2", "occurs twice"),
        ("a: 1\n---\nb: 2", "more than one document"),
        ("a: &x 1", "anchors"),
        ("a: *x", "anchors"),
        ("a: {<<: {b: 1}}", "refused"),
        ("!!python/object/apply:os.system ['true']", "refused"),
        ("a: !!binary aGk=", "refused"),
        ("a: .nan", "not finite"),
        ("a: .inf", "not finite"),
        ("1: a", "not text"),
        ("? [a]\n: b", ""),
        ("a:\n\tb: 1", ""),
        ("", "no document"),
        ("a: " + "9" * 401, "digits"),
        ("[" * 70 + "]" * 70, "deeper"),
        ("a: " + "x" * 30_000, "more than"),
        ("%TAG ! tag:x,2000:\n--- !y a", "refused"),
        ("a: 2001-99-99", "none"),
    ],
)
def test_yaml_is_strict(text: str, why: str) -> None:
    verdict = Structure()(text, {"format": "yaml", "schema": True})
    assert verdict.status is Status.MALFORMED and why in verdict.note


def test_yaml_scalars_are_those_of_yaml_1_1() -> None:
    text = "a: yes\nb: 0o7\nc: 1_000\nd: 12:30\ne: 2020-01-01\nf: !!str 30\ng: ~\n"
    value = {"a": True, "b": "0o7", "c": 1000, "d": 750, "f": "30", "g": None}
    schema = {"properties": {key: {"const": item} for key, item in value.items()} | {"e": {"type": "string"}}}
    verdict = Structure()(text, {"format": "yaml", "schema": schema})
    assert verdict.status is Status.FAIL and verdict.note == "the value.e is not of type string"


def test_a_date_equals_no_string() -> None:
    date = read_yaml("2020-01-01")
    assert isinstance(date, Date) and str(date) == "2020-01-01"
    assert date == read_yaml("2020-01-01") and not date == "2020-01-01"
    assert [date] != ["2020-01-01"] and canonical({"a": date}) != canonical({"a": "2020-01-01"})
