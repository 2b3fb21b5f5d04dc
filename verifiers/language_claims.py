"""Claims: which words of a script that several languages share are the target's, and whose the others are."""

from __future__ import annotations

import numpy as np

from r1.verifiers.language_chain import claimed
from r1.verifiers.language_lexicon import UNKNOWN, Lexicon

CORE = frozenset(str.split("en fr de es pt it nl pl tr vi id ru uk ar fa hi"))
_ENTER_CORE, _ENTER_NEAR, _ENTER_UNKNOWN = 3.5, 6.0, 5.5  # nats for going over to a language
LEAVE = 3.5  # and back to the target
NEW_SENTENCE = 0.5  # of the costs, where a sentence begins
START = 0.7  # of the costs, where the text begins in another language than the target
_HANDICAP = 0.7  # nats a word that a neighbour of the core languages must gain on them
_NEVER = -50.0  # what the target gains on itself
_BLOCK = 1 << 13  # words looked at together, which bounds memory
_AROUND = 2  # words on each side that say which language a foreign word is of


class Claims:
    """The evidence of a text's words for each language of their script against the target.

    Args:
        words: the lexicon of the script, which holds ``target``.
        forms: the words as they are looked up.

    Attributes:
        gains_WL: ln p(word | language) - ln p(word | target), less a handicap for small languages.
        doubtless: whether each word is foreign beyond doubt: foreign between any neighbours.
    """

    def __init__(self, words: Lexicon, forms: list[str], target: str) -> None:
        self.languages = words.languages
        home = self._home = words.index[target]
        self._enter_L = np.array([_enter(name) for name in words.languages])
        handicap_L = np.where(self._enter_L > _ENTER_CORE, _HANDICAP, 0.0).astype(np.float32)
        handicap_L[home] = 0.0
        scores_WL = words.rows(forms) - handicap_L
        self.gains_WL = scores_WL - scores_WL[:, home : home + 1]
        self.gains_WL[:, home] = _NEVER
        self._limits_L = (self._enter_L + LEAVE).astype(np.float32)
        self.doubtless: list[bool] = [bool(row) for row in (self.gains_WL >= self._limits_L).any(axis=1)]

    def of(self, rows: list[int], foreign: list[bool], steps: list[float]) -> list[str | None]:
        """The language that claims each of these words; None where none does, and the word is the target's.

        Args:
            rows: the words that count, in order.
            foreign: whether each of them is foreign beyond doubt.
            steps: the share of the costs of a change that is due before each.
        """
        gains_WL = self.gains_WL if len(rows) == len(self.gains_WL) else self.gains_WL[rows]
        if True in foreign:
            gains_WL = gains_WL.copy()
            # What a foreign word speaks for is what it fits: a Turkish word says nothing about Dutch or English.
            rows_WL = gains_WL[foreign]
            surplus_WL = rows_WL - self._limits_L
            shortfall_WL = surplus_WL.max(axis=1, keepdims=True) - surplus_WL
            gains_WL[foreign] = np.maximum(rows_WL - shortfall_WL, 0.0)
            gains_WL[:, self._home] = _NEVER
        found: list[str | None] = [None] * len(rows)
        columns = self._rising(gains_WL)
        if not columns:
            return found
        chosen_WK = gains_WL[:, columns]
        claims_WK = np.array(
            [
                claimed(chosen_WK[:, k].tolist(), steps, float(self._enter_L[column]), LEAVE)
                for k, column in enumerate(columns)
            ]
        ).T
        sums_WK = np.concatenate([np.zeros((1, len(columns))), np.cumsum(chosen_WK, axis=0, dtype=np.float64)])
        places = np.flatnonzero(claims_WK.any(axis=1))
        near_WK = sums_WK[np.minimum(places + 1 + _AROUND, len(rows))] - sums_WK[np.maximum(places - _AROUND, 0)]
        best = np.where(claims_WK[places], near_WK, -np.inf).argmax(axis=1)
        for place, k in zip(places.tolist(), best.tolist(), strict=True):
            found[place] = self.languages[columns[k]]
        return found

    def _rising(self, gains_WL: np.ndarray) -> list[int]:
        """Languages that gain more somewhere than the least cost of going over: no other can claim a word."""
        above_L = np.zeros(len(self.languages), dtype=bool)
        total_L = np.zeros(len(self.languages))
        least_L = np.zeros(len(self.languages))
        for begin in range(0, len(gains_WL), _BLOCK):
            sums_WL = np.cumsum(gains_WL[begin : begin + _BLOCK], axis=0, dtype=np.float64) + total_L
            lows_WL = np.minimum.accumulate(np.concatenate([least_L[None], sums_WL]), axis=0)
            above_L |= ((sums_WL - lows_WL[:-1]) >= NEW_SENTENCE * self._enter_L).any(axis=0)
            total_L, least_L = sums_WL[-1], lows_WL[-1]
        return [int(column) for column in np.flatnonzero(above_L)]


def _enter(language: str) -> float:
    return _ENTER_UNKNOWN if language == UNKNOWN else _ENTER_CORE if language in CORE else _ENTER_NEAR


def likeliest(words: Lexicon, forms: list[str]) -> list[str]:
    """The language of each word by itself and its neighbours, whichever it is."""
    scores_WL = words.rows(forms)
    sums_WL = np.concatenate([np.zeros((1, scores_WL.shape[1])), np.cumsum(scores_WL, axis=0, dtype=np.float64)])
    places = np.arange(len(forms))
    near_WL = sums_WL[np.minimum(places + 1 + _AROUND, len(forms))] - sums_WL[np.maximum(places - _AROUND, 0)]
    return [words.languages[column] for column in near_WL.argmax(axis=1).tolist()]
