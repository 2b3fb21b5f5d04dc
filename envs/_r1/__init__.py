"""r1: verifiable-reward environments for training reasoning by reinforcement learning.

Importing it registers the environments with Gymnasium by name (nothing heavy is imported) and offers two shortcuts::

    import gymnasium as gym, r1

    env = gym.make("r1/math-v0")  # or, without importing r1 yourself: gym.make("r1:r1/math-v0")
    r1.verify(r"... \\boxed{\\frac12}", {"answer": "0.5"}).reward
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import gymnasium.envs.registration as _gym

if TYPE_CHECKING:
    from r1.verifiers.verdict import Verdict

__version__ = "0.1.0"
__all__ = ["ENV_IDS", "register", "verify"]

ADAPTERS = (
    *("areal", "dspy", "inspect", "lm_eval", "openenv", "openrlhf", "prime", "skyrl", "slime", "swift", "trl", "verl"),
)
"""Modules for other frameworks, imported when they are asked for: ``r1.trl.reward(...)``."""

DOMAINS = ("math", "code", "format", "language")
_ENVS: dict[str, dict[str, Any]] = {f"r1/{domain}-v0": {"domain": domain} for domain in DOMAINS}
# Code with several attempts: the compiler's message or the failing visible test is the next observation.
_ENVS["r1/code-repair-v0"] = {"domain": "code", "max_turns": 3, "discount": 0.9}
ENV_IDS = tuple(_ENVS)
_ID = re.compile(r"[\w.-]+/[\w.-]+-v\d+")


def __getattr__(name: str) -> Any:
    if name not in ADAPTERS:
        raise AttributeError(f"module 'r1' has no attribute {name!r}")
    import importlib

    return importlib.import_module(f"r1.{name}")


def _register(env_id: str, settings: dict[str, Any]) -> None:
    single, vector = "r1.envs.text:TextEnv", "r1.envs.vector:TextVectorEnv"
    _gym.register(id=env_id, entry_point=single, vector_entry_point=vector, kwargs=settings)


for _id, _kwargs in (_ENVS | {"r1/text-v0": {"domain": "text"}}).items():
    _register(_id, _kwargs)


def register(env_id: str, *, tasks: Any, verifier: Callable[[str, Mapping[str, Any]], Any], **settings: Any) -> None:
    """Register an environment of one's own: tasks and any callable that judges a completion.

    ::

        r1.register("my/echo-v0", tasks=[{"prompt": "Say hi.", "word": "hi"}], verifier=lambda text, truth: truth["word"] in text)
        env = gym.make("my/echo-v0")

    In a module ``mine.py`` it is trained by ``python trainers/grpo.py --env mine:my/echo-v0 --model ...``.

    Args:
        env_id: ``namespace/name-v0``; ``r1`` as namespace is taken.
        tasks: what ``gym.make("r1/text-v0", tasks=...)`` takes: rows, Tasks, a Dataset, a file or a hub id.
        verifier: ``(completion, truth) -> Verdict | float | bool | None``.
        **settings: further arguments of :class:`r1.envs.text.TextEnv` (template, split, max_turns ...).

    Raises:
        ValueError: the id is not of that form. Tasks and verifier are checked when the environment is made.
    """
    if not _ID.fullmatch(env_id) or env_id.startswith("r1/"):
        raise ValueError(
            f"environment id {env_id!r}: expected namespace/name-v0 with another namespace than r1, such as my/echo-v0"
        )
    _register(env_id, {"domain": "text", "tasks": tasks, "verifier": verifier, **settings})


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
