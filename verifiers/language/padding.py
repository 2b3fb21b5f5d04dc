"""Padding: repeated words, which must not raise the score."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np

_LONGEST_UNIT, _LEAST_REPEATS = 12, 4
_LEAST_WINDOW, _MOST_WINDOW, _RICHNESS = 64, 4096, 2.5


def padding(forms: list[str]) -> list[int]:
    """Places of the words that only repeat earlier words; the target's count leaves them out.

    ``forms`` are all words that are not foreign beyond doubt, so that foreign words in between do not hide padding. Of a
    unit of up to 12 words that is repeated four times or more in a row, one stays; if 64 words in a row or more contain
    few different ones (20 of 64, 40 of 256, 80 of 1024), one of each stays.
    """
    ids = _numbered(forms)
    kept = np.zeros(len(ids), dtype=bool)
    kept[_without_soup(ids, _once(ids, np.arange(len(ids))))] = True
    return [] if kept.all() else [int(place) for place in np.flatnonzero(~kept)]


def at_most_thrice(words: Sequence[Hashable]) -> list[int]:
    """Places that stay if every run of a repeated foreign word is cut to three.

    A further word anywhere leaves no fewer of the others: it can only break a run in two.
    """
    if len(words) < _LEAST_REPEATS:
        return list(range(len(words)))
    return [int(place) for place in _thrice(_numbered(words), np.arange(len(words)))]


def _numbered(words: Sequence[Hashable]) -> np.ndarray:
    numbers: dict[Hashable, int] = {}
    return np.array([numbers.setdefault(word, len(numbers)) for word in words], dtype=np.int64)


def _thrice(ids: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The places that stay if every run of equal words is cut to three."""
    keep = np.ones(len(places), dtype=bool)
    most = _LEAST_REPEATS - 1
    same = ids[places][1:] == ids[places][:-1]
    keep[most:] = ~(same[most - 1 :] & same[1 : len(same) - 1] & same[: len(same) - 2]) if len(places) > most else True
    return places[keep]


def _once(ids: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The places that stay without repetitions of units; one linear pass for each length of unit.

    A unit that was repeated before does not stay once more: an interrupted run is still one run.
    """
    seen: set[tuple[int, ...]] = set()
    for period in range(1, _LONGEST_UNIT + 1):
        longest = (_LEAST_REPEATS - 1) * period
        if len(places) <= longest:
            break
        sequence = ids[places]
        same = sequence[period:] == sequence[:-period]
        if np.count_nonzero(same) < longest:
            continue
        edges = np.flatnonzero(np.diff(np.concatenate([[False], same, [False]]).astype(np.int8)))
        keep = np.ones(len(places), dtype=bool)
        for start, stop in edges.reshape(-1, 2).tolist():
            if stop - start >= longest:
                unit = _rotated(sequence[start : start + period].tolist())
                keep[start + (0 if unit in seen else period) : stop + period] = False
                seen.add(unit)
        places = places[keep]
    return places


def _rotated(unit: list[int]) -> tuple[int, ...]:
    """The smallest rotation, which is the same wherever in the unit a run begins."""
    return min(tuple(unit[i:] + unit[:i]) for i in range(len(unit)))


def _without_soup(ids: np.ndarray, places: np.ndarray) -> np.ndarray:
    """The places that stay if windows filled with a few words in any order are reduced; windows overlap by half.

    By Heaps' law, n words of a text contain about 4 to 6 sqrt(n) different ones, while a shuffled filler has a fixed
    number. A window with fewer than 2.5 sqrt(n) is a filler.
    """
    if len(places) < _LEAST_WINDOW:
        return places
    poor = np.zeros(len(places), dtype=bool)
    sequence = ids[places]
    order = np.argsort(sequence, kind="stable")
    before = np.full(len(places), -1)  # place of the previous occurrence of each word
    before[order[1:]] = np.where(sequence[order[1:]] == sequence[order[:-1]], order[:-1], -1)
    window = _LEAST_WINDOW
    while window <= min(len(places), _MOST_WINDOW):
        starts = np.append(np.arange(0, len(places) - window, window // 2), len(places) - window)
        windows = np.lib.stride_tricks.sliding_window_view(before, window)[starts]
        types = np.count_nonzero(windows < starts[:, None], axis=1)
        for start in starts[types < _RICHNESS * window**0.5].tolist():
            poor[start : start + window] = True
        window *= 2
    if not poor.any():
        return places
    poor[before < 0] = False  # the first occurrence of each word stays
    return places[~poor]
