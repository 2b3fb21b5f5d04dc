"""Format: the golden and labelled rows, the choice of the verifier, and invalid truths."""

from __future__ import annotations

import pickle
import re

import pytest
from format_cases import cases, completion_of, for_case, verdict_of
from golden import complaints, each, golden
from shared_data import needs_shared
from timing import LIMIT_S, least_seconds

from r1.verifiers.format import Format
from r1.verifiers.verdict import Status, TruthError


@pytest.mark.parametrize("row", each(golden("format")))
def test_golden_rows(row: dict) -> None:
    verdict = Format(row.get("after_thought", False))(row["completion"], row["truth"])
    assert verdict.reward == row["reward"], complaints([(row, verdict)])


LABELLED = golden("format_cases")
"""Right, wrong and borderline texts for each kind of verifier, labelled by the rules of the shared cases."""


@pytest.mark.parametrize("kind", sorted({row["verifier"] for row in LABELLED}))
def test_golden_cases(kind: str) -> None:
    judged = [(row, verdict_of(row)) for row in LABELLED if row["verifier"] == kind]
    wrong = [(row, verdict) for row, verdict in judged if verdict.reward != row["expected"]]
    assert not wrong, complaints(wrong)


@needs_shared
def test_every_labelled_case_is_judged_quickly() -> None:
    slow = {}
    for row in cases():
        (verifier, truth), completion = for_case(row["verifier"], row["config"]), completion_of(row)
        taken = least_seconds(lambda v=verifier, c=completion, t=truth: v(c, t), 0.05)
        slow |= {row["id"]: taken} if taken > LIMIT_S else {}
    assert not slow


def test_the_answer_part_is_judged_by_the_inner_truth() -> None:
    inner = {"verifier": "structure", "format": "json", "content": {"a": 1}}
    truth = {"verifier": "think", "template": "r1_zero", "inner": inner}
    judge = pickle.loads(pickle.dumps(Format()))
    assert judge('<think>x</think><answer>\n{"a": 1}\n</answer>', truth).reward == 1.0
    assert judge('<think>x</think><answer>{"a": 2}</answer>', truth).status is Status.FAIL
    assert judge('<think>x</think>{"a": 1}', truth).status is Status.MALFORMED


@pytest.mark.parametrize(
    ("truth", "why"),
    [
        ({}, "unknown verifier 'None'; expected one of: think, structure, instructions"),
        ({"verifier": "x"}, "unknown verifier 'x'; expected one of: think, structure, instructions"),
        ({"verifier": "think", "template": "r2"}, "unknown template 'r2'; expected one of: r1_zero, think_only"),
        ({"verifier": "think", "template": ["r1_zero"]}, "the truth cannot be judged"),
        ({"verifier": "think", "colour": 1}, "colour"),
        ({"verifier": "think", "tags": ["a", "b", "c"]}, "the truth cannot be judged"),
        ({"verifier": "think", "newlines": "no"}, "unknown newlines 'no'; expected one of: free, required"),
    ],
)
def test_an_invalid_truth_is_unscored_and_named(truth: dict, why: str) -> None:
    verdict = Format()("<think>a</think><answer>1</answer>", truth)
    assert verdict.status is Status.UNSCORED and why in verdict.note
    with pytest.raises(TruthError, match=re.escape(why)):
        Format().validate(truth)


INVALID = [
    {"verifier": "structure", "format": ["json"]},
    {"verifier": "structure", "format": "json", "schema": 5},
    {"verifier": "structure", "format": "yaml", "schema": {"$ref": "#/nowhere"}},
    {"verifier": "structure", "format": "json", "schema": {"type": "sting"}},
    {"verifier": "structure", "format": "csv", "header": 5},
    {"verifier": "structure", "format": "csv", "header": ["a"], "rows": "3"},
    {"verifier": "structure", "format": "md_table", "content": [[1, 2]]},
    {"verifier": "structure", "format": "xml", "repeat": {"a": 3}},
    {"verifier": "structure", "format": "xml", "content": {"a": [5]}},
    {"verifier": "structure", "format": "regex"},
    {"verifier": "structure", "format": "regex", "pattern": "("},
    {"verifier": "instructions", "instruction_id_list": ["punctuation:no_comma"], "kwargs": 5},
    {"verifier": "instructions", "instruction_id_list": "punctuation:no_comma"},
    {"verifier": "instructions", "instruction_id_list": [5], "kwargs": [{}]},
    {"verifier": "instructions", "instruction_id_list": ["keywords:existence"], "kwargs": ["x"]},
    {"verifier": "instructions", "instruction_id_list": ["keywords:existence"], "kwargs": [{"keywords": "a"}]},
    {"verifier": "instructions", "instruction_id_list": ["language:response_language"], "kwargs": [{"language": "xx"}]},
    {"verifier": "think", "template": 5},
    {"verifier": "think", "inner": 5},
    {"verifier": "think", "inner": {"verifier": "structure", "format": "jsn"}},
]


@pytest.mark.parametrize("truth", INVALID, ids=str)
@pytest.mark.parametrize(
    "text", ["", "hello", '{"a": 1}', "<think>so</think><answer>{}</answer>", "| a |\n|---|\n| 1 |"]
)
def test_an_invalid_truth_is_unscored_whatever_the_text(truth: dict, text: str) -> None:
    assert Format()(text, truth).status is Status.UNSCORED
    with pytest.raises(TruthError):
        Format().validate(truth)
