"""A vector environment whose noise earns varied rewards: `--env toy_env:toy/math-v0` asks math tasks, pays for letters.

With TOY_LOSES=1 in the environment its verifier loses the completions that begin with a letter (UNSCORED); with
TOY_WORKERS=2 two processes judge.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gymnasium as gym

from r1.envs.vector import TextVectorEnv
from r1.verifiers.judge import Judge
from r1.verifiers.judge.ray_judge import RayJudge
from r1.verifiers.verdict import Status, Verdict, unscored
from r1.verifiers.weighted import Weighted


class Letters:
    """The share of letters in a completion."""

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        if os.environ.get("TOY_LOSES") and completion[:1].isalpha():
            return unscored("the judge is gone")
        share = sum(c.isalpha() for c in completion) / max(1, len(completion))
        return Verdict(Status.FAIL, share, {}, f"{share:.0%} letters")


def make(num_envs: int, **settings: Any) -> TextVectorEnv:
    judge = settings.pop("judge", "local")
    env = TextVectorEnv(num_envs, **{**settings, "domain": "math", "num_workers": 0})
    env.judging = replace(env.judging, verifier=Weighted({"accuracy": (1.0, Letters()), "format": (0.5, Letters())}))
    if judge == "ray":
        env._judge = RayJudge(env.judging.verifier, workers=0)
    elif os.environ.get("TOY_WORKERS"):
        env._judge = Judge(env.judging.verifier, workers=int(os.environ["TOY_WORKERS"]))
    return env


gym.register("toy/math-v0", entry_point=make, vector_entry_point=make)
