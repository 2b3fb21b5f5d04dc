"""Shortcuts for tests of the math verifier."""

from __future__ import annotations

from typing import Any

from r1.verifiers.math import Math


def passed(completion: str, gold: Any, **options: Any) -> bool:
    """Whether ``Math(**options)`` pays this completion."""
    return Math(**options)(completion, {"answer": gold}).reward == 1.0
