"""Importing r1 registers the environments, for test files that are run alone, too."""

import gymnasium as gym

import r1

gym.register_envs(r1)
