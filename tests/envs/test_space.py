"""The space of all texts."""

from __future__ import annotations

import pickle

import gymnasium as gym
from hypothesis import given, settings
from hypothesis import strategies as st

from r1.envs.space import Unicode


@settings(max_examples=30, deadline=None)
@given(st.text())
def test_any_text_is_in_the_space_and_none_raises(text: str) -> None:
    assert text in Unicode()
    env = gym.make("r1/math-v0").unwrapped
    env.reset(options={"index": 1})
    _, reward, terminated, _, _ = env.step(text)
    assert terminated
    assert 0.0 <= reward <= 2.0


def test_the_space_pickles_samples_and_compares() -> None:
    space = Unicode(seed=3)
    again = pickle.loads(pickle.dumps(Unicode(seed=3)))
    samples = [space.sample() for _ in range(20)]
    assert samples == [again.sample() for _ in range(20)]
    assert all(sample in space for sample in samples)
    assert space == Unicode()
    assert 3 not in space
