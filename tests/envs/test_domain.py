"""Every domain is registered and has families with levels."""

from __future__ import annotations

import gymnasium as gym
import pytest

import r1
from r1.datasets.families import families_of
from r1.envs.domain import domain_names


def test_every_domain_is_registered() -> None:
    assert set(domain_names()) == {*r1.DOMAINS, "text"}


@pytest.mark.parametrize("env_id", r1.ENV_IDS)
def test_every_domain_has_three_families_with_two_levels(env_id: str) -> None:
    env = gym.make(env_id).unwrapped
    domain = env.judging.domain.name
    families = families_of(domain)
    assert len(families) >= 3
    assert all(len(family.levels) >= 2 for family in families.values())
