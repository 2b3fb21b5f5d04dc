"""Letters: upper case, lower case, no commas, letters to use often or rarely."""

from __future__ import annotations

from r1.datasets.families.format.instructions._demands import Demanding
from r1.datasets.families.format.instructions._demands_counts import SENTENCES
from r1.datasets.families.format.instructions._demands_words import FREQUENCY, LETTER_DEMANDS


class Letters(Demanding):
    """Level n: n + 1 instructions at once."""

    name = "letters"
    pool = (*LETTER_DEMANDS, SENTENCES, FREQUENCY)


FAMILY = Letters()
