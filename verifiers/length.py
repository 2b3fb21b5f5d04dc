"""Length rewards: reward shaping by the length of a completion, with the published names and formulas.

`L` is the length of the completion in the unit of ``measure``: white-space words, characters, or the result of a callable
(a tokenizer's counter). Correctness comes from a verifier (PASS is correct) or from ``truth["correct"]``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r1.verifiers.verdict import BaseVerifier, Status, Verdict, Verifier, unscored

Measure = str | Callable[[str], int]


def length(text: str, measure: Measure = "words", cap: int | None = None) -> int:
    """The length of ``text``. With ``cap``, counting stops early and any result above ``cap`` means "more than ``cap``".

    Raises:
        ValueError: unknown ``measure``.
    """
    if callable(measure):
        return measure(text)
    if measure == "characters":
        return len(text)
    if measure != "words":
        raise ValueError(f"unknown measure {measure!r}; expected one of: words, characters, or a callable")
    return len(text.split() if cap is None else text.split(None, cap + 1))


@dataclass(frozen=True)
class SoftOverlong(BaseVerifier):
    """Soft overlong punishment (DAPO, arXiv 2503.14476, eq. 13).

    0 if L <= max_len - cache; (max_len - cache - L) / cache if L <= max_len; else -1. Never below -1.
    With ``cache`` 0 there is no slope: 0 up to ``max_len``, -1 beyond it.
    """

    max_len: int
    cache: int
    measure: Measure = "words"

    def __post_init__(self) -> None:
        if not 0 <= self.cache <= self.max_len or self.max_len <= 0:
            raise ValueError(
                f"max_len must be positive and cache between 0 and max_len, got max_len={self.max_len}, cache={self.cache}"
            )

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        n = length(completion, self.measure, cap=self.max_len)
        over = n - (self.max_len - self.cache)
        reward = 0.0 if over <= 0 else max(-1.0, -over / self.cache) if self.cache else -1.0
        return _shaped(reward, n, self.max_len)


@dataclass(frozen=True)
class CosineLength(BaseVerifier):
    """Cosine length reward (arXiv 2502.03373; bounds and clamp as in TRL): short is best if correct and worst if wrong.

    low + (high - low) / 2 · (1 + cos(π · min(L, max_len) / max_len)), where (low, high) is ``right`` for a correct
    completion, else ``wrong``. Without the clamp (as in open-r1) the reward would rise again beyond ``max_len``.

    Attributes:
        right: rewards of a correct completion at ``max_len`` and at length 0.
        wrong: rewards of a wrong completion at ``max_len`` and at length 0.
        accuracy: the verifier that decides on correctness; None: use ``truth["correct"]``.
    """

    max_len: int
    accuracy: Verifier | None = None
    right: tuple[float, float] = (0.5, 1.0)
    wrong: tuple[float, float] = (-0.5, -1.0)
    measure: Measure = "words"

    def __post_init__(self) -> None:
        if self.max_len <= 0:
            raise ValueError(f"max_len must be positive, got {self.max_len}")

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        correct = _is_correct(self.accuracy, completion, truth)
        if isinstance(correct, Verdict):
            return correct
        n = min(length(completion, self.measure, cap=self.max_len), self.max_len)
        low, high = self.right if correct else self.wrong
        return _shaped(low + 0.5 * (high - low) * (1 + math.cos(math.pi * n / self.max_len)), n, self.max_len)


def kimi_length(lengths: Sequence[int], correct: Sequence[bool]) -> list[float]:
    """Length rewards of one group (Kimi k1.5, arXiv 2501.12599 §2.3.3).

    λ = 0.5 - (L - min) / (max - min) over the group; λ if correct, min(0, λ) if wrong; all 0 if the lengths are equal.

    Raises:
        ValueError: the two sequences differ in length.
    """
    if len(lengths) != len(correct):
        raise ValueError(
            f"{len(lengths)} lengths but {len(correct)} values of correct; expected one of each per completion"
        )
    low, high = min(lengths, default=0), max(lengths, default=0)
    if low == high:
        return [0.0] * len(lengths)
    shares = [0.5 - (n - low) / (high - low) for n in lengths]
    return [share if ok else min(0.0, share) for share, ok in zip(shares, correct, strict=True)]


@dataclass(frozen=True)
class KimiLength(BaseVerifier):
    """Kimi's length reward as a verifier. It compares the completions of a group, so call ``many`` once per group.

    A single call needs the group in the truth: ``group_lengths``, ``group_correct`` and ``index``.
    """

    accuracy: Verifier | None = None
    measure: Measure = "words"

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        try:
            lengths, index = truth["group_lengths"], truth["index"]
            return _shaped(kimi_length(lengths, truth["group_correct"])[index], lengths[index], max(lengths))
        except (KeyError, IndexError, TypeError, ValueError) as error:
            return unscored(f"a Kimi length reward needs group_lengths, group_correct and index: {error!r}")

    def many(self, completions: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """Verdicts for the completions of one prompt; unscored completions are left out of the comparison."""
        judged = [_is_correct(self.accuracy, text, truth) for text, truth in zip(completions, truths, strict=True)]
        lengths = [length(text, self.measure) for text in completions]
        members = [i for i, correct in enumerate(judged) if not isinstance(correct, Verdict)]
        rewards = kimi_length([lengths[i] for i in members], [bool(judged[i]) for i in members])
        found = {i: _shaped(reward, lengths[i], max(lengths)) for i, reward in zip(members, rewards, strict=True)}
        return [found[i] if i in found else _verdict(judged[i]) for i in range(len(judged))]


def _is_correct(accuracy: Verifier | None, completion: str, truth: Mapping[str, Any]) -> bool | Verdict:
    """Whether the completion is correct, or an UNSCORED verdict with the reason why that is unknown."""
    if accuracy is None:
        correct = truth.get("correct")
        if isinstance(correct, int) and correct in (0, 1):
            return bool(correct)
        return unscored(f"no accuracy verifier, and truth['correct'] must be true or false, got {correct!r}")
    verdict = accuracy(completion, truth)
    return verdict if verdict.status is Status.UNSCORED else verdict.status is Status.PASS


def _verdict(judged: bool | Verdict) -> Verdict:
    assert isinstance(judged, Verdict)
    return judged


def _shaped(reward: float, n: int, limit: int) -> Verdict:
    """The verdict for a shaping reward: PASS if the reward is not negative, else FAIL."""
    status = Status.PASS if reward >= 0 else Status.FAIL
    return Verdict(status, reward, {"length": float(n)}, f"length {n} of {limit}: {reward:+.3f}")
