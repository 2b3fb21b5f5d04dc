"""Gymnasium environments: a task's prompt is the observation, a completion is the action, a verdict is the reward."""
