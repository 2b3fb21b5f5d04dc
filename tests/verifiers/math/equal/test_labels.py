"""Values with a label: percent, degrees, units, times, numerals in a base, ratios."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.equal.answers import Equality
from r1.verifiers.math.read.readings import read


def compared(gold: str, pred: str) -> tuple[bool, str]:
    equality = Equality()
    return equality.whole_answers(read(gold)[0], read(pred)[0]), equality.stage


@pytest.mark.parametrize(
    ("gold", "pred", "equal"),
    [
        (r"25\%", "1/4", True),
        (r"25\%", "25", True),
        (r"25\%", "2.5", False),
        (r"90^\circ", r"\pi/2", True),
        (r"90^\circ", "90", True),
        (r"90^\circ", "180", False),
        ("5 cm", "5", True),
        ("5 cm", r"25\%", False),
        ("x = 5 cm", "5 cm", True),
        ("5 m", "5m", True),
        ("8:30 pm", "20:30", True),
        ("8:30", "8:30 pm", True),
        ("20:30", "8:30 am", False),
        ("8:30", "8:30", True),
        ("3:4", "0.75", True),
        ("1011_2", "11", False),
        ("11_{10}", "11", True),
    ],
)
def test_a_label_counts_only_against_another_one(gold: str, pred: str, equal: bool) -> None:
    assert compared(gold, pred)[0] is equal
    assert compared(pred, gold)[0] is equal


@pytest.mark.parametrize(
    ("gold", "pred", "stage"), [("5 cm", "5 ft", "unit"), ("1011_2", "1011_3", "base"), ("8:30 am", "8:30 pm", "time")]
)
def test_two_different_labels_decide(gold: str, pred: str, stage: str) -> None:
    assert compared(gold, pred) == (False, stage)


@given(st.integers(25, 99), st.integers(1, 99), st.integers(1, 20))  # 1:10 is a time of day
def test_a_ratio_may_be_scaled(a: int, b: int, factor: int) -> None:
    assert compared(f"{a}:{b}", f"{factor * a}:{factor * b}")[0]
    assert not compared(f"{a}:{b}", f"{a + 1}:{b}")[0]
    assert not compared(f"{a}:{b}", f"{a}:{b}:1")[0]
