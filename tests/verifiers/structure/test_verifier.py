"""Structure: the labelled cases, texts of every kind, and megabytes that try to stall a parser."""

from __future__ import annotations

import pickle
import re

import pytest
from format_cases import cases, verdict_of
from hypothesis import given
from hypothesis import strategies as st
from shared_data import needs_shared
from structures import PERSON, REPORT
from timing import LIMIT_S, least_seconds

from r1.verifiers.structure import Structure
from r1.verifiers.verdict import Status, TruthError


@needs_shared
@pytest.mark.parametrize(
    "row", cases("json_schema", "yaml", "xml", "csv", "md_table", "regex"), ids=lambda row: row["id"]
)
def test_labelled_cases(row: dict) -> None:
    assert verdict_of(row).reward == row["expected"]


TRUTHS = [
    {"format": "json", "schema": PERSON, "content": {"name": "Ann", "age": 3}},
    {"format": "yaml", "schema": PERSON},
    {**REPORT, "content": {"t": "A"}},
    {"format": "csv", "header": ["a", "b"], "rows": 2, "content": [["1", "2"], ["3", "4"]]},
    {"format": "md_table", "header": ["a", "b"], "rows": 2},
    {"format": "regex", "pattern": r"([a-c]+\d)*x"},
]


PIECES = [
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    "name",
    "age",
    "1",
    "- ",
    "\n",
    "<r>",
    "</r>",
    "<t/>",
    "|",
    "---",
    "```",
    "&",
    "!",
    "\\",
    " ",
    "\ud800",
    "é",
]


@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join) | st.text(st.characters()), st.sampled_from(TRUTHS))
def test_every_text_gets_a_score_and_a_note_of_one_line(text: str, truth: dict) -> None:
    verdict = Structure()(text, truth)
    assert verdict.status is not Status.UNSCORED and "\n" not in verdict.note


HOSTILE = [
    "[" * 1_000_000,
    "[" + "1," * 500_000 + "1]",
    "[" + "{}," * 300_000 + "{}]",
    '{"name": "' + "a" * 1_000_000 + '", "age": 1}',
    "[" + "1.5," * 250_000 + "1]",
    "9" * 1_000_000,
    "<r>" * 300_000,
    "<r>" + "<t/>" * 250_000 + "</r>",
    "<r><t>" + "a<!---->" * 120_000 + "</t></r>",
    "<r><t>" + "a<!---->" * 19_000 + "a" * 800_000 + "</t></r>",
    "<!--" + "é" * 1_000_000,
    "<r " + "a='1' " * 150_000 + "/>",
    "|" * 1_000_000,
    "a|b\n-|-\n" + "1|2\n" * 250_000,
    "a|b\n-|-\n" + "|" * 1_000_000,
    "a|b\n-|-\n" + "\\" * 1_000_000,
    "a,b\n" + "1,2\n" * 250_000,
    "," * 1_000_000,
    'a,b\n"' + '""' * 500_000,
    'a,b\n"' + "x\n" * 500_000,
    "- " * 500_000,
    "a: " * 300_000,
    "{" * 500_000,
    "```json\n" * 120_000,
    "abc1" * 250_000,
    "\n" * 1_000_000,
    "é" * 1_000_000,
]


@pytest.mark.parametrize("truth", TRUTHS, ids=lambda truth: truth["format"])
@pytest.mark.parametrize("number", range(len(HOSTILE)))
def test_a_megabyte_stalls_no_format(number: int, truth: dict) -> None:
    assert Structure()(HOSTILE[number], truth).reward == 0.0
    assert least_seconds(lambda: Structure()(HOSTILE[number], truth), LIMIT_S) <= LIMIT_S


@pytest.mark.parametrize(
    ("truth", "why"),
    [
        ({}, "unknown format None; expected one of: json, yaml, xml, csv, md_table, regex"),
        ({"format": "toml"}, "unknown format 'toml'"),
        ({"format": "csv", "rows": True}, "rows of a csv truth must be an integer of at least 0, got 'True'"),
        ({"format": "xml", "repeat": {"a": [1]}}, "repeat of a xml truth must be an object from path to [least, most]"),
        ({"format": "regex", "pattern": 5}, "pattern must be a string, got 5"),
    ],
)
def test_a_bad_truth_is_refused_and_never_scores_zero(truth: dict, why: str) -> None:
    with pytest.raises(TruthError, match=re.escape(why)):
        Structure().validate(truth)
    verdict = Structure()("1", truth)
    assert verdict.status is Status.UNSCORED and why in verdict.note


@pytest.mark.parametrize(("allow_fence", "status"), [(True, Status.PASS), (False, Status.MALFORMED)])
def test_a_fence_around_the_document_may_be_forbidden(allow_fence: bool, status: Status) -> None:
    verifier = Structure(allow_fence=allow_fence)
    assert verifier("```json\n1\n```", {"format": "json", "content": 1}).status is status
    assert verifier("1", {"format": "json", "content": 1}).status is Status.PASS


def test_it_travels_to_another_process() -> None:
    assert pickle.loads(pickle.dumps(Structure()))("1", {"format": "json", "schema": {"type": "integer"}}).reward == 1.0
