"""Language tasks: the answer, the template, and the share of the thought that is in the stated language."""

from __future__ import annotations

import gymnasium as gym
import pytest

from r1.datasets.task import Task
from r1.envs.domains.language import DOMAIN

TASK = Task("sum", "Combien font 2 + 3 ? Réfléchis en français.", {"answer": "5", "language": "fr"})
FRENCH = "Nous ajoutons deux et trois, donc la réponse est cinq."
ENGLISH = "We add two and three, so the answer must be five."


@pytest.mark.parametrize(("thought", "language"), [(FRENCH, 1.0), (ENGLISH, 0.0)])
def test_the_language_of_the_thought_is_a_component_of_its_own(thought: str, language: float) -> None:
    env = gym.make(f"r1/{DOMAIN.name}-v0", tasks=[TASK])
    env.reset()
    *_, info = env.step(f"<think>{thought}</think><answer>5</answer>")
    assert info["reward_components"] == {"accuracy": 1.0, "format": 1.0, "language": language}
