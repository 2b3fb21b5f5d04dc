"""Letters: capitals, small letters, no commas, letters to use often or seldom."""

from __future__ import annotations

from r1.datasets.families.format.instructions._demands import Demanding
from r1.datasets.families.format.instructions._demands_counts import WORDS
from r1.datasets.families.format.instructions._demands_words import FREQUENCY, LETTER_DEMANDS


class Letters(Demanding):
    """Level n: n + 1 of them at once."""

    name = "letters"
    pool = (*LETTER_DEMANDS, WORDS, FREQUENCY)


FAMILY = Letters()
