"""Lexicon: how likely a word is in each language of its script, by word lists, and by letter trigrams for other words."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np

DATA = Path(__file__).parent / "data"
GROUPS = {"Latin": "latin", "Cyrillic": "cyrillic", "Arabic": "arabic", "Devanagari": "devanagari"}
"""Scripts that several languages share, and the data file of each."""

UNKNOWN = "unknown"  # the language of gibberish and of words of unlisted languages
_LN10_PER_COST = 2.302585 / 25
_OUTSIDE = -3.5  # ln of the share of running words outside a word list
_FOLDED = -2.3  # ln of the share of words whose marks the list lacks
_UNSEEN = 24  # added to the pair's cost for a trigram that no language has, in sixteenths of a nat
_STRANGE = 176  # cost of a pair that no language has
_UNKNOWN_WORD = -6.0
_UNKNOWN_LETTER = -3.0
_ROWS = 1 << 15  # cached words per script


def word_key(word: str) -> int:
    """The 40-bit hash under which ``data/build.py`` filed the word."""
    return int.from_bytes(hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=5).digest(), "little")


_ALEFS = str.maketrans("أإآٱ", "اااا")
_LETTERS = str.maketrans({"đ": "d", "ł": "l", "ø": "o", "ı": "i", "æ": "ae", "œ": "oe"})


def fold(word: str) -> str:
    """The word without optional marks: none in Devanagari, in Cyrillic only ё and stress, elsewhere all."""
    if word.isascii():
        return word
    first = word[0]
    if "\u0400" <= first <= "\u04ff":
        return word.replace("ё", "е").replace("\u0301", "")
    if "\u0900" <= first <= "\u0fff":
        return word
    if "\u0600" <= first <= "\u06ff":
        word = word.translate(_ALEFS)
    plain = "".join(c for c in unicodedata.normalize("NFD", word) if not unicodedata.combining(c))
    return plain.translate(_LETTERS)


def _load(name: str) -> Any:
    return np.load(DATA / f"{name}.npz", allow_pickle=False)


@dataclass(frozen=True)
class WordList:
    """Words of a script without spaces.

    Attributes:
        costs: -log10 p * 25 of each word.
        longest: for the first two characters of a word, the length of the longest word that begins with them.
    """

    costs: dict[str, int]
    longest: dict[str, int]


@cache
def read_words(name: str, words: str, costs: str) -> WordList:
    """A word list stored as text, with its costs."""
    with _load(name) as data:
        listed = dict(zip(bytes(data[words]).decode().split("\n"), data[costs].tolist(), strict=True))
    # In order of length, so that the longest word with a beginning comes last.
    longest = {word[:2]: len(word) for word in sorted(listed, key=len) if len(word) > 1}
    return WordList(listed, longest)


@cache
def read_text(name: str, field: str) -> tuple[str, ...]:
    """The lines of a list stored as text."""
    with _load(name) as data:
        return tuple(bytes(data[field]).decode().split("\n"))


@cache
def _name_keys() -> np.ndarray:
    with _load("names") as data:
        return np.cumsum(data["key_steps"], dtype=np.int64)


@lru_cache(maxsize=1 << 15)
def _is_listed_name(form: str) -> bool:
    keys, key = _name_keys(), word_key(form)
    place = int(np.searchsorted(keys, key))
    return place < len(keys) and int(keys[place]) == key


def is_name(form: str) -> bool:
    """Whether the word, possibly a genitive with 's, is a listed name of a person, place or product."""
    return _is_listed_name(form.removesuffix("'s"))


def best_split(run: str, words: WordList, unknown: int) -> list[str]:
    """The likeliest split of a run without spaces, by a unigram model; ``unknown`` is the cost of a character outside all words."""
    n = len(run)
    best = [0, *[1 << 60] * n]
    back = [0] * (n + 1)
    get, length_of = words.costs.get, words.longest.get
    for begin in range(n):
        here = best[begin]
        end = begin + 1
        cost = here + get(run[begin], unknown)
        if cost < best[end]:
            best[end], back[end] = cost, begin
        longest = length_of(run[begin : begin + 2])
        if longest is None:
            continue
        for end in range(begin + 2, min(n, begin + longest) + 1):
            found = get(run[begin:end])
            if found is not None and here + found < best[end]:
                best[end], back[end] = here + found, begin
    split = []
    while n:
        split.append(run[back[n] : n])
        n = back[n]
    return split[::-1]


