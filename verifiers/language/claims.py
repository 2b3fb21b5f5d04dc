"""Claims: the language of each word in a script that several languages share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet

import numpy as np

from r1.verifiers.language.chain import NEW_SENTENCE, claimed
from r1.verifiers.language.lexicon import UNKNOWN, Lexicon

CORE = frozenset(str.split("en fr de es pt it nl pl tr vi id ru uk ar fa hi"))
_ENTER_CORE, _ENTER_NEAR, _ENTER_UNKNOWN = 3.5, 6.0, 5.5  # nats for a change from the target to another language
LEAVE = 3.5  # nats for the change back
START = 0.7  # share of the cost of a change before the first word
_HANDICAP = 0.7  # nats per word subtracted from languages outside the core
_NEVER = -50.0  # the target's gain over itself
_BLOCK = 1 << 13  # words processed together, which bounds memory
_AROUND = 2  # words on each side that help to name the language of a foreign word


class Claims:
    """The evidence of a text's words for each language of a script, compared with the target.

    Args:
        words: the lexicon of the script; it has ``target``.
        forms: the words in the form in which they are looked up.
        loans: words that are never foreign beyond doubt.

    Attributes:
        gains_WL: ln p(word | language) - ln p(word | target), minus a handicap for languages outside the core.
        doubtless: whether each word is foreign beyond doubt, that is between any neighbors.
    """

    def __init__(self, words: Lexicon, forms: list[str], target: str, loans: frozenset[str] = frozenset()) -> None:
        self.languages = words.languages
        home = self._home = words.index[target]
        self._enter_L = np.array([_enter(name) for name in words.languages])
        handicap_L = np.where(self._enter_L > _ENTER_CORE, _HANDICAP, 0.0).astype(np.float32)
        handicap_L[home] = 0.0
        scores_WL = words.rows(forms) - handicap_L
        self.gains_WL = scores_WL - scores_WL[:, home : home + 1]
        self.gains_WL[:, home] = _NEVER
        self._limits_L = (self._enter_L + LEAVE).astype(np.float32)
        doubtless_W = np.any(self.gains_WL >= self._limits_L, axis=1)
        if not loans.isdisjoint(forms):
            doubtless_W = doubtless_W & np.array([form not in loans for form in forms])
        self.doubtless: list[bool] = [bool(row) for row in doubtless_W]

    def of(
        self,
        rows: list[int],
        foreign: list[bool],
        steps: list[float],
        quiet: Sequence[int] = (),
        letters: Mapping[int, AbstractSet[str]] | None = None,
    ) -> list[str | None]:
        """The language that claims each of these words; None for a word of the target, which no language claims.

        Args:
            rows: the words that count, in order.
            foreign: whether each of them is foreign beyond doubt.
            steps: the share of the costs of a change that is due before each (`chain.steps`).
            quiet: places of words that support no other language.
            letters: places of single letters, each with the languages that have it as a word; "" is returned for one
                that is claimed by other languages only.
        """
        gains_WL = self._told(rows, np.array(foreign), quiet)
        found: list[str | None] = [None] * len(rows)
        columns = self._rising(gains_WL)
        if not columns:
            return found
        chosen_WK = gains_WL[:, columns]
        sums_WK = np.concatenate([np.zeros((1, len(columns))), np.cumsum(chosen_WK, axis=0, dtype=np.float64)])
        open_W = np.ones(len(rows), dtype=bool)
        wanted = dict(letters or {})
        for k, column in enumerate(columns):
            name, enter = self.languages[column], float(self._enter_L[column])
            mine = [place for place, languages in wanted.items() if name in languages]
            if not (open_W.any() or mine) or not _may_rise(sums_WK[:, k], open_W, mine, NEW_SENTENCE * enter):
                continue
            claims_W = claimed(chosen_WK[:, k].tolist(), steps, enter, LEAVE)
            open_W &= ~np.array(claims_W)
            for place in mine:
                if claims_W[place]:
                    del wanted[place]
        places = np.flatnonzero(~open_W)
        near_WK = sums_WK[np.minimum(places + 1 + _AROUND, len(rows))] - sums_WK[np.maximum(places - _AROUND, 0)]
        for place, k in zip(places.tolist(), near_WK.argmax(axis=1).tolist(), strict=True):
            found[place] = "" if place in wanted else self.languages[columns[k]]
        return found

    def _told(self, rows: list[int], foreign_W: np.ndarray, quiet: Sequence[int]) -> np.ndarray:
        """The gains that the chains use: foreign words support only the languages that they fit, quiet words none."""
        gains_WL = self.gains_WL if len(rows) == len(self.gains_WL) else self.gains_WL[rows]
        if not (foreign_W.any() or quiet):
            return gains_WL
        gains_WL = gains_WL.copy()
        # A foreign word supports the languages that it fits: a Turkish word tells nothing about Dutch or English.
        foreign_FL = gains_WL[foreign_W]
        surplus_FL = foreign_FL - self._limits_L
        shortfall_FL = surplus_FL.max(axis=1, keepdims=True) - surplus_FL
        gains_WL[foreign_W] = np.maximum(foreign_FL - shortfall_FL, 0.0)
        places = list(quiet)  # an empty tuple would index the whole array
        gains_WL[places] = np.minimum(gains_WL[places], 0.0)
        gains_WL[:, self._home] = _NEVER
        return gains_WL

    def _rising(self, gains_WL: np.ndarray) -> list[int]:
        """Columns of the languages that gain more in some stretch than the least cost of a change, best first; only they can claim."""
        gains_WL = gains_WL[_uphill(gains_WL)]
        size = len(self.languages)
        rise_L, total_L, least_L = np.zeros(size), np.zeros(size), np.zeros(size)
        for begin in range(0, len(gains_WL), _BLOCK):
            sums_WL = np.cumsum(gains_WL[begin : begin + _BLOCK], axis=0, dtype=np.float64)
            sums_WL += total_L
            total_L = sums_WL[-1].copy()
            np.maximum(rise_L, sums_WL[0] - least_L, out=rise_L)
            lows_WL = np.minimum(np.minimum.accumulate(sums_WL, axis=0), least_L)
            sums_WL[1:] -= lows_WL[:-1]
            np.maximum(rise_L, sums_WL[1:].max(axis=0, initial=0.0), out=rise_L)
            least_L = lows_WL[-1]
        last_L = total_L - least_L  # no change back is due after the last word
        entering = NEW_SENTENCE * self._enter_L
        above = np.flatnonzero((rise_L >= entering + NEW_SENTENCE * LEAVE) | (last_L >= entering))
        return [int(column) for column in above[np.argsort(-rise_L[above], kind="stable")]]


def _uphill(gains_WL: np.ndarray) -> np.ndarray:
    """The words at which some language may be ahead of the target; an upper bound, from the best gain of each word."""
    best_W = np.cumsum(gains_WL.max(axis=1, initial=_NEVER), dtype=np.float64)
    ahead_W = best_W - np.minimum(np.minimum.accumulate(best_W), 0.0) > 0.0
    ahead_W[1:] |= ahead_W[:-1].copy()  # and the word at which the lead is lost
    return np.flatnonzero(ahead_W)


def _may_rise(sums: np.ndarray, open_W: np.ndarray, letters: list[int], least: float) -> bool:
    """Whether a stretch with an open word or one of the letters gains enough to be claimed."""
    highs = np.maximum.accumulate(sums[:0:-1])[::-1]
    rises = highs - np.minimum.accumulate(sums)[:-1] >= least
    return bool((rises & open_W).any()) or any(bool(rises[place]) for place in letters)


def _enter(language: str) -> float:
    return _ENTER_UNKNOWN if language == UNKNOWN else _ENTER_CORE if language in CORE else _ENTER_NEAR


def likeliest(words: Lexicon, forms: list[str]) -> tuple[list[str], list[str]]:
    """The likeliest language of each word: together with its neighbors, and alone."""
    scores_WL = words.rows(forms)
    sums_WL = np.concatenate([np.zeros((1, scores_WL.shape[1])), np.cumsum(scores_WL, axis=0, dtype=np.float64)])
    places = np.arange(len(forms))
    near_WL = sums_WL[np.minimum(places + 1 + _AROUND, len(forms))] - sums_WL[np.maximum(places - _AROUND, 0)]
    together, alone = near_WL.argmax(axis=1).tolist(), scores_WL.argmax(axis=1).tolist()
    return [words.languages[column] for column in together], [words.languages[column] for column in alone]
