"""Polynomials in atoms obey the laws of a field and keep one form for each product of primes and i."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math.values.polynomials import MAX_TERMS, ONE, RationalFunction, atom_power
from r1.verifiers.math.values.rational import NotExact

ATOMS = [("sym", "x"), ("sym", "y"), ("prime", 2), ("prime", 3), ("i",), ("pi",)]
exponents = {"prime": st.sampled_from([Fraction(1, 2), Fraction(1, 3), Fraction(2, 3)]), "i": st.just(1)}


def power_of(atom: tuple) -> st.SearchStrategy[RationalFunction]:
    return exponents.get(atom[0], st.integers(1, 3)).map(lambda exponent: RationalFunction(atom_power(atom, exponent)))


constants = st.integers(-5, 5).map(lambda n: RationalFunction({ONE: n} if n else {}))
terms = st.tuples(constants, st.sampled_from(ATOMS).flatmap(power_of)).map(lambda pair: pair[0] * pair[1])
forms = st.lists(st.one_of(terms, constants), min_size=1, max_size=4).map(
    lambda parts: sum(parts[1:], start=parts[0])  # type: ignore[arg-type]
)


@given(forms, forms, forms)
def test_the_laws_of_a_ring(a: RationalFunction, b: RationalFunction, c: RationalFunction) -> None:
    assert (a + b).key() == (b + a).key()
    assert (a * b).key() == (b * a).key()
    assert ((a + b) + c).key() == (a + (b + c)).key()
    assert ((a * b) * c).key() == (a * (b * c)).key()
    assert (a * (b + c)).key() == (a * b + a * c).key()
    assert not (a - a).top


@given(terms.filter(lambda form: bool(form.top)))
def test_the_inverse_of_a_term_is_a_term(term: RationalFunction) -> None:
    inverse = term.inverse()
    assert inverse.bottom is None
    assert (term * inverse).constant() == 1


@given(forms.filter(lambda form: len(form.top) > 1))
def test_the_inverse_of_a_sum_is_a_fraction(form: RationalFunction) -> None:
    inverse = form.inverse()
    assert inverse.bottom == form.top
    assert not (form * inverse - RationalFunction({ONE: 1})).top


def test_zero_has_no_inverse() -> None:
    with pytest.raises(ZeroDivisionError):
        RationalFunction({}).inverse()


@pytest.mark.parametrize(("exponent", "coefficient"), [(2, -1), (3, -1), (4, 1), (5, 1), (-1, -1), (-2, -1)])
def test_powers_of_i_are_reduced(exponent: int, coefficient: int) -> None:
    ((monomial, factor),) = atom_power(("i",), exponent).items()
    assert factor == coefficient
    assert monomial == (frozenset([(("i",), 1)]) if exponent % 2 else ONE)


def test_whole_powers_of_primes_go_into_the_coefficient() -> None:
    root = frozenset([(("prime", 2), Fraction(1, 2))])
    assert atom_power(("prime", 2), Fraction(5, 2)) == {root: 4}
    assert atom_power(("prime", 2), Fraction(-1, 2)) == {root: Fraction(1, 2)}
    assert atom_power(("prime", 2), 3) == {ONE: 8}


def test_a_form_of_too_many_terms_is_refused() -> None:
    many = RationalFunction({frozenset([(("sym", str(n)), 1)]): 1 for n in range(MAX_TERMS)})
    one_more = RationalFunction({frozenset([(("sym", "one more"), 1)]): 1})
    for refused in (lambda: many + one_more, lambda: many * many):
        with pytest.raises(NotExact):
            refused()


def test_the_constant_of_a_form() -> None:
    assert RationalFunction({}).constant() == 0
    assert RationalFunction({ONE: Fraction(2, 3)}).constant() == Fraction(2, 3)
    assert RationalFunction(atom_power(("pi",), 1)).constant() is None
    assert RationalFunction({ONE: 1}, {ONE: 1}).constant() is None
