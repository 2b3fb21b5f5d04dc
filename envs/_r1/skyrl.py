"""SkyRL: an environment for `skyrl_gym`; written for skyrl-gym 0.4.

::

    skyrl_gym.register(id="r1-math", entry_point="r1.skyrl:TextEnv", kwargs={"env_config": {"env_id": "r1/math-v0"}})

A row's ``reward_spec["ground_truth"]`` is the truth: a mapping, its JSON text or a bare answer. SkyRL has no mark for a completion
without a reward, so an UNSCORED one raises, and SkyRL's generator drops or retries the trajectory.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from skyrl_gym.envs.base_text_env import BaseTextEnv, BaseTextEnvStepOutput

from r1.envs.grader import Grader


class TextEnv(BaseTextEnv):  # type: ignore[misc, no-any-unimported]
    """One attempt a task.

    Args:
        env_config: ``{"env_id": "r1/math-v0"}``, whose verifier judges.
        extras: the row; ``reward_spec["ground_truth"]`` is needed.

    Raises:
        ValueError: an unknown environment, or a row without ground truth.
    """

    def __init__(self, env_config: Mapping[str, Any] | None = None, extras: Mapping[str, Any] | None = None) -> None:
        super().__init__()
        spec = (extras or {}).get("reward_spec") or {}
        if "ground_truth" not in spec:
            raise ValueError(f"reward_spec has the fields {sorted(spec)}; expected ground_truth")
        self.truth = spec["ground_truth"]
        self.grader = Grader((env_config or {}).get("env_id", "r1/math-v0"))
        self.components: dict[str, float] = {}

    def step(self, action: str) -> BaseTextEnvStepOutput:  # type: ignore[no-any-unimported]
        """Judge the completion; the episode is done.

        Raises:
            ValueError: the completion is UNSCORED.
        """
        self.turns += 1
        verdict = self.grader.verdict(action, self.truth)
        self.components = dict(verdict.parts)
        metadata = {"reward_components": self.components, "status": str(verdict.status)}
        return BaseTextEnvStepOutput(observations=[], reward=float(verdict), done=True, metadata=metadata)

    def get_metrics(self) -> dict[str, float]:
        return self.components
