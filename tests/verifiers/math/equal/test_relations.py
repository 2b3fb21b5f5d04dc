"""Equality of relations: scaling and mirroring change nothing, other factors do."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.equal.answers import Equality
from r1.verifiers.math.equal.relations import equal_relations
from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import Rel

MIRROR = {"<": ">", ">": "<", r"\le ": r"\ge ", r"\ge ": r"\le ", "=": "=", r"\ne ": r"\ne "}
coefficients = st.integers(-9, 9).filter(bool)


def same(a: str, b: str) -> bool:
    left, right = parse(a), parse(b)
    assert isinstance(left, Rel) and isinstance(right, Rel)
    return equal_relations(left, right, Equality().expressions)


@given(coefficients, coefficients, coefficients, st.sampled_from(sorted(MIRROR)), st.integers(1, 9))
def test_a_relation_may_be_scaled_and_mirrored(a: int, b: int, c: int, op: str, factor: int) -> None:
    plain = f"({a})x+({b})y {op} {c}"
    assert same(plain, f"{c} {MIRROR[op]} ({a})x+({b})y")
    assert same(plain, f"({factor * a})x+({factor * b})y {op} {factor * c}")
    assert same(plain, f"({-factor * a})x+({-factor * b})y {MIRROR[op]} {-factor * c}")
    assert not same(plain, f"({a})x+({b})y {op} {c + 1}")
    assert not same(plain, f"({a})x+({b + 10})y {op} {c}")


@given(coefficients, coefficients, coefficients, st.sampled_from(["<", r"\le "]))
def test_a_negative_factor_turns_an_inequality_around(a: int, b: int, c: int, op: str) -> None:
    assert not same(f"({a})x+({b})y {op} {c}", f"({-a})x+({-b})y {op} {-c}")


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [
        ("y = 1/x", "xy = 1", True),
        (r"\sin x = y", r"2\sin x - 2y = 0", True),
        ("x < y < z", "z > y > x", True),
        ("x < y < z", "x < y", False),
        ("x < y", "x < z", False),
        (r"x\equiv 3 \pmod 7", r"x\equiv -4 \pmod 7", True),
        (r"x\equiv 3 \pmod 7", r"x\equiv 3 \pmod 8", False),
    ],
)
def test_relations_of_several_kinds(a: str, b: str, equal: bool) -> None:
    assert same(a, b) is equal and same(b, a) is equal
