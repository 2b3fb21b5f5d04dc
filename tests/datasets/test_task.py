"""Task: a frozen record of question, truth and origin."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from r1.datasets.task import Message, Task


def test_the_question_of_a_conversation_is_its_last_user_turn() -> None:
    turns = (
        Message("system", "be brief"),
        Message("user", "first"),
        Message("assistant", "ok"),
        Message("user", "last"),
    )
    assert Task("a", turns, {}).question == "last"
    assert Task("a", "text", {}).question == "text"
    assert Task("a", (Message("system", "x"),), {}).question == ""


def test_a_task_is_frozen_and_picklable() -> None:
    task = Task("a", (Message("user", "q"),), {"answer": "1"}, {"split": "test"})
    assert pickle.loads(pickle.dumps(task)) == task
    with pytest.raises(dataclasses.FrozenInstanceError):
        task.id = "b"  # type: ignore[misc]
