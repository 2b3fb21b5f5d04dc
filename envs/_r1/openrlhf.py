"""OpenRLHF: a reward function for `--reward.remote_url FILE.py`; written for OpenRLHF 0.11.

FILE.py holds three lines::

    import r1.openrlhf
    from r1.verifiers import Math
    reward_func = r1.openrlhf.reward(Math())

The labels are truths: mappings, their JSON text, or bare answers. OpenRLHF has no mark for a completion without a reward, so an
UNSCORED one raises: OpenRLHF logs the message and drops the response's reward.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from r1.envs.grader import Grader, tasks_of
from r1.verifiers.verdict import Verifier


class Unscored(RuntimeError):
    """A completion could not be judged; the fault is not in it."""


def reward(verifier: Verifier | str) -> Callable[[Sequence[str], Sequence[str], Sequence[Any]], dict[str, Any]]:
    """Make ``reward_func(queries, prompts, labels)`` of a verifier, a callable or the id of an environment.

    A query is the prompt followed by the response, with special tokens; what the verifier sees is the response alone.

    Raises:
        ValueError: an unknown environment.
    """
    grader = Grader(verifier)

    def reward_func(queries: Sequence[str], prompts: Sequence[str], labels: Sequence[Any]) -> dict[str, Any]:
        """``rewards``: float32 [B], ``scores``: the same, ``extra_logs``: 1 for each completion that passed.

        Raises:
            Unscored: the machinery failed or a label is no truth.
        """
        import torch

        texts = [response_of(query, prompt) for query, prompt in zip(queries, prompts, strict=True)]
        verdicts = [grader.verdict(text, label) for text, label in zip(texts, labels, strict=True)]
        for verdict in verdicts:
            if verdict.reward is None:
                raise Unscored(f"no reward: {verdict.note}")
        rewards = torch.tensor([verdict.reward for verdict in verdicts], dtype=torch.float32)
        passed = torch.tensor([float(bool(verdict)) for verdict in verdicts])
        return {"rewards": rewards, "scores": rewards, "extra_logs": {"passed": passed}}

    return reward_func


def response_of(query: str, prompt: str) -> str:
    """The response in a query. Of a prompt that was cut from the left, the longest end that the query begins with is taken off.

    Raises:
        Unscored: the query begins with no end of the prompt of at least 16 characters, so where the response begins is unknown.
    """
    for cut in range(max(len(prompt) - len(query), 0), max(len(prompt) - 16, 0) + 1):
        if query.startswith(prompt[cut:]):
            return query[len(prompt) - cut :]
    raise Unscored(f"the query does not begin with its prompt: {query[:60]!r} is not {prompt[:60]!r}")


def write_dataset(
    path: str | Path, env_id: str, split: str = "train", count: int | None = None, **settings: Any
) -> int:
    """Write tasks as JSON lines ``{"input": messages, "label": truth}`` for ``--data.input_key input --data.label_key label``.

    Returns:
        The number of tasks; for the other arguments see :func:`r1.envs.grader.tasks_of`.
    """
    written = 0
    with open(path, "w", encoding="utf-8") as file:
        for task, messages in tasks_of(env_id, split, count, **settings):
            row = {"input": messages, "label": json.dumps(dict(task.truth))}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            written += 1
    return written
