"""TextEnv: a Gymnasium environment that asks one task per episode; the action is the completion."""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from gymnasium.error import ResetNeeded

from r1.datasets.task import Task
from r1.envs.episode import after_attempt, check_turns, pick_task
from r1.envs.judging import Judging, judging
from r1.envs.space import Unicode
from r1.verifiers.verdict import Verdict

Info = dict[str, Any]


class TextEnv(gym.Env[str, str]):
    """Asks a task and judges the completion: ``gym.make("r1/math-v0", ...)``.

    The observation is the new text only: the rendered prompt, or after a failed attempt the feedback.
    ``info["messages"]`` holds the whole conversation in the chat format. The action is the policy's raw completion.

    By default one attempt ends the episode with ``terminated=True``. With ``max_turns`` > 1 a failed attempt is answered
    with feedback, and the last failed attempt ends the episode with ``truncated=True``. The last attempt pays the weighted
    sum of ``info["reward_components"]`` times ``discount ** earlier_attempts``; the attempts before it pay 0.

    An UNSCORED verdict (the machinery failed, not the policy) gives reward 0.0, ``info["mask"]`` True and
    ``info["failure"]`` "infrastructure": leave such a step out of training. The vector environment returns NaN instead.

    Args:
        domain, **settings (tasks, split, level, template, sandbox ...): see :func:`r1.envs.judging.judging`.
        max_turns: maximum number of attempts; above 1 only in domains that give feedback.
        discount: factor for each earlier attempt, in (0, 1].
        render_mode: None or "ansi" (``render`` returns the conversation).

    Raises:
        ValueError: a setting that does not exist or is out of range.
    """

    metadata = {"render_modes": ["ansi"], "render_fps": 1}

    def __init__(
        self,
        domain: str,
        max_turns: int = 1,
        discount: float = 1.0,
        render_mode: str | None = None,
        **settings: Any,
    ) -> None:
        self.judging: Judging = judging(domain, **settings)
        check_turns(self.judging, max_turns, discount)
        self.max_turns, self.discount, self.render_mode = max_turns, discount, render_mode
        self.observation_space = Unicode()
        self.action_space = Unicode()
        self._task: Task | None = None
        self._messages: list[dict[str, str]] = []
        self._attempts = 0
        self._open = False

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, Info]:
        """Start an episode.

        ``options`` choose the task: ``{"task_id": id}`` or ``{"index": i}``, and ``{"split": name}`` for another split.
        Without them, the environment's random generator draws one.

        Raises:
            ValueError: unknown option, task id, index or split.
        """
        super().reset(seed=seed)
        self._task = pick_task(self.judging, options or {}, self.np_random)
        self._messages = self.judging.template.messages(self._task)
        self._attempts, self._open = 0, True
        return self.judging.observation(self._task), self._info(None)

    def step(self, action: str) -> tuple[str, float, bool, bool, Info]:
        """Judge one completion.

        Raises:
            ResetNeeded: the episode is over or has not begun.
            ValueError: ``action`` is not a str.
        """
        if not isinstance(action, str):
            raise ValueError(f"step() expects a str action, got {type(action).__name__}: {str(action)[:80]}")
        if self._task is None or not self._open:
            raise ResetNeeded("the episode is over or has not begun: call reset() before step()")
        verdict = self.judging.verify(action, self._task)
        outcome = after_attempt(self.judging, verdict, self._attempts, self.max_turns, self.discount)
        self._messages.append({"role": "assistant", "content": action})
        self._attempts += 1
        self._open = not outcome.ended
        text = self.judging.feedback([action], [self._task])[0] if self._open else ""
        if self._open:
            self._messages.append({"role": "user", "content": text})
        reward = 0.0 if outcome.reward is None else outcome.reward
        return text, reward, outcome.terminated, outcome.truncated, self._info(verdict)

    def render(self) -> str | None:
        """The conversation so far as text, or None without ``render_mode="ansi"``."""
        if self.render_mode != "ansi":
            return None
        return "\n\n".join(f"[{turn['role']}]\n{turn['content']}" for turn in self._messages)

    def verify(self, completion: str, task: Task) -> Verdict:
        """Judge a completion of ``task`` without an episode."""
        return self.judging.verify(completion, task)

    def list_splits(self) -> list[str]:
        return self.judging.source.splits()

    def num_tasks(self, split: str | None = None) -> int:
        return self.judging.source.size(split or self.judging.split)

    def get_task(self, split: str, index: int) -> Task:
        return self.judging.source.at(split, index)

    def _info(self, verdict: Verdict | None) -> Info:
        assert self._task is not None
        return self.judging.info(self._task, [dict(turn) for turn in self._messages], verdict)
