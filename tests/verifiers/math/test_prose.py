"""What prose states: one value or list, unless the words around it deny or hedge it, or the words of a text answer."""

from __future__ import annotations

import pytest

from r1.verifiers.answer.find import find_answer
from r1.verifiers.math.prose import candidate, concludes, is_prose, stated
from r1.verifiers.math.read.readings import read


def stated_in(text: str) -> object:
    """The first reading of what the text states, or None."""
    found = find_answer(text)
    assert found is not None
    readings = stated(found, candidate(found))
    return readings[0] if readings else None


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("So the total comes to 42 apples.", "42"),
        ("Adding them gives $x^2+1$ in the end.", "x^2+1"),
        ("The solutions are $x=1$ and $x=2$.", "x=1, x=2"),
        ("The solutions are:\n- 3\n- 4", "3, 4"),
        ("Hence the ratio is $2/3$ (about 66.7%).", "2/3"),
        ("Thus we are left with 7. $\\blacksquare$", "7"),
    ],
)
def test_prose_states_a_value(text: str, value: str) -> None:
    assert stated_in(text) == read(value)[0]


@pytest.mark.parametrize(
    "text",
    [
        "It is not 8.",
        "Maybe it is 8.",
        "It is less than 8.",
        "I guess 8.",
        "Is it 8?",
        "I think that 8 is wrong.",
    ],
)
def test_a_denied_or_hedged_value_is_not_stated(text: str) -> None:
    assert stated_in(text) is None


def test_alternatives_and_bounds_are_stated_as_such() -> None:
    assert stated_in("It is 7 or 8.") == read("7 or 8")[0]
    assert stated_in("We know that x > 8.") == read("x > 8")[0]


def test_the_unit_behind_a_value_is_read_on_request() -> None:
    found = find_answer("The rope has a length of 5 cm in total.")
    assert found is not None
    with_unit, without = candidate(found, units=True), candidate(found, units=False)
    assert with_unit is not None and without is not None
    assert with_unit.readings == read(r"5\text{ cm}") and without.readings == read("5")


@pytest.mark.parametrize(
    ("text", "gold", "expected"),
    [
        ("The winner is Alice.", "Alice", True),
        ("Therefore, Marc Bulger had more yards.", "Marc Bulger", True),
        ("No, it is not possible.", "no", True),
        ("No, wait. Yes, it is.", "no", False),
        ("The winner is not Alice.", "Alice", False),
        ("The winner is Alice or Bob.", "Bob", False),
        ("Perhaps the winner is Alice.", "Alice", False),
    ],
)
def test_a_conclusion_ends_with_the_words_of_the_gold(text: str, gold: str, expected: bool) -> None:
    assert concludes(text, gold) is expected


def test_in_a_box_a_subject_is_not_a_conclusion() -> None:
    assert concludes("Alice wins the race", "Alice") and not concludes("Alice wins the race", "Alice", boxed=True)
    assert concludes(r"\text{The winner is }\text{Alice}", "Alice", boxed=True)


def test_long_wordy_texts_are_prose() -> None:
    assert not is_prose("x=1") and not is_prose("1+" * 190)
    assert is_prose("word " * 30) and is_prose("x" * 401) and is_prose("\u4e00" * 101)
