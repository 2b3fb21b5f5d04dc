"""Traces: right without a habit, wrong with one."""

from __future__ import annotations

import random

from r1.datasets.families import families_of
from r1.datasets.source import Procedural
from r1.envs.prompts import template_of
from r1.trainers.tiny.traces import write
from r1.verifiers.math import Math
from r1.verifiers.think import Think


def test_a_trace_without_a_habit_is_right_and_one_with_a_habit_is_not() -> None:
    think, judge, rng = Think(template_of("plain").think), Math(), random.Random(1)
    source = Procedural("math", dict(families_of("math")), level=0, seed=7)
    for task in (source.at("train", i) for i in range(150)):
        right, wrong = write(task, rng, habit_share=0.0), write(task, rng, habit_share=1.0)
        assert judge(right, task.truth).reward == think(right, {}).reward == 1.0
        # a habit may change nothing, for example without a carry to forget
        assert wrong == right or 0.0 in (judge(wrong, task.truth).reward, think(wrong, {}).reward)
