"""AReaL: a reward function for `RLVRWorkflow`; written from the source of AReaL 1.0.

::

    RLVRWorkflow(reward_fn=r1.areal.reward("r1/math-v0"), ...)

AReaL runs it in processes of its own and has no mark for a completion without a reward, so an UNSCORED one raises; AReaL retries it
and logs the message.
"""

from __future__ import annotations

from typing import Any

from r1.envs.grader import Grader
from r1.verifiers.verdict import Verifier

OF_AREAL = ("prompt", "prompt_ids", "completion_ids")


class Reward:
    """``(prompt, completions, prompt_ids, completion_ids, **row) -> float``; see :func:`reward`."""

    def __init__(self, verifier: Verifier | str) -> None:
        self.grader = Grader(verifier)
        self.__name__ = self.grader.name

    def __call__(
        self, prompt: Any, completions: str, prompt_ids: Any = None, completion_ids: Any = None, **row: Any
    ) -> float:
        return float(self.grader.verdicts([completions], {name: [value] for name, value in row.items()})[0])


def reward(verifier: Verifier | str) -> Reward:
    """Make a reward function, which can be pickled, of a verifier, a callable or the id of an environment.

    The truth is the row's ``truth``, if it has one, else the row.

    Raises:
        ValueError: an unknown environment; when called, an UNSCORED completion.
    """
    return Reward(verifier)
