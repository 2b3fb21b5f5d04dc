"""slime: a reward model for `--custom-rm-path r1.slime.reward`; written from slime's source (rollout/rm_hub).

``sample.metadata["env_id"]`` names the environment whose verifier judges (``r1/math-v0`` if it is missing), and ``sample.label`` is the
truth: a mapping, its JSON text or a bare answer. slime has no mark for a sample without a reward, so an UNSCORED one raises.
"""

from __future__ import annotations

import asyncio
from functools import cache
from typing import Any

from r1.envs.grader import Grader


async def reward(args: Any, sample: Any, **_: Any) -> Any:
    """The reward of a sample: a dict with ``reward`` and the components (``--reward-key reward``); of a list of samples, a list.

    Raises:
        ValueError: a sample is UNSCORED, or its environment is unknown.
    """
    if isinstance(sample, list):
        return [await reward(args, one) for one in sample]
    env_id = (sample.metadata or {}).get("env_id", "r1/math-v0")
    verdict = await asyncio.to_thread(_grader(env_id).verdict, sample.response, sample.label)
    return {"reward": float(verdict), "status": str(verdict.status), **verdict.parts}


@cache
def _grader(env_id: str) -> Grader:
    return Grader(env_id)
