"""Sources: tasks by split and index or by id, generated or listed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.datasets.families import families_of
from r1.datasets.family import SPLITS
from r1.datasets.source import STREAM_LENGTH, Listed, Procedural
from r1.datasets.task import Task

MATH = families_of("math")


@given(st.sampled_from(SPLITS), st.integers(0, STREAM_LENGTH - 1), st.sampled_from([None, 0, 2]), st.integers(0, 9))
def test_a_generated_task_is_regenerated_from_its_id(split: str, index: int, level: int | None, seed: int) -> None:
    made = Procedural("math", MATH, level, seed).at(split, index)
    assert Procedural("math", MATH).by_id(made.id) == made


def test_families_and_levels_take_turns() -> None:
    source = Procedural("math", MATH, level=None)
    tasks = [source.at("train", index) for index in range(3 * 5)]
    assert [task.meta["family"] for task in tasks[:3]] == list(MATH)
    assert [task.meta["level"] for task in tasks[::3]] == [0, 1, 2, 3, 4]
    assert source.splits() == list(SPLITS) and source.size("test") == STREAM_LENGTH


@pytest.mark.parametrize("bad", ["x", "math/arithmetic@9/train/0/0/0", "math/nothing@1/train/0/0/0", "a/b/c/d/e/f"])
def test_a_wrong_task_id_is_explained(bad: str) -> None:
    with pytest.raises(ValueError, match="task id"):
        Procedural("math", MATH).by_id(bad)


def test_what_no_source_has_is_refused() -> None:
    with pytest.raises(ValueError, match="no task family for the domain 'cooking'"):
        Procedural("cooking", {})
    with pytest.raises(ValueError, match="level 9 of math/arithmetic does not exist; expected 0 to 4"):
        Procedural("math", MATH, level=9)
    source = Procedural("math", MATH)
    with pytest.raises(ValueError, match="task -1 of math does not exist; expected 0 to 1048575"):
        source.at("train", -1)
    with pytest.raises(ValueError, match="unknown split 'dev' of math; expected one of: train, test"):
        source.size("dev")


def test_listed_tasks_keep_their_order_and_split() -> None:
    tasks = [Task(name, "q", {}, {"split": split}) for name, split in (("a", "train"), ("b", "test"), ("c", "train"))]
    source = Listed(tasks)
    assert source.splits() == ["train", "test"] and source.size("train") == 2
    assert source.at("train", 1).id == "c" and source.by_id("b") is tasks[1]
    with pytest.raises(ValueError, match="task 1 of tasks does not exist; expected 0 to 0"):
        source.at("test", 1)
    with pytest.raises(ValueError, match=r"no task 'z' in tasks \(an id looks like 'a'\)"):
        source.by_id("z")


def test_an_id_twice_is_refused() -> None:
    task = Task("a", "q", {})
    with pytest.raises(ValueError, match="duplicate task id 'a'"):
        Listed([task, task])
    with pytest.raises(ValueError, match="mine: no tasks"):
        Listed([], "mine")
