"""Keywords: words to use, to repeat or to avoid; letters to use often or rarely."""

from __future__ import annotations

from r1.datasets.families.format.instructions._demands import Demanding
from r1.datasets.families.format.instructions._demands_counts import SENTENCES
from r1.datasets.families.format.instructions._demands_words import WORD_DEMANDS


class Keywords(Demanding):
    """Level n: n + 1 instructions at once."""

    name = "keywords"
    pool = (*WORD_DEMANDS, SENTENCES)


FAMILY = Keywords()
