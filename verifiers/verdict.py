"""Verdict: the result of judging one completion, and the base of the verifiers that give it."""

from __future__ import annotations

import functools
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Status(StrEnum):
    """Why a completion got its reward. The first four are caused by the policy, the last one by our machinery or data."""

    PASS = "pass"  # correct
    FAIL = "fail"  # judged and wrong
    MALFORMED = "malformed"  # the text holds nothing that could be judged
    TIMEOUT = "timeout"  # the program, or the check of the answer, exceeded its budget
    UNSCORED = "unscored"  # the machinery failed or the truth is invalid: no reward, never 0


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgment of one completion. ``reward`` is None exactly if ``status`` is UNSCORED; trainers drop and count such rows.

    Attributes:
        status: why the completion got this reward.
        reward: finite float, or None.
        parts: named components and counts, in reading order.
        note: one line for a log: what was compared and which rule decided. It may hold the expected answer.
        answer: what was taken for the final answer, for majority votes and logs; None if the verifier extracts nothing.

    ``bool(verdict)`` is True exactly for PASS. ``float(verdict)`` is the reward; for UNSCORED it raises ValueError, so that a failure
    of the machinery cannot turn into a number.

    Raises:
        ValueError: the reward does not fit the status or is not finite.
    """

    status: Status
    reward: float | None
    parts: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    answer: str | None = None

    def __post_init__(self) -> None:
        if (self.reward is None) != (self.status is Status.UNSCORED):
            raise ValueError(f"reward must be None exactly for UNSCORED, got reward={self.reward} with {self.status}")
        if self.reward is not None and not math.isfinite(self.reward):
            raise ValueError(f"reward must be finite, got {self.reward}")

    def __bool__(self) -> bool:
        return self.status is Status.PASS

    def __float__(self) -> float:
        if self.reward is None:
            raise ValueError(
                f"an UNSCORED verdict has no reward ({self.note or 'no reason given'}); drop the row, do not count it as 0"
            )
        return float(self.reward)

    @property
    def feedback(self) -> str:
        """One sentence for the policy. It never holds the expected answer."""
        if self.status is Status.FAIL and self.answer is not None:
            shown = self.answer if len(self.answer) <= 200 else self.answer[:197] + "..."
            return f"The answer {' '.join(shown.split())!r} is wrong."
        return _FEEDBACK[self.status]


_FEEDBACK = {
    Status.PASS: "The answer is right.",
    Status.FAIL: "The answer is wrong.",
    Status.MALFORMED: "The text holds no answer that can be judged.",
    Status.TIMEOUT: "Judging the answer took too long.",
    Status.UNSCORED: "The answer could not be judged; the fault is not in it.",
}

Verifier = Callable[[str, Mapping[str, Any]], Verdict]
"""``(completion, truth) -> Verdict``: synchronous, pure and picklable. It never raises for a bad completion."""


class TruthError(ValueError):
    """The truth of a task is invalid: an error in the data. Raised when tasks are loaded; UNSCORED at run time."""


def unscored(note: str) -> Verdict:
    """The verdict for a failure of the machinery or the data (dead worker, lost daemon, invalid truth)."""
    return Verdict(Status.UNSCORED, None, {}, note)


_Call = Callable[[Any, str, Mapping[str, Any]], Verdict]


class BaseVerifier:
    """What every verifier of r1 has besides its rule: tolerant inputs, batches, an async form, a readable repr.

    A completion may be a text or chat messages, a truth a mapping or JSON text; a key whose value is None counts as absent, because
    Arrow and parquet rows hold every column of their table. Anything else is an error of the caller, told in one line at the first
    call. A text with a flat mapping, the usual case, pays for a few type checks.
    """

    __slots__ = ()

    def __init_subclass__(cls, **settings: Any) -> None:
        super().__init_subclass__(**settings)
        if "__call__" in vars(cls):
            cls.__call__ = _tolerant(vars(cls)["__call__"])  # type: ignore[assignment, method-assign]
        if "many" in vars(cls):
            cls.many = _tolerant_many(vars(cls)["many"])  # type: ignore[method-assign]

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        raise NotImplementedError

    def many(self, completions: Sequence[Any], truths: Sequence[Any]) -> list[Verdict]:
        """Judge each completion against its own truth, in order.

        Raises:
            ValueError: the two lists differ in length.
        """
        _check_lengths(completions, truths)
        return [self(completion, truth) for completion, truth in zip(completions, truths, strict=True)]

    async def many_async(self, completions: Sequence[Any], truths: Sequence[Any]) -> list[Verdict]:
        """Judge as :meth:`many` does, in a thread, so that an event loop goes on meanwhile."""
        import asyncio

        return await asyncio.to_thread(self.many, completions, truths)

    def __repr__(self) -> str:
        """The call that makes this verifier, without the settings that are at their defaults."""
        import inspect

        shown = []
        for name, parameter in inspect.signature(type(self)).parameters.items():
            value = getattr(self, name, parameter.default)
            if value is not parameter.default and value != parameter.default:
                shown.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(shown)})"


def _tolerant(call: _Call) -> _Call:
    @functools.wraps(call)
    def judge(self: Any, completion: Any, truth: Any) -> Verdict:
        if type(completion) is str and type(truth) is dict:
            for value in truth.values():
                if type(value) not in _SCALARS:
                    break
            else:  # the usual case
                return call(self, completion, truth)
        return call(self, completion_text(completion), truth_mapping(truth))

    return judge


def _tolerant_many(many: Callable[..., list[Verdict]]) -> Callable[..., list[Verdict]]:
    @functools.wraps(many)
    def judge_all(self: Any, completions: Sequence[Any], truths: Sequence[Any]) -> list[Verdict]:
        _check_lengths(completions, truths)
        return many(self, [completion_text(c) for c in completions], [truth_mapping(t) for t in truths])

    return judge_all


def _check_lengths(completions: Sequence[Any], truths: Sequence[Any]) -> None:
    if len(completions) != len(truths):
        raise ValueError(
            f"{len(completions)} completions but {len(truths)} truths; expected one truth for each completion"
        )


def completion_text(completion: Any) -> str:
    """Return the text of a completion: itself, or the last assistant turn of chat messages (TRL hands over ``[{"role", "content"}]``).

    Raises:
        TypeError: neither, or the last turn is not the assistant's.
    """
    if isinstance(completion, str):
        return completion if type(completion) is str else str(completion)
    if isinstance(completion, Mapping):
        completion = [completion]
    if isinstance(completion, Sequence) and completion and all(isinstance(turn, Mapping) for turn in completion):
        last = completion[-1]
        if last.get("role", "assistant") == "assistant" and isinstance(last.get("content"), str):
            return str(last["content"])
        raise TypeError(f"the last message must be the assistant's with a text as content, got {_short(last)}")
    raise TypeError(
        f"a completion must be a str or a list of chat messages, got {_short(completion)}; to judge a list of completions use many()"
    )


def truth_mapping(truth: Any) -> Mapping[str, Any]:
    """Return a truth as a mapping without the keys whose value is None. JSON text is parsed.

    Raises:
        TypeError: it is neither a mapping nor the JSON text of one.
    """
    given = truth
    if isinstance(truth, str):
        try:
            truth = json.loads(truth)
        except ValueError:
            truth = None
    if not isinstance(truth, Mapping):
        raise TypeError(f"a truth must be a mapping such as {{'answer': '42'}}, or its JSON text, got {_short(given)}")
    kept = {
        key: _present(value) if key in _FILLED_BY_ARROW else value for key, value in truth.items() if value is not None
    }
    return _same_or(kept, truth)


_SCALARS = frozenset({str, int, float, bool})
_FILLED_BY_ARROW = ("tests", "schema", "limits")
"""Keys below which a None can only be a column that Arrow filled in. Elsewhere (``content``) it may be a value, such as JSON's null."""


def _present(value: Any) -> Any:
    """Drop keys whose value is None at every depth; return the same object if there is nothing to drop.

    None stays where it is a value: in a list, as what a call ``returns``, and as a ``const`` that is the only None of its schema.
    """
    if hasattr(value, "tolist"):  # a NumPy array, as pandas reads lists from parquet
        value = value.tolist()
    if isinstance(value, list | tuple):
        items = [_present(item) for item in value]
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    if not isinstance(value, Mapping):
        return value
    nones = [key for key, item in value.items() if item is None]
    if nones == ["const"] or (
        nones == ["returns"] and (value.get("args") is not None or value.get("kwargs") is not None)
    ):
        nones = []
    return _same_or({key: _present(item) for key, item in value.items() if key not in nones}, value)


def _same_or(kept: dict[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """``given`` itself if ``kept`` holds the same objects: equal truths stay one object, which `Code` reads once."""
    same = len(kept) == len(given) and all(kept[key] is value for key, value in given.items())
    return given if same else kept


def _short(value: Any) -> str:
    text = repr(value)
    return f"{type(value).__name__} {text if len(text) <= 80 else text[:77] + '...'}"
