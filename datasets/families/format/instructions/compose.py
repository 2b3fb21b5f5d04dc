"""Compose: one to five instructions of any kind."""

from __future__ import annotations

from r1.datasets.families.format.instructions._demands import Demanding
from r1.datasets.families.format.instructions._demands_counts import COUNTS
from r1.datasets.families.format.instructions._demands_places import PLACES, REPEAT, TWO
from r1.datasets.families.format.instructions._demands_words import LETTER_DEMANDS, WORD_DEMANDS


class Compose(Demanding):
    """Level n: n + 1 instructions at once."""

    name = "compose"
    pool = (*COUNTS, *WORD_DEMANDS, *LETTER_DEMANDS[:4], *PLACES, TWO, REPEAT)


FAMILY = Compose()
