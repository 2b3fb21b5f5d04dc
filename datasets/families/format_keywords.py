"""Keywords: words to use, to repeat, to avoid; letters to use often or seldom."""

from __future__ import annotations

from r1.datasets.families.format_demands import WORD_DEMANDS, Demanding


class Keywords(Demanding):
    """Level n: n + 1 of them at once."""

    name = "keywords"
    pool = WORD_DEMANDS


FAMILY = Keywords()
