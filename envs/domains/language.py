"""Language: solve a small task while thinking in a stated language."""

from __future__ import annotations

from typing import Any

from r1.envs.domain import Components, Domain, with_think
from r1.envs.prompts import Template
from r1.verifiers.verdict import Verifier


def _accuracy(sandbox: Any = None) -> Verifier:
    from r1.verifiers.math import Math

    return Math()


def _components(accuracy: Verifier, template: Template) -> Components:
    """R1 adds the share of target-language words in the chain of thought to the rule reward (eq. 7 and 8)."""
    from r1.verifiers.language import Language

    return {**with_think(accuracy, template), "language": Language()}


DOMAIN = Domain(
    "language",
    accuracy=_accuracy,
    components=_components,
    weights={"accuracy": 1.0, "format": 1.0, "language": 1.0},
)
