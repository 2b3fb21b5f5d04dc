"""Places: titles, sections, first and last words, postscripts, quotation marks."""

from __future__ import annotations

from r1.datasets.families.format.instructions._demands import Demanding
from r1.datasets.families.format.instructions._demands_counts import PLACEHOLDERS
from r1.datasets.families.format.instructions._demands_places import PLACES
from r1.datasets.families.format.instructions._demands_words import EXISTENCE


class Places(Demanding):
    """Level n: n + 1 instructions at once."""

    name = "places"
    pool = (*PLACES, EXISTENCE, PLACEHOLDERS)


FAMILY = Places()
