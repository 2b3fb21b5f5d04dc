"""Instructions: labeled cases, IFEval's own prompts, truths, and megabytes made to stall a pattern."""

from __future__ import annotations

import pickle
from random import Random

import pytest
from format_cases import cases, verdict_of
from golden import each
from hypothesis import given
from hypothesis import strategies as st
from instruction_examples import GOOD_AND_BAD, follows
from shared_data import needs_shared, rows
from timing import LIMIT_S, least_seconds

from r1.verifiers.instructions import Instructions
from r1.verifiers.instructions.table import IFEVAL_KINDS, KINDS
from r1.verifiers.instructions.truth import read_truth
from r1.verifiers.verdict import Status

FILES = ["input_data_normalised", "fr_input_data", "es_input_data", "ja_input_data"]


@needs_shared
@pytest.mark.parametrize("row", each(cases("ifeval")))
def test_labeled_cases(row: dict) -> None:
    assert verdict_of(row).reward == row["expected"]


@needs_shared
@pytest.mark.parametrize("name", FILES)
def test_the_prompts_of_ifeval_and_m_ifeval_load_and_are_judged(name: str) -> None:
    tasks = rows(f"data/ifeval/{name}.jsonl")
    assert tasks
    kinds = set()
    for task in tasks:
        kinds.update(task["instruction_id_list"])
        assert len(read_truth(task)) == len(task["instruction_id_list"])
        for text in ("Yes.", task["prompt"]):
            verdict = Instructions()(text, task)
            assert verdict.status is not Status.UNSCORED, verdict.note
            assert len(verdict.parts) == len(task["instruction_id_list"])
    if name == "input_data_normalised":
        assert len(tasks) == 541
        assert kinds == set(IFEVAL_KINDS) and len(kinds) == 25


def test_every_kind_has_a_good_and_a_bad_example() -> None:
    assert {row[0] for row in GOOD_AND_BAD} >= set(IFEVAL_KINDS)


def test_nulls_are_dropped_and_the_same_kind_may_be_asked_twice() -> None:
    kind = "change_case:capital_word_frequency"
    options = [
        {"capital_frequency": n, "capital_relation": r, "x": None} for n, r in ((1, "at least"), (3, "less than"))
    ]
    truth = {"instruction_id_list": [kind, kind], "kwargs": options}
    assert Instructions()("NASA", truth).parts == {kind: 1.0, f"{kind}#2": 1.0}
    half = Instructions(credit="mean")("NASA ESA CNES", truth)
    assert half.reward == 0.5 and half.status is Status.FAIL and "#2" in half.note


@pytest.mark.parametrize(
    "truth",
    [
        {},
        {"instruction_id_list": ["x:y"], "kwargs": [{}]},
        {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}, {}]},
        {"instruction_id_list": ["keywords:existence"], "kwargs": [{}]},
        {
            "instruction_id_list": ["keywords:frequency"],
            "kwargs": [{"keyword": "a", "frequency": 1, "relation": "about"}],
        },
        {"instruction_id_list": ["keywords:letter_frequency"], "kwargs": [{"letter": "ab"}]},
    ],
)
def test_a_truth_that_cannot_be_judged_is_unscored(truth: dict) -> None:
    assert Instructions()("text", truth).reward is None


@given(st.text(st.characters()), st.sampled_from(GOOD_AND_BAD))
def test_any_text_is_judged_the_same_each_time(text: str, row: tuple) -> None:
    truth = {"instruction_id_list": [row[0]], "kwargs": [row[1]]}
    first = Instructions()(text, truth)
    assert first.reward in (0.0, 1.0) and first == Instructions()(text, truth) and "\n" not in first.note


MEGABYTE = 1_000_000
UNITS = [
    "\n", "[", "<<", "*a", "***\n", "a. ", "****** ", "- \n", "P.S. ", "p.s.\n\n", "\"", "SECTION 1\n", "my answer is ", "思",
    "a", "\u0315\u0300", "# ", "A,b", "word ", "[a]", "```\n", "«", "*.* ", "[.] ", "<<.>> ", "* .\n", "p.", "(", "([{a", "(a)",
    "' \"", "\"a\" ", "a.-", "1,", "1-2 ", "?!", "<i>", "<i>a</i>", "Question 1\nA) b\n", "My Answer: ", "<<a b>>", "<<a", "😀",
    "a😀. ", "zebra ", "a\n", " a\n", "**a**\n", "x\n===\n", "é", "a b. ", "A. b! c? ", "'", "-"
]  # fmt: skip
HOSTILE = {unit: unit * (MEGABYTE // len(unit)) for unit in UNITS} | {"blanks, then x": " " * (MEGABYTE - 1) + "x"}
WRITTEN = {kind: row.write(Random(kind)).options for kind, row in KINDS.items()}


def assert_quick(name: str, kinds: list[str]) -> None:
    slow = {}
    for kind in kinds:
        taken = least_seconds(lambda kind=kind: follows(HOSTILE[name], kind, **WRITTEN[kind]), LIMIT_S)
        if taken > LIMIT_S:
            slow[kind] = round(taken, 3)
    assert not slow


@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_is_judged_quickly(name: str) -> None:
    assert_quick(name, list(WRITTEN)[list(HOSTILE).index(name) % 9 :: 9])


@pytest.mark.slow
@pytest.mark.parametrize("name", HOSTILE)
def test_a_megabyte_is_judged_quickly_by_every_kind(name: str) -> None:
    assert_quick(name, list(WRITTEN))


def test_an_unknown_credit_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown credit 'half'; expected one of: all, mean"):
        Instructions(credit="half")


def test_the_verifier_survives_pickling() -> None:
    truth = {"instruction_id_list": ["punctuation:no_comma"], "kwargs": [{}]}
    assert pickle.loads(pickle.dumps(Instructions()))("a", truth).reward == 1.0
