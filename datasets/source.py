"""Source: where an environment's tasks come from, a procedural stream or a list that was loaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from r1.datasets.family import SPLITS, Family
from r1.datasets.family import task as family_task
from r1.datasets.task import Task

STREAM_LENGTH = 1 << 20
"""Tasks a procedural split offers: far fewer than could be drawn, so that ids stay short and counts mean something."""


class Source(Protocol):
    """Tasks by split and index, or by id."""

    def splits(self) -> list[str]: ...

    def size(self, split: str) -> int: ...

    def at(self, split: str, index: int) -> Task: ...

    def by_id(self, task_id: str) -> Task: ...


class Procedural:
    """Tasks drawn on demand from families in turn; a task's id is the key that regenerates it in any process.

    Args:
        domain: the domain's name, first part of each id.
        families: the families by name, used in turn: index i asks family i mod len(families).
        level: difficulty, or None for all the levels of each family in turn.
        seed: another stream of the same families.
    """

    def __init__(self, domain: str, families: Mapping[str, Family], level: int | None = 0, seed: int = 0) -> None:
        if not families:
            raise ValueError(f"no family of tasks for {domain!r}")
        for family in families.values():
            if level is not None and level not in family.levels:
                known = f"{family.levels.start} to {family.levels.stop - 1}"
                raise ValueError(f"level {level} of {domain}/{family.name}: there are {known}")
        self.domain, self.families, self.level, self.seed = domain, dict(families), level, seed

    def splits(self) -> list[str]:
        return list(SPLITS)

    def size(self, split: str) -> int:
        _known(split, self.splits(), self.domain)
        return STREAM_LENGTH

    def at(self, split: str, index: int) -> Task:
        if not 0 <= index < self.size(split):
            raise ValueError(f"task {index} of {self.domain}: there are 0 to {STREAM_LENGTH - 1}")
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
            raise ValueError(
                f"task id {task_id!r}: a generated task is domain/family@version/split/level/seed/index"
            ) from None
        family = self.families.get(name)
        if domain != self.domain or family is None:
            raise ValueError(f"task id {task_id!r}: {self.domain} has the families {', '.join(self.families)}")
        if numbers[0] != family.version:
            raise ValueError(f"task id {task_id!r}: this release generates {name}@{family.version}")
        return family_task(family, self.domain, split, *numbers[1:])


class Listed:
    """Tasks that were loaded, in their order; ``meta["split"]`` says which split each belongs to.

    Raises:
        ValueError: no task, or one id twice.
    """

    def __init__(self, tasks: Sequence[Task], name: str = "tasks") -> None:
        if not tasks:
            raise ValueError(f"{name}: no task")
        self.name = name
        self._by_id: dict[str, Task] = {}
        self._splits: dict[str, list[Task]] = {}
        for task in tasks:
            if task.id in self._by_id:
                raise ValueError(f"{name}: the id {task.id!r} stands twice")
            self._by_id[task.id] = task
            self._splits.setdefault(task.meta.get("split", "train"), []).append(task)

    def splits(self) -> list[str]:
        return list(self._splits)

    def size(self, split: str) -> int:
        return len(self._split(split))

    def at(self, split: str, index: int) -> Task:
        tasks = self._split(split)
        if not 0 <= index < len(tasks):
            raise ValueError(f"task {index} of {self.name}: there are 0 to {len(tasks) - 1}")
        return tasks[index]

    def by_id(self, task_id: str) -> Task:
        if task_id not in self._by_id:
            raise ValueError(f"task id {task_id!r}: not in {self.name} (for example {next(iter(self._by_id))!r})")
        return self._by_id[task_id]

    def _split(self, split: str) -> list[Task]:
        _known(split, self.splits(), self.name)
        return self._splits[split]


def _known(split: str, splits: Sequence[str], name: str) -> None:
    if split not in splits:
        raise ValueError(f"split {split!r} of {name}: there are {', '.join(splits)}")
