"""Matrices: sums, products, determinants and transposes are worked out; vectors written with i, j and k have coordinates."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.grammar.parser import parse
from r1.verifiers.math.read.matrices import components, matrices
from r1.verifiers.math.read.readings import read
from r1.verifiers.math.tree import Matrix, Node, Num, ParseError, children
from r1.verifiers.math.values.rational import rational

Rows = list[list[int]]


def rows_of(height: int, width: int) -> st.SearchStrategy[Rows]:
    return st.lists(st.lists(st.integers(-9, 9), min_size=width, max_size=width), min_size=height, max_size=height)


def written(rows: Rows) -> str:
    return r"\begin{pmatrix}" + r"\\".join("&".join(map(str, row)) for row in rows) + r"\end{pmatrix}"


def values(node: Node) -> list[int]:
    assert isinstance(node, Matrix)
    return [int(rational(entry)) for entry in children(node)]


@given(rows_of(2, 3), rows_of(2, 3))
def test_a_sum_adds_the_entries(a: Rows, b: Rows) -> None:
    total = matrices(parse(f"{written(a)}+{written(b)}"))
    assert values(total) == [x + y for r, s in zip(a, b, strict=True) for x, y in zip(r, s, strict=True)]


@given(rows_of(2, 3), rows_of(3, 2))
def test_a_product_sums_rows_times_columns(a: Rows, b: Rows) -> None:
    product = matrices(parse(f"{written(a)}{written(b)}"))
    assert values(product) == [sum(x * y for x, y in zip(r, c, strict=True)) for r in a for c in zip(*b, strict=True)]


@given(rows_of(3, 3))
def test_the_determinant_of_three_rows(rows: Rows) -> None:
    (a, b, c), (d, e, f), (g, h, i) = rows
    wanted = a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)
    assert rational(matrices(parse(r"\det" + written(rows)))) == wanted


@given(rows_of(2, 3))
def test_a_transposed_matrix_swaps_rows_and_columns(rows: Rows) -> None:
    assert matrices(parse(written(rows) + "^T")) == parse(written([list(column) for column in zip(*rows, strict=True)]))


@pytest.mark.parametrize("text", ["{}+{}", r"{}{}"])
def test_shapes_that_do_not_fit_are_an_error(text: str) -> None:
    with pytest.raises(ParseError):
        matrices(parse(text.format(written([[1, 2, 3]]), written([[1, 2]]))))


def test_a_determinant_needs_a_small_square() -> None:
    for rows in ([[1, 2]], [[1] * 6] * 6):
        with pytest.raises(ParseError):
            matrices(parse(r"\det" + written(rows)))


def test_a_scalar_multiplies_every_entry() -> None:
    assert values(matrices(parse("3" + written([[1, 2]])))) == [3, 6]


@pytest.mark.parametrize(
    ("text", "coordinates"),
    [
        ("3i-2j", [3, -2]),
        ("3i-2j+5k", [3, -2, 5]),
        ("j", [0, 1]),
        ("3+2j", None),
        ("x", None),
        ("ij", None),
        ("3i", None),
    ],
)
def test_the_components_of_a_vector(text: str, coordinates: list[int] | None) -> None:
    found = components(read(text)[0])
    assert (found and [rational(value) for value in found]) == coordinates


def test_a_label_before_a_point_is_dropped() -> None:
    assert matrices(parse("A(1,2)")) == parse("(1,2)")
    assert matrices(Num(3)) == Num(3)
