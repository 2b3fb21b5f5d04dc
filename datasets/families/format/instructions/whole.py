"""Whole: two different texts, or a request that is repeated first, with further demands."""

from __future__ import annotations

from r1.datasets.families.format.instructions._demands import Demanding
from r1.datasets.families.format.instructions._demands_counts import HIGHLIGHTS, PLACEHOLDERS
from r1.datasets.families.format.instructions._demands_places import REPEAT, TITLE, TWO
from r1.datasets.families.format.instructions._demands_words import EXISTENCE, FREQUENCY


class Whole(Demanding):
    """Level n: n + 1 instructions at once."""

    name = "whole"
    always = (TWO, REPEAT)
    pool = (EXISTENCE, FREQUENCY, HIGHLIGHTS, PLACEHOLDERS, TITLE)


FAMILY = Whole()
