"""Code: a program that is run against tests in the sandbox."""

from __future__ import annotations

from typing import Any

from r1.envs.domain import Domain
from r1.verifiers.verdict import Verifier


def _accuracy(sandbox: Any = None) -> Verifier:
    from r1.verifiers.code import Code

    return Code(sandbox=sandbox)


DOMAIN = Domain("code", accuracy=_accuracy, batches=True)
