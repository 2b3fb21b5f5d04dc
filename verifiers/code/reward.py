"""Reward: the results of all tests become one number, by a mode, and the parts behind it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from r1.verifiers.code.fate import Fate, Result
from r1.verifiers.code.truth.plan import Test

MODES = ("all", "fraction", "weighted", "gated", "ladder")

# The rungs of the ladder, strictly rising: it is in the right language, it runs, it passes (as in DeepSeek's
# illustrated account of R1-Zero). The share of tests passed fills the space between _RUNS and _NEARLY_ALL.
_NOT_THE_LANGUAGE, _CRASHES, _RUNS, _NEARLY_ALL = 0.05, 0.1, 0.2, 0.9


def shares(tests: Sequence[Test], results: Sequence[Result]) -> dict[str, float]:
    """The parts of the verdict: shares passed of all tests, of visible and of hidden ones (if any), and the counts."""
    parts = {"tests": _share(tests, results, lambda test: True, weighted=False)}
    if any(test.visible for test in tests):
        parts["visible"] = _share(tests, results, lambda test: test.visible, weighted=False)
        if not all(test.visible for test in tests):
            parts["hidden"] = _share(tests, results, lambda test: not test.visible, weighted=False)
    parts["passed"] = float(sum(result.ok for result in results))
    parts["of"] = float(len(tests))
    return parts


def reward(mode: str, tests: Sequence[Test], results: Sequence[Result]) -> float:
    """The reward of a program, between 0 and 1.

    ``all``: 1 for all tests, else 0. ``fraction``: the share of tests passed. ``weighted``: the same by the tests'
    weights. ``gated``: the weighted share of hidden tests, but 0 unless every visible one passes. ``ladder``: 0.05 for
    a text that does not compile, 0.1 for a program that crashes on every test, 0.2 for one that runs, up to 0.9 by the
    share of tests, 1 for all.
    """
    if all(result.ok for result in results):
        return 1.0
    if mode == "fraction":
        return _share(tests, results, lambda test: True, weighted=False)
    if mode == "weighted":
        return _share(tests, results, lambda test: True, weighted=True)
    if mode == "gated":
        if not all(result.ok for test, result in zip(tests, results, strict=True) if test.visible):
            return 0.0
        return _share(tests, results, lambda test: not test.visible, weighted=True)
    if mode == "ladder":
        return _rung(results)
    return 0.0


def _rung(results: Sequence[Result]) -> float:
    share = sum(result.share for result in results) / len(results)
    if share > 0:
        return _RUNS + (_NEARLY_ALL - _RUNS) * share
    if any(result.how is Fate.COMPILE for result in results):
        return _NOT_THE_LANGUAGE
    if all(result.how not in (Fate.WRONG, Fate.OK, Fate.TIME) for result in results):
        return _CRASHES
    return _RUNS


def _share(tests: Sequence[Test], results: Sequence[Result], wanted: Callable[[Test], bool], weighted: bool) -> float:
    pairs = [
        (test.weight if weighted else 1.0, result.share)
        for test, result in zip(tests, results, strict=True)
        if wanted(test)
    ]
    total = sum(weight for weight, _ in pairs)
    return sum(weight * share for weight, share in pairs) / total if total else 1.0
