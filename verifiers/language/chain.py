"""Chains: which words of a text another language claims, such that one more foreign word never wins a word back.

Each foreign language f is weighed against the target separately, in a chain of two states. Word i speaks for f by
``gains[i]`` nats (below zero: for the target), going over to f before it costs ``enter``, going back ``leave``, half of
that at the start of a sentence; f's words are those of the best path. A word counts as the target's if *no* chain
claims it. A word that gains ``enter + leave`` in some chain is claimed whatever its neighbors are: it is foreign
*beyond doubt*. In the chains of the other languages it speaks for f or not at all: its gain is at least zero.

Insert such a word between two others: every word that a chain claimed stays claimed. Proof, for one chain. Let a and b
be the states of its neighbors (t the target, f the foreign language), e and l the costs of the step between them, e1, l1
and e2, l2 those of the two steps that replace it; one of the two is the old step, since a sentence that ended there
still ends there, and the other is a full one, so e1, e2 >= e and l1, l2 >= l. With gain g >= 0 the new word's best state
costs (less than g, which is the same for all paths)

    c(f,f) = 0,  c(t,t) = min(g, e1 + l2),  c(f,t) = min(l2, l1 + g),  c(t,f) = min(e1, e2 + g)

and the step before cost 0, 0, l, e. The difference d = c - old does not fall where a or b goes from f to t:
if the first step is the old one, d(f,f) = d(t,f) = 0, d(f,t) = min(l2 - l, g) and d(t,t) = min(g, e + l2), which is the
largest; if the second is, likewise. So the new problem is the old one plus a penalty D that grows with the set of the
target's words. Costs of a chain are submodular (e + l >= 0): for the old best set of target words X and the new one Y,
old(Y) - old(Y & X) >= old(Y | X) - old(X) >= 0 and D(Y) >= D(Y & X), so Y & X is a best set of the new problem too. Of
equally good sets the smallest is taken (ties go to f), hence Y lies within X. Before the text the state is the target,
and no cost is due after it; the same holds at these ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise

NEW_SENTENCE = 0.5  # share of the cost of a change at the start of a sentence


def claimed(gains: Sequence[float], steps: Sequence[float], enter: float, leave: float) -> list[bool]:
    """Whether each word lies in a stretch of the foreign language.

    Args:
        gains: nats by which each word speaks for the foreign language.
        steps: the share of the costs that is due before each word (see `steps`).
        enter, leave: the cost in nats of going over to the foreign language, and of going back.
    """
    # d is the best path that ends in f minus the best that ends in the target: d' = min(max(d, -enter), leave) + gain.
    d = float("-inf")
    before: list[float] = []
    for gain, step in zip(gains, steps, strict=True):
        before.append(d)
        low, high = -enter * step, leave * step
        d = gain + (low if d < low else high if d > high else d)
    found = [False] * len(before)
    foreign = d >= 0.0
    for i in range(len(before) - 1, -1, -1):
        found[i] = foreign
        foreign = before[i] >= (-enter if foreign else leave) * steps[i]
    return found


def steps(ends: Iterable[bool], indices: Sequence[int], start: float) -> list[float]:
    """The share of the costs of a change that is due before each word.

    Args:
        ends: for each token of the text, whether a sentence ends after it.
        indices: the tokens that are words of the chain, in order.
        start: the share before the first word.
    """
    if not indices:
        return []
    sentences = list(accumulate(ends, initial=0))  # how many ended before each token
    return [start, *(NEW_SENTENCE if sentences[i] != sentences[j] else 1.0 for i, j in pairwise(indices))]
