"""Gold answers: what a truth may hold, and which golds are errors of the data."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from r1.verifiers.math import Math
from r1.verifiers.math.gold import boxed_gold, golds, plain_number, read_gold
from r1.verifiers.verdict import Status, TruthError


def passed(completion: str, gold: Any, **options: Any) -> bool:
    return Math(**options)(completion, {"answer": gold}).reward == 1.0


def test_several_accepted_answers_and_numbers() -> None:
    assert passed(r"\boxed{4}", ["3", "4"]) and not passed(r"\boxed{5}", ["3", "4"])
    assert passed(r"\boxed{4}", 4) and passed(r"\boxed{2.5}", 2.5)


@pytest.mark.parametrize(
    "truth",
    [{}, {"answer": None}, {"answer": ""}, {"answer": "  "}, {"answer": []}, {"answer": [""]}, {"answer": r"\boxed{}"}, {"answer": "$$"},
     {"answer": r"\frac{1}{"}, {"answer": "x" * 5000}, {"answer": {"a": 1}}, {"answer": True}, {"answer": r"\frac{1}{2} \left("}],
)  # fmt: skip
def test_a_gold_that_cannot_be_read_is_an_error_of_the_data(truth: dict[str, Any]) -> None:
    with pytest.raises(TruthError):
        Math().validate(truth)
    for completion in (r"\boxed{5}", str(truth.get("answer"))):
        verdict = Math()(completion, truth)
        assert verdict.status is Status.UNSCORED or verdict.note == "string"
    assert Math()(r"\boxed{5}", truth).reward is None


def test_a_plain_number_has_its_value() -> None:
    values = {"-7": -7, "2.50": Fraction(5, 2), "3/4": Fraction(3, 4), r"-\frac{1}{2}": Fraction(-1, 2)}
    assert {text: plain_number(text) for text in values} == values
    assert [plain_number(text) for text in ("x", "1/0", "1,000", "0.333333333333333")] == [None] * 4


def test_a_gold_is_the_content_of_its_last_box() -> None:
    assert boxed_gold(r"so $\boxed{4}$ or rather $\boxed{5}$.") == "5"
    assert boxed_gold(r"a \\boxed{6} with a doubled backslash") == "6"
    assert boxed_gold(r"cut off: \boxed{7") == "7"
    assert boxed_gold("no box: 8") == "no box: 8"
    assert boxed_gold(r"\boxed{}") == ""


def test_a_gold_is_read_once() -> None:
    assert read_gold("x+1") is read_gold("x+1")
    assert [gold.text for gold in golds({"answer": ["1", 2, 2.5]})] == ["1", "2", "2.5"]


@pytest.mark.parametrize(
    ("text", "letters"),
    [("B", "B"), ("(B)", "B"), ("A, C", "AC"), ("ACD", "ACD"), ("XY", ""), ("B. a parabola", "B"), ("(B) 12", "B"), ("12", "")],
)  # fmt: skip
def test_a_gold_may_be_a_choice(text: str, letters: str) -> None:
    assert read_gold(text).choice == letters


def test_a_formula_beyond_the_grammar_is_opaque() -> None:
    gold = read_gold(r"\frac{a}{b} \unknown{c} \left(")
    assert gold.opaque
    assert Math()(rf"\boxed{{{gold.text}}}", {"answer": gold.text}).status is Status.PASS
    assert Math()(r"\boxed{5}", {"answer": gold.text}).status is Status.UNSCORED
    assert not read_gold("a parabola").opaque


@pytest.mark.parametrize(
    ("text", "unit"), [("5 cm", True), (r"90^\circ", True), (r"25\%", True), ("5", False), ("x", False)]
)
def test_a_gold_knows_whether_it_has_a_unit(text: str, unit: bool) -> None:
    assert read_gold(text).has_unit is unit


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (r"\boxed{1011}", True),
        (r"\boxed{1011_2}", True),
        (r"\boxed{N = 1011_{2}}", True),
        (r"\boxed{1011_3}", False),
        (r"\boxed{1011_{10}}", False),
        (r"\boxed{11}", False),
        (r"\boxed{1012}", False),
    ],
)
def test_a_truth_may_name_the_base(answer: str, right: bool) -> None:
    for truth in ("1011", "1011_2", 1011):
        assert (Math()(answer, {"answer": truth, "base": 2}).reward == 1.0) is right
    assert Math()(r"\boxed{1011}", {"answer": "1011_2"}).reward == 0.0, "without the base a numeral needs its subscript"
    assert Math()(r"\boxed{2B}", {"answer": "2B", "base": 16}).reward == 1.0


@pytest.mark.parametrize(
    "truth", [{"answer": "12", "base": 2}, {"answer": "12", "base": "x"}, {"answer": "1/2", "base": 3}]
)
def test_a_numeral_must_fit_its_base(truth: dict[str, object]) -> None:
    assert Math()("12", truth).reward is None
