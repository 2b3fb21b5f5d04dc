"""Units: one canonical form for many spellings, factors before them, and remarks, which are not units."""

from __future__ import annotations

import doctest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.math import units
from r1.verifiers.math.units import canonical_unit, is_unit, known_unit, letters_of, same_unit

SIMPLE = ["m", "cm", "kg", "s", "h", "N", "$", "people", "Hz", "°C", "ohm"]
products = st.lists(
    st.tuples(st.sampled_from(SIMPLE), st.integers(1, 4), st.booleans()),
    min_size=1,
    max_size=3,
    unique_by=lambda part: part[0],
)
"""A unit, its power, and whether it is below the slash."""


def test_the_examples() -> None:
    result = doctest.testmod(units)
    assert result.attempted and not result.failed


@pytest.mark.parametrize(
    ("canonical", "spellings"),
    [
        ("cm", ["cm", "centimeters", "Centimetre", "CM", "厘米", "cm."]),
        ("m^2", ["m^2", "m^{2}", "square meters", "sq m", "meters squared", "平方米", "sqm"]),
        ("cm^3", ["cm^3", "cubic centimeters", "cc", "立方厘米"]),
        ("km/h", ["km/h", "kilometers per hour", "kmh", "km / hour", "千米每小时", "km/hr"]),
        ("m/s^2", ["m/s^2", "meters per second squared", r"m\cdot s^{-2}", "m s^-2"]),
        ("N*m", ["Nm"]),
        ("kW*h", ["kWh"]),
        ("kV", ["kV", "kilovolts", "Kilovolt"]),
        ("ohm", ["ohms", r"\Omega"]),
        ("um", [r"\mu m", "micrometers", "microns"]),
        ("$", ["dollars", r"\$", "USD", "bucks"]),
        ("%", ["percent", "per cent", "percentage"]),
        ("°F", ["Fahrenheit", "fahrenheit"]),
        ("people", ["people", "persons", "人"]),
        ("apple", ["apples", "Apple"]),
        ("berry", ["berries"]),
        ("unit^2", ["square units", "units^2", "units squared"]),
        ("J/K/kg", ["J/(kg·K)", "J kg^{-1} K^{-1}"]),
        ("", ["", "in total", "each", "个"]),
    ],
)  # fmt: skip
def test_spellings_share_a_form(canonical: str, spellings: list[str]) -> None:
    assert {canonical_unit(written) for written in spellings} == {canonical}


def test_units_without_a_name_agree_with_any_unit_of_their_power() -> None:
    assert same_unit("unit^2", "cm^2") and same_unit("m", "unit")
    assert not same_unit("unit^2", "unit^3") and not same_unit("unit^2", "cm") and not same_unit("unit", "m/s")


@pytest.mark.parametrize("written", ["m^{2}-8 m n+n^2", "m/25", "m^n", "t^2-3", "g \\sin x", "m 5"])
def test_a_formula_is_no_unit(written: str) -> None:
    with pytest.raises(ValueError, match="unit"):
        canonical_unit(written)


@pytest.mark.parametrize(
    ("a", "b"),
    [("m", "M"), ("cm", "cm^2"), ("km/h", "h/km"), ("g", "kg"), ("apples", "oranges"), ("mW", "MW")],
)
def test_different_units_stay_different(a: str, b: str) -> None:
    assert canonical_unit(a) != canonical_unit(b)


@pytest.mark.parametrize(
    ("written", "canonical"),
    [
        ("million", "*1000000"),
        ("million dollars", "*1000000 $"),
        ("thousand square km", "*1000 km^2"),
        ("万元", "*10000 ¥"),
        ("hundred thousand", "*100 *1000"),
    ],
)
def test_factors_before_a_unit(written: str, canonical: str) -> None:
    assert canonical_unit(written) == canonical


@pytest.mark.parametrize(
    "written", ["is wrong", "or 4", "dogs, 13 cats", "= 5", "apples " * 20, "不对", "if x is even"]
)
def test_remarks_are_errors(written: str) -> None:
    with pytest.raises(ValueError, match="is a remark, not a unit"):
        canonical_unit(written)


@given(products)
def test_a_canonical_unit_is_its_own_form(parts: list[tuple[str, int, bool]]) -> None:
    above = [f"{unit}^{power}" for unit, power, below in parts if not below] or ["m"]
    below = [f"/{unit}^{power}" for unit, power, below in parts if below]
    unit = canonical_unit("*".join(above) + "".join(below))
    assert canonical_unit(unit) == unit
    assert known_unit(unit)


@given(st.text(max_size=30))
def test_any_text_is_a_unit_or_a_value_error(written: str) -> None:
    try:
        assert isinstance(canonical_unit(written), str)
    except ValueError:
        pass


@pytest.mark.parametrize("word", ["cm", "Meters", "kilovolts", "sq", "$", "%", "元"])
def test_units_are_recognized(word: str) -> None:
    assert is_unit(word)


def test_other_words_are_no_units() -> None:
    assert not any(map(is_unit, ["apple", "x", "M ", "", "cmx"]))
    assert is_unit("Meters") and not is_unit("Meters", exact=True)
    assert not known_unit("apple") and known_unit("*1000 km/h")


def test_units_that_may_be_products() -> None:
    assert letters_of("m^2") == [("m", 2)]
    assert letters_of("m/s") == [("m", 1), ("s", -1)]
    assert letters_of("mg") == [("m", 1), ("g", 1)]
    assert letters_of("km/h") == [("k", 1), ("m", 1), ("h", -1)]
    assert letters_of("people") == letters_of("$") == []
