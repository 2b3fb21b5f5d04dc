r"""The one reading in which gold and answer are compared.

A text alone may be ambiguous: ``1,234`` may be one number or two, ``5 m`` a length or a product, ``v(0)`` the value of a function
or a product. `readings.read` returns every reading of a text with the choices that it makes (`readings.Readings`). Here the pair
decides, from both sides together:

- Two readings are compared only if they agree in every choice that both of them make.
- A single letter is a unit where it stands for one on all sides and is a variable on none; else it is a variable on both sides.
- A letter before ``(number)`` or ``(variable)`` is a function, unless the same letter stands alone in either answer: then the
  bracket is a factor on both sides. ``f(x) = ...`` defines a function in any case.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from r1.verifiers.math.read.readings import Readings, read
from r1.verifiers.math.tree import Node, symbols


def pairs(gold: Sequence[Node], answer: Sequence[Node]) -> Iterator[tuple[Node, Node]]:
    """The readings of gold and answer that are compared with each other, the most natural ones first."""
    if not isinstance(gold, Readings) or not isinstance(answer, Readings):
        yield from ((wanted, reading) for wanted in gold for reading in answer)
        return
    if gold.label and answer.label and gold.label != answer.label:
        return  # P(A) = 1/2 is not P(B) = 1/2
    if gold.applied or answer.applied:
        gold, answer = _with_the_same_factors(gold, answer)
    letters = _unit_letters(gold) | _unit_letters(answer)
    left_out = ("letters", "variable") if letters and not letters & _variables(gold, answer) else ("letters", "unit")
    for wanted, choices in zip(gold, gold.choices, strict=True):
        for reading, others in zip(answer, answer.choices, strict=True):
            if not choices and not others:
                yield wanted, reading
            elif left_out not in choices.items() and left_out not in others.items() and _agree(choices, others):
                yield wanted, reading


def _agree(choices: dict[str, str], others: dict[str, str]) -> bool:
    return all(others.get(question, choice) == choice for question, choice in choices.items())


def _with_the_same_factors(gold: Readings, answer: Readings) -> tuple[Readings, Readings]:
    """Both answers with the same decision for every letter before a bracket: a function, or a factor."""
    factors = (gold.applied | answer.applied) & (gold.alone | answer.alone)
    return tuple(  # type: ignore[return-value]
        side if side.applied & factors == side.applied & side.alone else read(side.text, factors=factors)
        for side in (gold, answer)
    )


def _unit_letters(side: Readings) -> set[str]:
    """The letters that one reading takes for units and another for variables."""
    as_unit = [
        symbols(node) for node, choices in zip(side, side.choices, strict=True) if choices.get("letters") == "unit"
    ]
    as_variable = [
        symbols(node) for node, choices in zip(side, side.choices, strict=True) if choices.get("letters") == "variable"
    ]
    return set().union(*as_variable) - set().union(*as_unit) if as_unit else set()


def _variables(*sides: Readings) -> set[str]:
    """The variables of both sides, where letters that can be units are units."""
    found: set[str] = set()
    for side in sides:
        for node, choices in zip(side, side.choices, strict=True):
            if choices.get("letters") != "variable":
                found |= symbols(node)
    return found
