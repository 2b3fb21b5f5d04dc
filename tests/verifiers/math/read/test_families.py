"""The declaration of a parameter behind a family of solutions."""

from __future__ import annotations

import pytest

from r1.verifiers.math.read.families import declared
from r1.verifiers.math.tree import INTEGER, NATURAL


@pytest.mark.parametrize(
    ("text", "answer", "letter"),
    [
        (r"2k\pi, k \in \mathbb{Z}", r"2k\pi", "k"),
        (r"2k\pi (k\in Z)", r"2k\pi", "k"),
        (r"x = n\pi \text{ where } n \in \mathbb{Z}", r"x = n\pi", "n"),
        (r"2n\pi, where n is an integer", r"2n\pi", "n"),
        (r"2n\pi for any integer n", r"2n\pi", "n"),
        (r"2k\pi, k为整数", r"2k\pi", "k"),
        (r"\{x \mid x = 2k\pi, k \in \mathbb{Z}\}", r"x = 2k\pi", "k"),
    ],
)
def test_an_integer_parameter(text: str, answer: str, letter: str) -> None:
    assert declared(text) == (answer, letter, INTEGER)


@pytest.mark.parametrize("domain", [r"\mathbb{N}", r"\mathbb{Z}^+", r"\mathbb{N}^*"])
def test_a_natural_parameter(domain: str) -> None:
    assert declared(rf"2k, k \in {domain}") == ("2k", "k", NATURAL)


@pytest.mark.parametrize("text", ["5", r"2k\pi", r"x \in \mathbb{R}", r"k \in \mathbb{Z}", "x+1"])
def test_an_answer_without_a_declaration_stays(text: str) -> None:
    assert declared(text) == (text, "", INTEGER)
