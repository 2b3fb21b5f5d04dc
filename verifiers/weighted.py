"""Weighted: several verifiers for one completion, with their rewards combined into one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

from r1.verifiers.verdict import BaseVerifier, Status, Verdict, Verifier

Combine = Literal["add", "gate", "normalise"]


class Weighted(BaseVerifier):
    """Judges with all components. The first one is the primary: if it fails, its status is that of the verdict.

    ``Weighted({"accuracy": (1.0, Math()), "format": (1.0, Think())})`` is R1's rule reward: Reward_rule = Reward_acc +
    Reward_format "combined with the same weight" (DeepSeek-R1, eq. 4).

    Args:
        components: name -> (weight, verifier).
        combine: ``add``: sum of weight * reward. ``normalise``: that sum over the sum of |weights|. ``gate``: the
            primary's weight * reward if every other component passes, else 0; the others add no reward.

    The verdict's ``parts`` hold the unweighted reward of each component by name. It is UNSCORED if any component is.

    Raises:
        ValueError: no components, a weight that is not finite, or an unknown ``combine``.
    """

    def __init__(self, components: Mapping[str, tuple[float, Verifier]], combine: Combine = "add") -> None:
        if not components:
            raise ValueError("Weighted needs at least one component")
        if combine not in ("add", "gate", "normalise"):
            raise ValueError(f"unknown combine {combine!r}; expected one of: add, gate, normalise")
        for name, (weight, _) in components.items():
            if not math.isfinite(weight):
                raise ValueError(f"the weight of {name!r} must be finite, got {weight}")
        self.components, self.combine = dict(components), combine

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        return self._combined({name: verifier(completion, truth) for name, (_, verifier) in self.components.items()})

    def many(self, completions: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """Judge a batch; a component that has ``many`` gets the whole batch in one call."""
        columns = {name: judge_many(v, completions, truths) for name, (_, v) in self.components.items()}
        return [self._combined({name: column[i] for name, column in columns.items()}) for i in range(len(completions))]

    def _combined(self, verdicts: Mapping[str, Verdict]) -> Verdict:
        lost = {name: v for name, v in verdicts.items() if v.reward is None}
        parts = {name: v.reward for name, v in verdicts.items() if v.reward is not None}
        note = "; ".join(f"{name}: {v.note or v.status}" for name, v in verdicts.items())
        primary, *others = verdicts.values()
        if lost:
            return Verdict(Status.UNSCORED, None, parts, note, primary.answer)
        weights = {name: weight for name, (weight, _) in self.components.items()}
        if self.combine == "gate":
            first = next(iter(weights))
            reward = weights[first] * parts[first] if all(v.status is Status.PASS for v in others) else 0.0
        else:
            reward = sum(weights[name] * value for name, value in parts.items())
            if self.combine == "normalise":
                reward /= sum(map(abs, weights.values())) or 1.0
        status = primary.status
        if status is Status.PASS and any(v.status is not Status.PASS for v in others):
            status = Status.FAIL
        return Verdict(status, reward, parts, note, primary.answer)


def judge_many(verifier: Verifier, completions: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[Verdict]:
    """The verdicts for a batch, with one call of the verifier's ``many`` if it has one.

    Raises:
        ValueError: the two sequences differ in length.
    """
    if len(completions) != len(truths):
        raise ValueError(f"{len(completions)} completions for {len(truths)} truths")
    many: Callable[..., list[Verdict]] | None = getattr(verifier, "many", None)
    if many is not None:
        return many(completions, truths)
    return [verifier(completion, truth) for completion, truth in zip(completions, truths, strict=True)]
