"""Sets of reals against plain membership: unions, intersections, differences, inequalities."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.equal.answers import Equality
from r1.verifiers.math.equal.sets import RealSet, equal_sets, to_set
from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.tree import Interval, NamedSet, Node, Num, Seq, SetOp

SAME = Equality().expressions
PROBES = [Fraction(i, 2) for i in range(-13, 14)]  # the ends below are integers, so that half-integers lie in every gap

ends = st.integers(-6, 6)
intervals = (
    st.tuples(ends, ends, st.booleans(), st.booleans())
    .filter(lambda t: t[0] < t[1])
    .map(lambda t: Interval(Num(t[0]), Num(t[1]), t[2], t[3]))
)
finite = st.lists(ends, min_size=1, max_size=3).map(lambda values: Seq("set", tuple(map(Num, values))))
sets = st.recursive(
    intervals | finite | st.sampled_from([NamedSet("R"), NamedSet("empty")]),
    lambda inner: st.tuples(st.sampled_from(["union", "inter", "minus"]), inner, inner).map(
        lambda t: SetOp(t[0], t[1:])
    ),
    max_leaves=6,
)


def real_set(node: Node) -> RealSet:
    result = to_set(node, SAME)
    assert result is not None
    return result


def contains(node: Node, value: Fraction) -> bool:
    """Membership by the definition of each set."""
    match node:
        case Interval(Num(low), Num(high), low_closed, high_closed):
            return low < value < high or (value == low and low_closed) or (value == high and high_closed)
        case Seq("set", items):
            return Num(value) in items
        case NamedSet(name):
            return name == "R"
        case SetOp(op, (a, b)):
            x, y = contains(a, value), contains(b, value)
            return {"union": x or y, "inter": x and y, "minus": x and not y}[op]
    raise AssertionError(node)


@given(sets, sets)
def test_sets_are_equal_when_they_have_the_same_members(a: Node, b: Node) -> None:
    alike = all(contains(a, value) == contains(b, value) for value in PROBES)
    assert equal_sets(real_set(a), real_set(b), SAME) is alike


@given(sets, sets)
def test_a_difference_is_an_intersection_with_the_complement(a: Node, b: Node) -> None:
    everything = NamedSet("R")
    minus, inter = SetOp("minus", (a, b)), SetOp("inter", (a, SetOp("minus", (everything, b))))
    assert equal_sets(real_set(minus), real_set(inter), SAME)


@pytest.mark.parametrize(
    ("condition", "interval"),
    [
        ("x > 2", r"(2,\infty)"),
        ("2 > x", r"(-\infty,2)"),
        (r"1 \le x < 3", "[1,3)"),
        ("|x| < 2", "(-2,2)"),
        (r"|x| \ge 2", r"(-\infty,-2]\cup[2,\infty)"),
        ("|x-1| > 3", r"(-\infty,-2)\cup(4,\infty)"),
        ("3-2x > 7", r"(-\infty,-2)"),
        (r"x \ne 0", r"\mathbb{R}\setminus\{0\}"),
        (r"x < 1 \text{ or } x > 2", r"(-\infty,1)\cup(2,\infty)"),
        (r"x \in (0,1]", "(0,1]"),
    ],
)
def test_conditions_describe_sets(condition: str, interval: str) -> None:
    assert equal_sets(real_set(parse(condition)), real_set(parse(interval)), SAME)


@pytest.mark.parametrize("text", ["x^2 > 4", "x + y > 1", "(a,b)", "|x| < -1", "(2,1)"])
def test_other_conditions_denote_no_set(text: str) -> None:
    node = parse(text)
    node = Interval(*node.items, False, False) if isinstance(node, Seq) else node
    assert to_set(node, SAME) is None
