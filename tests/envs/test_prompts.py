"""Prompt templates."""

from __future__ import annotations

import pytest

from r1.datasets.task import Task
from r1.envs.prompts import TEMPLATES


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_hold_the_question_and_do_not_reformat_it(name: str) -> None:
    question = "What is {x} in {question} \\boxed{}?"
    task = Task("t", question, {"answer": "1"})
    assert question in TEMPLATES[name].render(question)
    assert question in TEMPLATES[name].messages(task)[-1]["content"]
