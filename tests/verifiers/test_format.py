"""Format: the golden rows (each was or could have been a wrong verdict), and the dispatch itself."""

from __future__ import annotations

import json
import pickle

import pytest
from format_cases import cases, completion_of, for_case, verdict_of
from shared_data import ROOT, needs_shared
from timing import LIMIT_S, least_seconds

from r1.verifiers.format import Format
from r1.verifiers.verdict import Status, TruthError

GOLDEN = [json.loads(line) for line in (ROOT / "tests/golden/format.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", GOLDEN, ids=lambda row: row["id"])
def test_golden(row: dict) -> None:
    verdict = Format()(row["completion"], row["truth"])
    assert verdict.reward == row["reward"], verdict.note


# Right, wrong and borderline texts for each kind of verifier, labelled by the rules of the shared cases.
LABELLED = [
    json.loads(line) for line in (ROOT / "tests/golden/format_cases.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.mark.parametrize("kind", sorted({row["verifier"] for row in LABELLED}))
def test_labelled_by_ourselves(kind: str) -> None:
    for row in LABELLED:
        if row["verifier"] == kind:
            verdict = verdict_of(row)
            assert verdict.reward == row["expected"], (row, verdict.note)


@needs_shared
def test_no_labelled_case_takes_long() -> None:
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
    "truth",
    [
        {},
        {"verifier": "x"},
        {"verifier": "think", "template": "r2"},
        {"verifier": "think", "colour": 1},
        {"verifier": "think", "tags": ["a", "b", "c"]},
    ],
)
def test_a_truth_that_cannot_be_judged_is_ours(truth: dict) -> None:
    assert Format()("<think>a</think><answer>1</answer>", truth).status is Status.UNSCORED


UNJUDGEABLE = [
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


@pytest.mark.parametrize("truth", UNJUDGEABLE, ids=str)
@pytest.mark.parametrize(
    "text", ["", "hello", '{"a": 1}', "<think>so</think><answer>{}</answer>", "| a |\n|---|\n| 1 |"]
)
def test_a_truth_that_cannot_be_judged_is_never_a_zero_whatever_the_text(truth: dict, text: str) -> None:
    assert Format()(text, truth).status is Status.UNSCORED
    with pytest.raises(TruthError):
        Format().validate(truth)
