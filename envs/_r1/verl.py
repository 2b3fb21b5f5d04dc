"""verl: a reward function, an advantage estimator that leaves UNSCORED completions out, and data files; written for verl 0.9.

::

    reward.custom_reward_function.path=pkg://r1.verl  reward.custom_reward_function.name=compute_score
    algorithm.adv_estimator=r1_grpo

verl needs a number for each completion. An UNSCORED one gets NaN, and the estimator ``r1_grpo`` (GRPO) takes it out of its group: no
advantage, no part in mean and deviation. With another estimator NaN would reach the loss, so ``compute_score`` raises instead.
Installing r1-gym is enough for verl to find the estimator (entry point ``verl.plugins``).
"""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

from r1.envs.grader import Grader, tasks_of

ESTIMATOR = "r1_grpo"


async def compute_score(
    data_source: str,
    solution_str: str,
    ground_truth: Any,
    extra_info: Any = None,
    *,
    verifier: str = "",
    unscored: str = "raise",
    **_: Any,
) -> dict[str, Any]:
    """Judge one response.

    Args:
        data_source: the id of an environment, as :func:`write_dataset` writes it; ``verifier`` replaces it.
        solution_str: the response.
        ground_truth: the truth: a mapping, its JSON text, or a bare answer.
        extra_info: not used.
        verifier: the id of an environment whose verifier judges; set it by ``reward_kwargs``.
        unscored: ``raise``, or ``nan`` for runs with ``algorithm.adv_estimator=r1_grpo``; set it by ``reward_kwargs``.

    Returns:
        ``score`` and, with the same keys for each completion as verl demands, ``acc``, ``unscored``, ``status`` and ``note``.

    Raises:
        RuntimeError: the completion is UNSCORED and ``unscored`` is ``raise``.
    """
    import asyncio

    verdict = await asyncio.to_thread(_grader(verifier or data_source).verdict, solution_str, ground_truth)
    if verdict.reward is None and unscored != "nan":
        raise RuntimeError(
            f"a completion is UNSCORED ({verdict.note}); to leave such completions out, set algorithm.adv_estimator={ESTIMATOR} "
            "and reward.custom_reward_function.reward_kwargs.unscored=nan"
        )
    score = math.nan if verdict.reward is None else verdict.reward
    return {
        "score": score,
        "acc": float(bool(verdict)),
        "unscored": float(verdict.reward is None),
        "status": str(verdict.status),
        "note": verdict.note,
    }


@cache
def _grader(env_id: str) -> Grader:
    return Grader(env_id)


def write_dataset(
    path: str | Path, env_id: str, split: str = "train", count: int | None = None, **settings: Any
) -> int:
    """Write the tasks of an environment as a parquet file with verl's columns, and return their number.

    Args:
        path: the file.
        env_id, split, count, **settings: see :func:`r1.envs.grader.tasks_of`.
    """
    import pyarrow
    import pyarrow.parquet

    rows = [
        {
            "data_source": env_id,
            "prompt": messages,
            "ability": env_id,
            "reward_model": {"style": "rule", "ground_truth": json.dumps(dict(task.truth))},
            "extra_info": {"split": split, "index": index, "task_id": task.id},
        }
        for index, (task, messages) in enumerate(tasks_of(env_id, split, count, **settings))
    ]
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist(rows), str(path))
    return len(rows)


def grpo_advantage(
    token_level_rewards: Any, response_mask: Any, index: Any, config: Any = None, **_: Any
) -> tuple[Any, Any]:
    """GRPO's advantages (DeepSeekMath, eq. 3 and section 4.1.2) over the scored completions of each group.

    Args:
        token_level_rewards: float [B, T]; NaN anywhere in a row marks an UNSCORED completion. Such rows are overwritten with the
            mean reward of their group (0 for a group without any), so that verl's metrics stay finite.
        response_mask: [B, T], 1 for tokens of the response.
        index: [B], the group of each completion.
        config: verl's algorithm settings; ``norm_adv_by_std_in_grpo`` False leaves out the division (Dr. GRPO).

    Returns:
        advantages and returns, both float [B, T]; 0 in rows of UNSCORED completions and of groups with one scored completion.
    """
    import torch

    rewards_B = token_level_rewards.sum(dim=-1)
    scored_B = ~torch.isnan(rewards_B)
    by_std = True if config is None else bool(config.get("norm_adv_by_std_in_grpo", True))
    advantages_B = torch.zeros_like(rewards_B)
    for group in dict.fromkeys(index.tolist() if hasattr(index, "tolist") else index):
        of_group_B = torch.tensor([bool(one == group) for one in index], device=rewards_B.device)
        members_B = of_group_B & scored_B
        count = int(members_B.sum())
        mean = rewards_B[members_B].mean() if count else torch.zeros((), device=rewards_B.device)
        if count > 1:
            centered = rewards_B[members_B] - mean
            advantages_B[members_B] = centered / (rewards_B[members_B].std() + 1e-6) if by_std else centered
        lost_B = of_group_B & ~scored_B
        token_level_rewards[lost_B] = 0.0
        token_level_rewards[lost_B, 0] = mean
    advantages_BT = advantages_B.unsqueeze(-1) * response_mask
    return advantages_BT, advantages_BT


def _register() -> None:
    """Make the estimator known to verl, which imports this module through the entry point ``verl.plugins``."""
    try:
        from verl.trainer.ppo.core_algos import register_adv_est
    except ImportError:  # verl is not installed, or this is a machine that only writes data files
        return
    register_adv_est(ESTIMATOR)(grpo_advantage)


_register()
