"""Literals: values of Python literals, without running code that a completion wrote."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.code.truth.literals import Call, literal, literal_call, plain_literal

scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
    | st.binary()
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(scalars, inner, max_size=3)
        | st.sets(scalars, max_size=3)
        | st.frozensets(scalars, max_size=3)
    ),
    max_leaves=12,
)  # fmt: skip


@given(values)
def test_the_repr_of_data_is_read_back_as_the_same_data(value: Any) -> None:
    for read in (literal, plain_literal):
        assert read(repr(value)) == value
        assert type(read(repr(value))) is type(value)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("inf", math.inf),
        ("-float('inf')", -math.inf),
        ("2 ** 10 - 1", 1023),
        ("[0] * 3", [0, 0, 0]),
        ("set()", set()),
        ("list(range(3))", [0, 1, 2]),
        ("  (1,)\n", (1,)),
        ("complex(1, 2)", 1 + 2j),
    ],
)
def test_a_truth_may_compute_its_literals(text: str, value: Any) -> None:
    assert literal(text) == value


def test_a_truth_may_name_nan() -> None:
    assert math.isnan(literal("nan"))


@pytest.mark.parametrize(
    "text",
    ["9 ** 9 ** 9", "[0] * 10", "1 + 1", "range(3)", "inf", "f(1)", "x", "(lambda: 0)()", "[].__class__", "f'{1}'", "", "1 +"],
)  # fmt: skip
def test_a_completion_may_compute_nothing(text: str) -> None:
    with pytest.raises(ValueError, match="not a literal"):
        plain_literal(text)


@pytest.mark.parametrize("text", ["[" * 100_000, "-" * 100_000 + "1"])
def test_text_nested_beyond_the_parser_is_not_a_literal(text: str) -> None:
    for read in (literal, plain_literal):
        with pytest.raises(ValueError, match="not a literal"):
            read(text)


def test_a_call_has_its_functions_name_and_the_values_of_its_arguments() -> None:
    assert literal_call("f((1, 2), key={'a': {3}})") == ("f", Call(((1, 2),), {"key": {"a": {3}}}))
    assert literal_call("Solution().run(2 * 3)") == ("Solution().run", Call((6,), {}))


@pytest.mark.parametrize("text", ["f(2 * 3)", "f(range(3))", "f(*[1])", "f(**{})", "f(x)", "f", "1", "f(1", ""])
def test_a_completion_calls_with_plain_literals_only(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a call|not literals"):
        literal_call(text, from_truth=False)