class Lexicon:
    """The languages of one script. ln p(word | language) is computed once for each word and kept in a bounded table.

    Attributes:
        languages: names of the columns; the last is `UNKNOWN`.
    """

    def __init__(self, script: str) -> None:
        with _load(GROUPS[script]) as data:
            self.languages: list[str] = [*data["languages"].tolist(), UNKNOWN]
            self._keys = np.cumsum(data["key_steps"], dtype=np.int64)
            self._starts = np.concatenate([[0], np.cumsum(data["counts"], dtype=np.int64)])
            self._entries = data["entries"]
            self._grams = {3: data["grams3"], 2: data["grams2"]}
            self._costs = {3: data["costs3"], 2: data["costs2"]}
        self.index = {language: column for column, language in enumerate(self.languages)}
        self._row_of: dict[str, int] = {}
        self._table_WL = np.empty((_ROWS, len(self.languages)), dtype=np.float32)

    def rows(self, forms: list[str]) -> np.ndarray:
        """ln p(word | language), float32, shape (words, languages)."""
        known = self._row_of
        try:
            return self._table_WL[[known[form] for form in forms]]
        except KeyError:
            pass
        types = dict.fromkeys(forms)
        missing = [form for form in types if form not in known]
        if len(known) + len(missing) > _ROWS:
            known.clear()
            if len(types) > _ROWS:  # more different words than the table holds
                return np.stack([self._score(form) for form in forms])
            missing = list(types)
        for form in missing:
            row = len(known)
            self._table_WL[row] = self._score(form)
            known[form] = row
        return self._table_WL[[known[form] for form in forms]]

    def lists(self, form: str, language: str) -> bool:
        """Whether the word list of ``language`` has the word, with or without its marks, or its part before an apostrophe."""
        column = self.index[language]
        return any(self._listed(one[:64])[column] > -np.inf for one in {form, fold(form), *form.split("'", 1)} if one)

    def _score(self, form: str) -> np.ndarray:
        form = form[:64]
        scores = self._listed(form)
        plain = fold(form)
        if plain != form:
            np.maximum(scores, self._listed(plain) + _FOLDED, out=scores)
        if "'" in form:
            head, tail = form.split("'", 1)
            if head and tail:
                np.maximum(scores, self._listed(head) + np.maximum(self._listed(tail), self._spelled(tail)), out=scores)
        return np.maximum(scores, self._spelled(form), out=scores)

    def _listed(self, form: str) -> np.ndarray:
        """Scores from the word lists; -inf for a language that does not list the word."""
        scores = np.full(len(self.languages), -np.inf, dtype=np.float32)
        key = word_key(form)
        place = int(np.searchsorted(self._keys, key))
        if place < len(self._keys) and self._keys[place] == key:
            for entry in self._entries[self._starts[place] : self._starts[place + 1]].tolist():
                scores[entry >> 8] = -(entry & 255) * _LN10_PER_COST
        return scores

    def _spelled(self, form: str) -> np.ndarray:
        """Scores from letter trigrams, for words outside the lists."""
        codes = [2, 2, *map(ord, form), 3]
        pairs = [codes[i - 1] << 21 | codes[i] for i in range(2, len(codes))]
        triples = [codes[i - 2] << 42 | pairs[i - 2] for i in range(2, len(codes))]
        costs, seen = self._gram_costs(3, triples)
        if not seen.all():
            pair_costs, pair_seen = self._gram_costs(2, pairs)
            pair_costs = np.where(pair_seen[:, None], pair_costs + _UNSEEN, _STRANGE)
            costs = np.where(seen[:, None], costs, pair_costs)
        scores = np.empty(len(self.languages), dtype=np.float32)
        scores[:-1] = _OUTSIDE - costs.sum(axis=0) / 16
        scores[-1] = _UNKNOWN_WORD + _UNKNOWN_LETTER * len(form)
        return scores

    def _gram_costs(self, order: int, grams: list[int]) -> tuple[np.ndarray, np.ndarray]:
        table = self._grams[order]
        wanted = np.array(grams, dtype=np.int64)
        places = np.minimum(np.searchsorted(table, wanted), len(table) - 1)
        return self._costs[order][places].astype(np.int32), table[places] == wanted


@cache
def lexicon(script: str) -> Lexicon:
    """The lexicon of a script in `GROUPS`, loaded at first use (about 0.1 s for Latin)."""
    return Lexicon(script)
