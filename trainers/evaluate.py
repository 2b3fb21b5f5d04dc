"""Evaluate: accuracy and reward of a policy on held-out tasks, sampled and greedy."""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from r1.datasets.task import Task
from r1.trainers.config import Config
from r1.trainers.policy.policy import Policy
from r1.trainers.rollout.engine import RolloutEngine, SamplingParams
from r1.trainers.rollout.episodes import Episode, TaskEnv, play
from r1.trainers.run.metrics import Metrics


def pass_at_k(n: int, right: int, k: int) -> float:
    """Estimate the probability that one of ``k`` samples is right, given that ``right`` of ``n`` are.

    1 - C(n-c,k)/C(n,k) with c = ``right`` [Codex, arXiv 2107.03374 eq. 1].

    Raises:
        ValueError: k is not in 1..n, or ``right`` is not in 0..n.
    """
    if not 1 <= k <= n or not 0 <= right <= n:
        raise ValueError(f"pass@{k} with {right} right of {n} samples: expected 1 <= k <= n and 0 <= right <= n")
    return 1.0 - math.comb(n - right, k) / math.comb(n, k)


def is_right(episode: Episode) -> bool:
    """Return whether an episode has full accuracy or, in environments without that component, a reward of at least 1."""
    return episode.components.get("accuracy", episode.reward) >= 1.0


def evaluate(
    env: TaskEnv, policy: Policy, engine: RolloutEngine, tasks: Sequence[Task], config: Config, sampling: SamplingParams
) -> tuple[Metrics, list[Episode]]:
    """Return metrics under ``eval/``, and the sampled episodes. Unscored episodes are counted but otherwise ignored.

    The seeds are always the same, so that two evaluations differ only by the policy.
    """
    count = config.operation.eval_samples
    sampled = play(env, policy, engine, tasks, count, sampling, (config.seed, "eval"))
    greedy = play(
        env, policy, engine, tasks, 1, dataclasses.replace(sampling, temperature=0.0), (config.seed, "greedy")
    )
    scored = [e for e in sampled if not math.isnan(e.reward)]
    if not scored:
        return {"eval/unscored": len(sampled)}, sampled
    metrics: Metrics = {
        "eval/reward": sum(e.reward for e in scored) / len(scored),
        "eval/length": sum(sum(e.own) for e in scored) / len(scored),
        "eval/unscored": len(sampled) - len(scored),
    }
    for name in scored[0].components:
        metrics[f"eval/{name}"] = sum(e.components[name] for e in scored) / len(scored)
    groups = [[e for e in sampled[i : i + count] if not math.isnan(e.reward)] for i in range(0, len(sampled), count)]
    whole = [g for g in groups if len(g) == count]
    if whole and count > 1:
        metrics[f"eval/pass@{count}"] = sum(pass_at_k(count, sum(map(is_right, g)), count) for g in whole) / len(whole)
    judged = [e for e in greedy if not math.isnan(e.reward)]
    if judged:
        metrics["eval/greedy"] = sum(map(is_right, judged)) / len(judged)
    return metrics, sampled


def held_out(row: Metrics) -> float | None:
    """Return the figure that ranks policies: held-out accuracy or, without one, the mean held-out reward."""
    figure: float | None = row.get("eval/accuracy", row.get("eval/reward"))
    return figure


def best_of(rows: Sequence[Metrics]) -> int | None:
    """Return the step of the best evaluation, the first one if several are equal; None without an evaluation."""
    evaluated = [(figure, -row["step"]) for row in rows if (figure := held_out(row)) is not None]
    return -max(evaluated)[1] if evaluated else None


def stalled(rows: Sequence[Metrics], patience: int) -> bool:
    """Return whether none of the last ``patience`` evaluations improved on the best before them (0: never)."""
    steps = [row["step"] for row in rows if held_out(row) is not None]
    best = best_of(rows)
    return bool(patience) and best is not None and len([s for s in steps if s > best]) >= patience


def save_samples(path: Path, tasks: Sequence[Task], episodes: Sequence[Episode], count: int) -> None:
    """Write the first sample of each task as JSON lines; the report shows some of them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [sample_row(episodes[i * count]) for i in range(len(tasks))]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def sample_row(episode: Episode) -> dict[str, Any]:
    """Return an episode as JSON types; numbers that are NaN become None."""
    return {
        "task": episode.task_id,
        "prompt": episode.prompt,
        "completion": episode.text,
        "reward": None if math.isnan(episode.reward) else episode.reward,
        "components": {k: None if math.isnan(v) else v for k, v in episode.components.items()},
        "note": episode.note,
        "finish": episode.finish,
        "tokens": sum(episode.own),
    }
