"""Whole: two different texts, or a request repeated first, with further demands."""

from __future__ import annotations

from r1.datasets.families.format_demands import (
    EXISTENCE,
    FREQUENCY,
    HIGHLIGHTS,
    PLACEHOLDERS,
    REPEAT,
    TITLE,
    TWO,
    WORDS,
    Demanding,
)


class Whole(Demanding):
    """Level n: n + 1 of them at once."""

    name = "whole"
    always = (TWO, REPEAT)
    pool = (EXISTENCE, FREQUENCY, HIGHLIGHTS, PLACEHOLDERS, TITLE, WORDS)


FAMILY = Whole()
