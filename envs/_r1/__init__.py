"""r1: verifiable-reward environments for training reasoning by reinforcement learning.

Importing it registers the environments with Gymnasium by name (nothing heavy is imported) and offers two shortcuts::

    import gymnasium as gym, r1

    env = gym.make("r1/math-v0")  # or, without importing r1 yourself: gym.make("r1:r1/math-v0")
    r1.verify(r"... \\boxed{\\frac12}", {"answer": "0.5"}).reward
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from gymnasium.envs.registration import register

if TYPE_CHECKING:
    from r1.verifiers.verdict import Verdict

__version__ = "0.1.0"
__all__ = ["ENV_IDS", "verify"]

DOMAINS = ("math", "code", "format", "language")
_ENVS: dict[str, dict[str, Any]] = {f"r1/{domain}-v0": {"domain": domain} for domain in DOMAINS}
# Code with several attempts: the compiler's message or the failing visible test is the next observation.
_ENVS["r1/code-repair-v0"] = {"domain": "code", "max_turns": 3, "discount": 0.9}
ENV_IDS = tuple(_ENVS)

for _id, _kwargs in _ENVS.items():
    register(
        id=_id,
        entry_point="r1.envs.text:TextEnv",
        vector_entry_point="r1.envs.vector:TextVectorEnv",
        kwargs=_kwargs,
    )


def verify(completion: str, truth: Mapping[str, Any], domain: str = "math") -> Verdict:
    """Judge one completion with a domain's accuracy verifier.

    Args:
        completion: the raw text of the policy.
        truth: what the verifier of the domain needs, e.g. ``{"answer": "42"}`` for math.
        domain: one of ``r1.DOMAINS``.

    Raises:
        ValueError: unknown domain.
    """
    from r1.envs.domain import domain_of

    return domain_of(domain).accuracy()(completion, truth)
