"""Counts: given numbers of words, sentences, paragraphs, bullets, highlights and placeholders."""

from __future__ import annotations

from r1.datasets.families.format.instructions._demands import Demanding
from r1.datasets.families.format.instructions._demands_counts import COUNTS
from r1.datasets.families.format.instructions._demands_words import CAPITAL_WORDS, FREQUENCY


class Counts(Demanding):
    """Level n: n + 1 instructions at once."""

    name = "counts"
    pool = (*COUNTS, FREQUENCY, CAPITAL_WORDS)


FAMILY = Counts()
