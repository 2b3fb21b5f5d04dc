"""Draft: a short text that demands change, so that any set of demands has a good answer."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field

_ADJECTIVES = ("old", "small", "quiet", "green", "heavy", "bright", "wooden", "broken", "narrow", "gentle", "golden")
_NOUNS = ("boat", "garden", "bridge", "teacher", "river", "market", "window", "farmer", "stone", "letter", "tower")
_VERBS = ("waits near", "stands behind", "looks at", "belongs to", "turns toward", "rests beside", "reminds us of")


def sentence(rng: random.Random, noun: str = "") -> str:
    """One plain English sentence of about eight words, without commas and inner capitals; about ``noun`` if it is given."""
    one, two = rng.sample(_NOUNS, 2)
    return f"The {rng.choice(_ADJECTIVES)} {noun or one} {rng.choice(_VERBS)} the {rng.choice(_ADJECTIVES)} {two}."


def sample_paragraphs(rng: random.Random, nouns: Sequence[str]) -> list[list[str]]:
    """Two to four paragraphs of two to four sentences; one sentence is about each of ``nouns``."""
    lengths = [rng.randint(2, 4) for _ in range(rng.randint(2, 4))]
    about = [*nouns, *([""] * max(0, sum(lengths) - len(nouns)))]
    rng.shuffle(about)
    return [[sentence(rng, about.pop()) for _ in range(length)] for length in lengths]


@dataclass
class Draft:
    """The pieces of a text; demands change them, and ``text`` puts them together.

    Attributes:
        paragraphs: the sentences of each paragraph.
        divider: the text between two paragraphs.
        before, after: lines before the first paragraph and after the last one.
        last: a last sentence.
        marks: a line before each paragraph (for sections), or [].
        case: "upper", "lower" or "".
        wrap: a mark before and after everything.
    """

    paragraphs: list[list[str]]
    divider: str = "\n\n"
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    last: str = ""
    marks: list[str] = field(default_factory=list)
    case: str = ""
    wrap: str = ""

    def text(self) -> str:
        blocks = [" ".join(sentences) for sentences in self.paragraphs]
        if self.marks:
            blocks = [f"{mark}\n{block}" for mark, block in zip(self.marks, blocks, strict=True)]
        whole = "\n".join([*self.before, self.divider.join(blocks), *self.after])
        whole += f" {self.last}" if self.last else ""
        whole = {"upper": whole.upper(), "lower": whole.lower()}.get(self.case, whole)
        return f"{self.wrap}{whole}{self.wrap}"
