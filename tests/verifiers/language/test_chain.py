"""Chains: the best path is found, and a word that is foreign beyond doubt never wins another word back."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from r1.verifiers.language.chain import NEW_SENTENCE, claimed, steps

ENTER, LEAVE = 3.0, 2.0
GAINS = st.lists(st.integers(-12, 12).map(lambda n: n / 2), max_size=9)


def worth(path: Sequence[bool], gains: Sequence[float], shares: Sequence[float]) -> float:
    """Gains of the foreign words of a path minus the costs of its changes; the text begins in the target."""
    total, before = 0.0, False
    for foreign, gain, share in zip(path, gains, shares, strict=True):
        total += gain if foreign else 0.0
        total -= (ENTER if foreign and not before else LEAVE if before and not foreign else 0.0) * share
        before = foreign
    return total


@given(GAINS, st.data())
def test_no_other_path_is_worth_more(gains: list[float], data: st.DataObject) -> None:
    shares = data.draw(st.lists(st.sampled_from([NEW_SENTENCE, 1.0]), min_size=len(gains), max_size=len(gains)))
    found = claimed(gains, shares, ENTER, LEAVE)
    best = max(worth(path, gains, shares) for path in product([False, True], repeat=len(gains)))
    assert abs(worth(found, gains, shares) - best) < 1e-9


@given(GAINS, st.data())
def test_of_equally_good_paths_the_target_has_the_fewest_words(gains: list[float], data: st.DataObject) -> None:
    shares = [1.0] * len(gains)
    found = claimed(gains, shares, ENTER, LEAVE)
    best = worth(found, gains, shares)
    for path in product([False, True], repeat=len(gains)):
        if abs(worth(path, gains, shares) - best) < 1e-9:
            assert all(mine or not other for mine, other in zip(found, path, strict=True))


@given(GAINS, st.integers(0, 9), st.integers(0, 20), st.booleans())
def test_a_word_beyond_doubt_wins_no_word_back(gains: list[float], at: int, gain: int, ends: bool) -> None:
    """The claim that the module proves, for a word put in anywhere, whether or not a sentence ends there."""
    at = min(at, len(gains))
    longer = [*gains[:at], float(gain), *gains[at:]]
    sentence = NEW_SENTENCE if ends else 1.0
    before = claimed(gains, [sentence if i == at else 1.0 for i in range(len(gains))], ENTER, LEAVE)
    after = claimed(longer, [sentence if i == at + 1 else 1.0 for i in range(len(longer))], ENTER, LEAVE)
    assert all(late or not early for early, late in zip(before, after[:at] + after[at + 1 :], strict=True))


@given(st.lists(st.floats(-50, 50), max_size=6), st.integers(0, 6))
def test_a_word_that_gains_both_costs_is_claimed_anywhere(gains: list[float], at: int) -> None:
    at = min(at, len(gains))
    found = claimed([*gains[:at], ENTER + LEAVE, *gains[at:]], [1.0] * (len(gains) + 1), ENTER, LEAVE)
    assert found[at]


def test_a_change_costs_less_where_a_sentence_begins() -> None:
    ends = [False, True, False, False, True, False]
    assert steps(ends, [0, 1, 2, 5], 0.7) == [0.7, 1.0, NEW_SENTENCE, NEW_SENTENCE]
    assert steps(ends, [], 0.7) == []
