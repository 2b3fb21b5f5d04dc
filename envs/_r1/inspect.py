"""inspect_ai: a scorer and a data set; written for inspect_ai 0.3.

::

    Task(dataset=r1.inspect.dataset("r1/math-v0", "test"), solver=generate(), scorer=r1.inspect.scorer("r1/math-v0"))

An UNSCORED verdict becomes ``Score.unscored``, which metrics leave out.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from r1.envs.grader import Grader, tasks_of
from r1.verifiers.verdict import Verifier

if TYPE_CHECKING:
    from inspect_ai.dataset import MemoryDataset
    from inspect_ai.scorer import Scorer


def scorer(verifier: Verifier | str, metrics: list[Any] | None = None) -> Scorer:
    """Make a scorer of a verifier, a callable or the id of an environment.

    The truth is ``sample.metadata["truth"]`` if it is there, else ``{"answer": target}``. The value is the reward; the explanation
    is the verdict's note.

    Args:
        metrics: inspect's metrics; None means mean and stderr.

    Raises:
        ValueError: an unknown environment.
    """
    from inspect_ai.scorer import Score, Target, mean, stderr
    from inspect_ai.scorer import scorer as as_scorer
    from inspect_ai.solver import TaskState

    grader = Grader(verifier)

    @as_scorer(name=f"r1/{grader.name}", metrics=metrics or [mean(), stderr()])
    def verdict() -> Scorer:
        async def score(state: TaskState, target: Target) -> Score:
            truth = (state.metadata or {}).get("truth", target.text)
            judged = await asyncio.to_thread(grader.verdict, state.output.completion, truth)
            if judged.reward is None:
                return Score.unscored(reason="r1: UNSCORED", answer=judged.answer, explanation=judged.note)
            metadata = {"status": str(judged.status), **judged.parts}
            return Score(value=judged.reward, answer=judged.answer, explanation=judged.note, metadata=metadata)

        return score

    return verdict()


def dataset(env_id: str, split: str = "test", count: int | None = None, **settings: Any) -> MemoryDataset:
    """The tasks of an environment as samples with chat messages as input and the truth in their metadata.

    Args:
        env_id, split, count, **settings: see :func:`r1.envs.grader.tasks_of`.
    """
    from inspect_ai.dataset import MemoryDataset, Sample
    from inspect_ai.model import ChatMessageAssistant, ChatMessageSystem, ChatMessageUser

    kinds: dict[str, Any] = {"system": ChatMessageSystem, "user": ChatMessageUser, "assistant": ChatMessageAssistant}
    samples = [
        Sample(
            input=[kinds[turn["role"]](content=turn["content"]) for turn in messages],
            target=str(task.truth.get("answer", "")),
            id=task.id,
            metadata={"truth": dict(task.truth)},
        )
        for task, messages in tasks_of(env_id, split, count, **settings)
    ]
    return MemoryDataset(samples, name=env_id)
