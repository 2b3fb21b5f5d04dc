"""ms-swift: a reward class for its GRPO; written from the source of ms-swift 4.6.

A file for ``--external_plugins`` holds three lines, and ``--reward_funcs r1_math`` selects it::

    import r1.swift
    from swift.rewards import orms
    orms["r1_math"] = r1.swift.orm("r1/math-v0")

An UNSCORED verdict becomes None, which ms-swift leaves out of the group.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from r1.envs.grader import Grader
from r1.verifiers.verdict import Verifier

OF_SWIFT = ("trainer_state", "messages", "solution_messages", "request_config")


def orm(verifier: Verifier | str) -> type:
    """Make a class as ms-swift's registry ``orms`` holds them of a verifier, a callable or the id of an environment.

    The truth is the column ``truth``, if there is one, else all columns.

    Raises:
        ValueError: an unknown environment; at the first call, columns without a truth that the verifier can judge.
    """
    grader = Grader(verifier)

    class R1:
        """Judges a batch: ``(completions, **columns) -> list[float | None]``."""

        def __init__(self, args: Any = None, **_: Any) -> None:
            self.args = args

        def __call__(self, completions: Sequence[Any], **columns: Any) -> list[float | None]:
            rows = {name: column for name, column in columns.items() if name not in OF_SWIFT}
            return [verdict.reward for verdict in grader.verdicts(completions, rows)]

    R1.__name__ = grader.name
    return R1
