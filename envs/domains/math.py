"""Math: give a final answer; it is compared with the gold answer."""

from __future__ import annotations

from typing import Any

from r1.envs.domain import Domain
from r1.verifiers.verdict import Verifier


def _accuracy(sandbox: Any = None) -> Verifier:
    from r1.verifiers.math import Math

    return Math()


DOMAIN = Domain("math", accuracy=_accuracy)
