"""Fate: how a test of a program ended. Every later step (reward, note, feedback) reads it from here."""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from r1.sandbox.protocol import Killed, Outcome, Phase


class Fate(enum.StrEnum):
    """How a test ended. The values are the words with which a tester's box reports it.

    Attributes:
        letters: the short form in verdict notes, as online judges write it.
        sentence: what feedback says about a program that ended so.
    """

    letters: str
    sentence: str

    # The defaults are for type checkers, which take the lookup Fate("ok") for a construction.
    def __new__(cls, word: str, letters: str = "", sentence: str = "") -> Fate:
        fate = str.__new__(cls, word)
        fate._value_ = word
        fate.letters, fate.sentence = letters, sentence
        return fate

    OK = "ok", "AC", "passes"
    WRONG = "wrong", "WA", "gives a wrong result"
    ERROR = "error", "RE", "raises an error"
    TIME = "time", "TLE", "runs out of time"
    MEMORY = "memory", "MLE", "runs out of memory"
    OUTPUT = "output", "OLE", "writes too much"
    COMPILE = "compile", "CE", "does not compile"
    MISSING = "missing", "WA", "ends before it answers"
    SKIPPED = "skipped", "WA", "was not run"


def fate_of(outcome: Outcome) -> Fate | None:
    """Why a run gave no result, or None if it ended well."""
    if outcome.phase is Phase.COMPILE and not outcome.ok:
        return Fate.COMPILE
    if outcome.killed is not None:
        return {Killed.MEMORY: Fate.MEMORY, Killed.OUTPUT: Fate.OUTPUT}.get(outcome.killed, Fate.TIME)
    return None if outcome.ok else Fate.ERROR


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one test.

    Attributes:
        how: how the test ended.
        share: share of its parts that passed (a test source holds many tests); 1.0 exactly if ``ok``.
        detail: what feedback shows if the test is visible (got, expected, the exception); never shown for hidden tests.
        cpu_s: CPU seconds of the run that the test was part of.
    """

    how: Fate
    share: float = 0.0
    detail: Mapping[str, Any] = field(default_factory=dict)
    cpu_s: float = 0.0

    @property
    def ok(self) -> bool:
        return self.how is Fate.OK


def right_or_wrong(ok: bool, detail: Mapping[str, Any], cpu_s: float = 0.0) -> Result:
    """The result of a comparison: OK without detail, or WRONG with it."""
    return Result(Fate.OK, 1.0, {}, cpu_s) if ok else Result(Fate.WRONG, 0.0, detail, cpu_s)
