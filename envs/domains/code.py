"""Code: write a program; tests in the sandbox judge it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from r1.envs.domain import Domain
from r1.verifiers.verdict import Verifier


def _accuracy(sandbox: Any = None) -> Verifier:
    from r1.verifiers.code import Code

    return Code(sandbox=sandbox)


def _feedback(accuracy: Any, completions: Sequence[str], truths: Sequence[Mapping[str, Any]]) -> list[str]:
    """The compiler's message or the first visible test that failed; hidden tests are never shown."""
    return [text for _, text in accuracy.with_feedback(completions, truths)]


DOMAIN = Domain("code", accuracy=_accuracy, batches=True, feedback=_feedback, boxed=False)
