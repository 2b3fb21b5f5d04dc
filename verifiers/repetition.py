"""Repetition: a penalty for repeated n-grams, `max_penalty · (1 - unique / total)` (open-r1; arXiv 2502.03373)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from r1.verifiers.verdict import Status, Verdict
from r1.verifiers.visible import drop_invisible, units


@dataclass(frozen=True)
class Repetition:
    """0 for a text without a repeated n-gram, towards ``max_penalty`` for one that says the same again and again.

    Attributes:
        ngram: how many units make one n-gram.
        max_penalty: the reward of total repetition; not above 0.
        unit: ``"words"``: white-space tokens; ``"auto"``: characters in scripts written without spaces (Han, kana,
            Thai …), where a white-space token is a whole sentence and nothing would ever repeat.
    """

    ngram: int = 3
    max_penalty: float = -1.0
    unit: str = "words"

    def __post_init__(self) -> None:
        if self.ngram < 1 or self.max_penalty > 0:
            raise ValueError(f"ngram is at least 1 and max_penalty at most 0, not {self.ngram} and {self.max_penalty}")
        if self.unit not in ("words", "auto"):
            raise ValueError(f"unit {self.unit!r}: there are 'words' and 'auto'")

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        """Judge the whole completion; ``truth`` is not looked at. Invisible characters and case make no difference."""
        text = drop_invisible(completion).lower()
        words = text.split() if self.unit == "words" else units(text)
        total = len(words) - self.ngram + 1
        if total <= 0:
            return Verdict(Status.PASS, 0.0, {"ngrams": 0.0, "unique": 0.0}, f"fewer than {self.ngram} units")
        unique = len(set(words if self.ngram == 1 else zip(*(words[i:] for i in range(self.ngram)), strict=False)))
        reward = self.max_penalty * (1 - unique / total) + 0.0  # + 0.0: never -0.0
        status = Status.PASS if unique == total else Status.FAIL
        return Verdict(
            status,
            reward,
            {"ngrams": float(total), "unique": float(unique)},
            f"{unique} of {total} {self.ngram}-grams differ",
        )
