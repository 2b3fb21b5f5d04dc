"""Both backends have the same functions and give the same values, with the error bounds of python-flint."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from types import ModuleType

import flint
import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r1.verifiers.math.tree import Undefined
from r1.verifiers.math.values.balls import flint_backend, mpmath_backend
from r1.verifiers.math.values.balls.functions import ELEMENTARY

BACKENDS = (flint_backend, mpmath_backend)
each_backend = pytest.mark.parametrize("field", BACKENDS, ids=["flint", "mpmath"])
arguments = st.fractions(-20, 20, max_denominator=97)


def values(call: Callable[[ModuleType], object]) -> list[complex | None]:
    """The value of a computation in both backends, None where it is undefined."""
    found: list[complex | None] = []
    for field in BACKENDS:
        try:
            value = field.at(256, lambda field=field: field.checked(call(field)))
            found.append(
                complex(float(value.real.mid()), float(value.imag.mid())) if field is flint_backend else complex(value)
            )
        except Undefined:
            found.append(None)
    return found


def close(a: complex | None, b: complex | None) -> bool:
    return a is not None and b is not None and abs(a - b) <= 1e-12 * max(1.0, abs(a))


def test_the_backends_have_the_same_functions() -> None:
    assert set(flint_backend.FUNCTIONS) == set(mpmath_backend.FUNCTIONS) >= set(ELEMENTARY)


OF_TWO = ("mod", "max", "min", "log")
OF_ONE = sorted(set(flint_backend.FUNCTIONS) - {*OF_TWO, "binom", "root"})


@settings(max_examples=300)
@given(st.sampled_from(OF_ONE), arguments)
def test_functions_of_one_argument_agree(name: str, argument: Fraction) -> None:
    by_flint, by_mpmath = values(lambda field: field.FUNCTIONS[name](field.number(argument)))
    assert by_flint is None or by_mpmath is None or close(by_flint, by_mpmath)


@given(st.sampled_from(OF_TWO), arguments.filter(bool), arguments.filter(lambda f: f not in (0, 1)))
def test_functions_of_two_arguments_agree(name: str, first: Fraction, second: Fraction) -> None:
    by_flint, by_mpmath = values(lambda field: field.FUNCTIONS[name](field.number(first), field.number(second)))
    assert by_flint is None or by_mpmath is None or close(by_flint, by_mpmath)


@pytest.mark.parametrize("name", OF_ONE)
def test_every_function_is_defined_somewhere(name: str) -> None:
    computed = [
        values(lambda field, x=x: field.FUNCTIONS[name](field.number(x))) for x in (Fraction(1, 3), Fraction(5))
    ]
    assert any(close(*pair) for pair in computed)


@given(arguments.filter(bool), st.fractions(-4, 4, max_denominator=6))
def test_powers_and_roots_agree(base: Fraction, exponent: Fraction) -> None:
    assert close(*values(lambda field: field.power(field.number(base), exponent)))
    if exponent:
        assert close(*values(lambda field: field.root(field.number(base), exponent)))
    assert close(*values(lambda field: field.general_power(field.number(abs(base)), field.number(exponent))))


@each_backend
def test_the_real_root_is_taken_where_there_is_one(field: ModuleType) -> None:
    assert field.at(128, lambda: field.whole(field.root(field.number(-8), 3))) == -2
    assert not field.at(128, lambda: field.is_real(field.root(field.number(-4), 2)))


@each_backend
@pytest.mark.parametrize(("name", "value"), [("pi", math.pi), ("e", math.e), ("deg", math.pi / 180)])
def test_constants(field: ModuleType, name: str, value: float) -> None:
    assert field.at(128, lambda: field.real_float(field.constant(name))) == pytest.approx(value, rel=1e-15)


@each_backend
@pytest.mark.parametrize("work", [
    lambda field: field.constant("inf"),
    lambda field: field.power(field.number(0), -1),
    lambda field: field.root(field.number(2), 0),
    lambda field: field.FUNCTIONS["ln"](field.number(0)),
    lambda field: field.FUNCTIONS["floor"](field.constant("i")),
    lambda field: field.FUNCTIONS["tanh"](field.number(1000)),
    lambda field: field.checked(field.FUNCTIONS["factorial"](field.number(-1))),
    lambda field: field.real_float(field.constant("i")),
])  # fmt: skip
def test_undefined_values(field: ModuleType, work: Callable[[ModuleType], object]) -> None:
    with pytest.raises(Undefined):
        field.at(128, lambda: work(field))


@each_backend
def test_the_precision_of_the_user_is_untouched(field: ModuleType) -> None:
    before = flint.ctx.prec, mpmath.mp.prec
    field.at(1024, lambda: field.constant("pi"))
    with pytest.raises(Undefined):
        field.at(1024, lambda: field.constant("inf"))
    assert (flint.ctx.prec, mpmath.mp.prec) == before


@each_backend
def test_comparison_is_as_sharp_as_the_precision(field: ModuleType) -> None:
    def compare(a: Fraction, b: Fraction) -> bool | None:
        return field.at(256, lambda: field.compare(field.number(a), field.number(b), 256))

    assert compare(Fraction(1, 3), Fraction(1, 3)) is True
    assert compare(Fraction(1, 3), Fraction(1, 3) + Fraction(1, 10**50)) is False
    assert compare(Fraction(0), Fraction(0)) is True


@each_backend
@given(st.integers(-(10**6) + 1, 10**6 - 1))
def test_whole_numbers(field: ModuleType, value: int) -> None:
    assert field.at(128, lambda: field.whole(field.number(value))) == value
    assert field.at(128, lambda: field.whole(field.number(Fraction(2 * value + 1, 2)))) is None
