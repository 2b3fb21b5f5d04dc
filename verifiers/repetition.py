"""Repetition: a penalty for repeated n-grams, `max_penalty · (1 - unique / total)` (open-r1; arXiv 2502.03373)."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any

import numpy as np

from r1.verifiers.text.visible import UNSPACED, drop_invisible, is_unspaced
from r1.verifiers.verdict import BaseVerifier, Status, Verdict

_SPACE, _UNSPACED, _OTHER = range(3)
_SPACED_RUN = re.compile(f"[^\\s{UNSPACED}]+")
_TABLE = 1 << 24  # up to this number of possible n-grams a boolean table is used, beyond it sorting


@dataclass(frozen=True)
class Repetition(BaseVerifier):
    """Reward 0 for a text without repeated n-grams; it approaches ``max_penalty`` the more the text repeats itself.

    Attributes:
        ngram: number of units in one n-gram.
        max_penalty: the limit of the reward for total repetition; not above 0.
        unit: ``"words"``: white-space tokens. ``"auto"``: in scripts written without spaces (Han, kana, Thai …)
            characters, because there a white-space token is a whole sentence, which hardly ever repeats.

    Raises:
        ValueError: an option is out of range.
    """

    ngram: int = 3
    max_penalty: float = -1.0
    unit: str = "words"

    def __post_init__(self) -> None:
        if self.ngram < 1 or self.max_penalty > 0:
            raise ValueError(
                f"ngram must be at least 1 and max_penalty at most 0, got {self.ngram} and {self.max_penalty}"
            )
        if self.unit not in ("words", "auto"):
            raise ValueError(f"unknown unit {self.unit!r}; expected one of: words, auto")

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        """Judge the whole completion, regardless of invisible characters and case; ``truth`` is ignored."""
        text = drop_invisible(completion).lower()
        ids_W = _unit_ids(text) if self.unit == "auto" and is_unspaced(text) else _word_ids(text.split())
        total = len(ids_W) - self.ngram + 1
        if total <= 0:
            return Verdict(Status.PASS, 0.0, {"ngrams": 0.0, "unique": 0.0}, f"fewer than {self.ngram} units")
        unique = _unique(ids_W, self.ngram)
        reward = self.max_penalty * (1 - unique / total) + 0.0  # + 0.0: never -0.0
        status = Status.PASS if unique == total else Status.FAIL
        return Verdict(
            status,
            reward,
            {"ngrams": float(total), "unique": float(unique)},
            f"{unique} of {total} {self.ngram}-grams differ",
        )


def _word_ids(words: list[str]) -> np.ndarray:
    """A number 0, 1, 2 … for each word, the same for equal words; shape (words,)."""
    first: dict[str, int] = {}
    return _dense(np.fromiter(map(first.setdefault, words, count()), np.int64, len(words)))


def _unit_ids(text: str) -> np.ndarray:
    """The same for the characters of unspaced scripts and the words of other scripts between them."""
    kinds_C = _kind_of_char()[codes_C := np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)]
    goes_on_C = np.concatenate([[False], (kinds_C[1:] == _OTHER) & (kinds_C[:-1] == _OTHER)])
    places_W = np.flatnonzero((kinds_C != _SPACE) & ~goes_on_C)
    ids_W = codes_C[places_W].astype(np.int64)
    is_word_W = kinds_C[places_W] == _OTHER
    ids_W[is_word_W] = sys.maxunicode + 1 + _word_ids(_SPACED_RUN.findall(text))
    return _dense(ids_W)


def _dense(ids_W: np.ndarray) -> np.ndarray:
    seen = np.zeros(int(ids_W.max(initial=0)) + 1, dtype=bool)
    seen[ids_W] = True
    return (np.cumsum(seen) - 1)[ids_W]


@cache
def _kind_of_char() -> np.ndarray:
    kinds = np.full(sys.maxunicode + 1, _OTHER, dtype=np.int8)
    kinds[[code for code in range(0x3001) if chr(code).isspace()]] = _SPACE
    for first, last in zip(UNSPACED[::3], UNSPACED[2::3], strict=True):
        kinds[ord(first) : ord(last) + 1] = _UNSPACED
    return kinds


def _unique(ids_W: np.ndarray, ngram: int) -> int:
    """The number of different n-grams. Each n-gram is encoded as one number with the ids as digits."""
    types, total = int(ids_W.max()) + 1, len(ids_W) - ngram + 1
    keys, possible = ids_W[:total], types
    for place in range(1, ngram):
        possible *= types
        if possible > 1 << 62:
            keys = np.unique(keys, return_inverse=True)[1]
            possible = total * types
        keys = keys * types + ids_W[place : place + total]
    if possible > _TABLE:
        keys = np.sort(keys)
        return 1 + int(np.count_nonzero(keys[1:] != keys[:-1]))
    seen = np.zeros(possible, dtype=bool)
    seen[keys] = True
    return int(np.count_nonzero(seen))
