"""Source: the tasks of an environment, from a procedural stream or a loaded list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from r1.datasets.family import SPLITS, Family, level_range
from r1.datasets.family import task as family_task
from r1.datasets.task import Task

STREAM_LENGTH = 1 << 20
"""Tasks in a procedural split; far fewer than could be drawn, so that ids stay short and sizes are meaningful."""


class Source(Protocol):
    """Tasks by split and index, or by id."""

    def splits(self) -> list[str]: ...

    def size(self, split: str) -> int: ...

    def at(self, split: str, index: int) -> Task: ...

    def by_id(self, task_id: str) -> Task: ...


class Procedural:
    """Tasks generated on demand by families in turn; a task's id is enough to regenerate it in any process.

    Args:
        domain: name of the domain, the first part of each id.
        families: the families by name; task i comes from family i mod len(families).
        level: difficulty; None for all levels of each family in turn.
        seed: selects one of many streams of the same families.

    Raises:
        ValueError: no family, or a family without this level.
    """

    def __init__(self, domain: str, families: Mapping[str, Family], level: int | None = 0, seed: int = 0) -> None:
        if not families:
            raise ValueError(f"no task family for the domain {domain!r}")
        for family in families.values():
            if level is not None and level not in family.levels:
                raise ValueError(
                    f"level {level} of {domain}/{family.name} does not exist; expected {level_range(family)}"
                )
        self.domain, self.families, self.level, self.seed = domain, dict(families), level, seed

    def splits(self) -> list[str]:
        return list(SPLITS)

    def size(self, split: str) -> int:
        _check_split(split, self.splits(), self.domain)
        return STREAM_LENGTH

    def at(self, split: str, index: int) -> Task:
        if not 0 <= index < self.size(split):
            raise ValueError(f"task {index} of {self.domain} does not exist; expected 0 to {STREAM_LENGTH - 1}")
        turn, which = divmod(index, len(self.families))
        family = list(self.families.values())[which]
        level = family.levels[turn % len(family.levels)] if self.level is None else self.level
        return family_task(family, self.domain, split, level, self.seed, index)

    def by_id(self, task_id: str) -> Task:
        try:
            domain, versioned, split, level, seed, index = task_id.split("/")
            name, version = versioned.split("@")
            numbers = int(version), int(level), int(seed), int(index)
        except ValueError:
            raise ValueError(f"task id {task_id!r}: expected domain/family@version/split/level/seed/index") from None
        family = self.families.get(name)
        if domain != self.domain or family is None:
            raise ValueError(
                f"task id {task_id!r} is not of {self.domain}; expected one of its families: {', '.join(self.families)}"
            )
        if numbers[0] != family.version:
            raise ValueError(f"task id {task_id!r}: this release generates {name}@{family.version} only")
        return family_task(family, self.domain, split, *numbers[1:])


class Listed:
    """Loaded tasks in their order; ``meta["split"]`` is the split of each, "train" if it is missing.

    Raises:
        ValueError: no tasks, or a duplicate id.
    """

    def __init__(self, tasks: Sequence[Task], name: str = "tasks") -> None:
        if not tasks:
            raise ValueError(f"{name}: no tasks")
        self.name = name
        self._by_id: dict[str, Task] = {}
        self._splits: dict[str, list[Task]] = {}
        for task in tasks:
            if task.id in self._by_id:
                raise ValueError(f"{name}: duplicate task id {task.id!r}")
            self._by_id[task.id] = task
            self._splits.setdefault(task.meta.get("split", "train"), []).append(task)

    def splits(self) -> list[str]:
        return list(self._splits)

    def size(self, split: str) -> int:
        return len(self._split(split))

    def at(self, split: str, index: int) -> Task:
        tasks = self._split(split)
        if not 0 <= index < len(tasks):
            raise ValueError(f"task {index} of {self.name} does not exist; expected 0 to {len(tasks) - 1}")
        return tasks[index]

    def by_id(self, task_id: str) -> Task:
        if task_id not in self._by_id:
            raise ValueError(f"no task {task_id!r} in {self.name} (an id looks like {next(iter(self._by_id))!r})")
        return self._by_id[task_id]

    def _split(self, split: str) -> list[Task]:
        _check_split(split, self.splits(), self.name)
        return self._splits[split]


def _check_split(split: str, splits: Sequence[str], name: str) -> None:
    if split not in splits:
        raise ValueError(f"unknown split {split!r} of {name}; expected one of: {', '.join(splits)}")
