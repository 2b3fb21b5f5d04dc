"""Reward modes: from what each test said to one number, and the parts behind it."""

from __future__ import annotations

from collections.abc import Sequence

from r1.verifiers.code.truth.reader import Test, TestResult

MODES = ("all", "fraction", "weighted", "gated", "ladder")

# The ladder's rungs (DeepSeek's illustrated account of R1-Zero: is it the language at all, does it run, does it pass).
# Strictly rising; the share of tests fills the room between RUNS and ALL, CPU time the room that `Code(time_weight)` asks.
NOT_THE_LANGUAGE, CRASHES, RUNS, ALL = 0.05, 0.1, 0.2, 1.0
_NEARLY = 0.9  # no share of the tests, however large, comes nearer to ALL than this


def shares(tests: Sequence[Test], results: Sequence[TestResult]) -> dict[str, float]:
    """Shares passed: of all tests, of visible and of hidden ones (where there are any), and the counts."""
    parts = {"tests": _share(tests, results, lambda test: True, weighted=False)}
    if any(test.visible for test in tests):
        parts["visible"] = _share(tests, results, lambda test: test.visible, weighted=False)
        if not all(test.visible for test in tests):
            parts["hidden"] = _share(tests, results, lambda test: not test.visible, weighted=False)
    parts["passed"] = float(sum(result.ok for result in results))
    parts["of"] = float(len(tests))
    return parts


def reward(mode: str, tests: Sequence[Test], results: Sequence[TestResult]) -> float:
    """The reward of a program that was found and judged.

    ``all``: 1 for all tests, else 0. ``fraction``: the share of tests. ``weighted``: the same by the tests' weights.
    ``gated``: the share of hidden tests, but 0 unless every visible one passes. ``ladder``: 0.05 for what is not the
    language, 0.1 for what crashes on everything, 0.2 for what runs, up to 0.9 by the share of tests, 1 for all.
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


def _rung(results: Sequence[TestResult]) -> float:
    share = sum(result.share for result in results) / len(results)
    if share > 0:
        return RUNS + (_NEARLY - RUNS) * share
    if any(result.how == "compile" for result in results):
        return NOT_THE_LANGUAGE
    if all(result.how not in ("wrong", "ok", "time") for result in results):
        return CRASHES
    return RUNS


def _share(tests: Sequence[Test], results: Sequence[TestResult], wanted, weighted: bool) -> float:  # type: ignore[no-untyped-def]
    pairs = [
        (test.weight if weighted else 1.0, result.share)
        for test, result in zip(tests, results, strict=True)
        if wanted(test)
    ]
    total = sum(weight for weight, _ in pairs)
    return sum(weight * share for weight, share in pairs) / total if total else 1.0
