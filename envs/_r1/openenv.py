"""OpenEnv: an environment as a web server; written for OpenEnv 0.10.

::

    app = r1.openenv.app("r1/math-v0")      # uvicorn module:app

``reset`` takes ``seed``, ``split``, ``index`` and ``task_id``. The reward of an UNSCORED completion is None.
"""

from __future__ import annotations

from typing import Any

import gymnasium as gym
from openenv.core.env_server.http_server import create_fastapi_app
from openenv.core.env_server.interfaces import Environment
from openenv.core.env_server.types import Action, Observation, State

from r1.datasets.task import Task
from r1.envs.grader import judging_of


class Completion(Action):
    """What the policy wrote."""

    text: str


class Prompt(Observation):
    """What the policy reads next: the prompt, or the feedback to a failed attempt.

    Attributes:
        text: the new text only.
        messages: the whole conversation.
        info: ``reward_components``, ``failure`` and ``verdict`` of the last completion.
    """

    text: str = ""
    messages: list[dict[str, str]] = []
    info: dict[str, Any] = {}


def app(env_id: str, max_concurrent_envs: int = 64, **settings: Any) -> Any:
    """A FastAPI application that serves an environment; each session has an environment of its own.

    Args:
        env_id, **settings: what ``gym.make`` takes.
        max_concurrent_envs: sessions at the same time.

    Raises:
        ValueError: an unknown environment or setting.
    """
    judging_of(env_id, **settings)  # a mistake is told now, not in the first session

    class TextEnvironment(Environment[Completion, Prompt, State]):
        SUPPORTS_CONCURRENT_SESSIONS = True

        def __init__(self) -> None:
            super().__init__()
            self.env: Any = gym.make(env_id, **settings)
            self._state = State()

        def reset(self, seed: int | None = None, episode_id: str | None = None, **options: Any) -> Prompt:
            chosen = {name: options[name] for name in ("split", "index", "task_id") if options.get(name) is not None}
            text, info = self.env.reset(seed=seed, options=chosen)
            self._state = State(episode_id=episode_id, step_count=0)
            return _prompt(text, info)

        def step(self, action: Completion, timeout_s: float | None = None, **_: Any) -> Prompt:
            text, reward, terminated, truncated, info = self.env.step(action.text)
            self._state.step_count += 1
            return _prompt(text, info, done=terminated or truncated, reward=None if info["mask"] else reward)

        @property
        def state(self) -> State:
            return self._state

        def list_splits(self) -> list[str]:
            return list(self.env.unwrapped.list_splits())

        def num_tasks(self, split: str) -> int:
            return int(self.env.unwrapped.num_tasks(split))

        def get_task(self, split: str, index: int) -> dict[str, Any]:
            task: Task = self.env.unwrapped.get_task(split, index)
            return {"id": task.id, "index": index, "prompt": task.question}

    return create_fastapi_app(
        TextEnvironment, Completion, Prompt, max_concurrent_envs=max_concurrent_envs, env_name=env_id.replace("/", "-")
    )


def _prompt(text: str, info: dict[str, Any], done: bool = False, reward: float | None = None) -> Prompt:
    shown = {name: info[name] for name in ("task_id", "reward_components", "failure", "mask")}
    shown["reward_components"] = {k: v for k, v in shown["reward_components"].items() if v == v}  # JSON has no NaN
    return Prompt(text=text, messages=info["messages"], info=shown, done=done, reward=reward)
