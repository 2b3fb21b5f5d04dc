"""Family: a generator of tasks, with a checker that works independently of the generator's answer."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from r1.datasets.task import Task

Instance = Mapping[str, Any]
"""Plain JSON data that determines one task: integers, strings, lists and mappings; no floats, no sets."""

SPLITS = ("train", "test")
TEST_PERCENT = 20
_MAX_DRAWS = 10_000


@runtime_checkable
class Family(Protocol):
    """One kind of task. Each implementation is a small class in a file below ``families/``."""

    name: str
    version: int  # part of every task id: raise it when generated instances change
    levels: range

    def generate(self, level: int, rng: random.Random) -> Instance:
        """Draw one instance; ``rng`` is the only source of randomness."""

    def canonical(self, instance: Instance) -> Any:
        """JSON data that is equal for instances of the same question (whatever operand order or names); it determines the split."""

    def render(self, instance: Instance) -> str:
        """The prompt."""

    def truth(self, instance: Instance) -> dict[str, Any]:
        """The ``truth`` of the task: what the verifier needs."""

    def solution(self, instance: Instance) -> str:
        """A correct final answer, without tags."""

    def check(self, instance: Instance, answer: str) -> bool:
        """Whether ``answer`` solves the instance, computed independently of ``truth``."""

    def bounds(self, level: int) -> float:
        """log2 of the approximate number of canonical instances of a level."""


def level_range(family: Family) -> str:
    """The levels of a family as an error message names them: "0 to 4"."""
    return f"{family.levels.start} to {family.levels.stop - 1}"


def rng_for(*key: object) -> random.Random:
    """A random generator seeded by a hash of its arguments: neighboring keys give unrelated streams under any PYTHONHASHSEED."""
    digest = hashlib.blake2b("|".join(map(str, key)).encode(), digest_size=16).digest()
    return random.Random(int.from_bytes(digest, "big"))


def split_of(family: Family, instance: Instance) -> str:
    """The split of an instance, by a hash of its canonical form, so that no seed can bring a test task into training."""
    text = json.dumps([family.name, family.canonical(instance)], sort_keys=True, ensure_ascii=False)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return "test" if int.from_bytes(digest, "big") % 100 < TEST_PERCENT else "train"


def draw(family: Family, split: str, level: int, seed: int, index: int) -> Instance:
    """Instance ``index`` of a stream: the first draw of the generator of this index that falls into ``split``.

    Raises:
        ValueError: unknown split or level.
        RuntimeError: the level has no, or hardly any, instance of the split.
    """
    if split not in SPLITS:
        raise ValueError(f"unknown split {split!r} of {family.name}; expected one of: {', '.join(SPLITS)}")
    if level not in family.levels:
        raise ValueError(f"level {level} of {family.name} does not exist; expected {level_range(family)}")
    rng = rng_for("r1", family.name, family.version, split, level, seed, index)
    for _ in range(_MAX_DRAWS):
        instance = family.generate(level, rng)
        if split_of(family, instance) == split:
            return instance
    raise RuntimeError(f"{family.name} level {level}: no instance of split {split!r} in {_MAX_DRAWS} draws")


def task(family: Family, domain: str, split: str, level: int, seed: int, index: int) -> Task:
    """The task at one position of a stream; its id is enough to regenerate it."""
    instance = draw(family, split, level, seed, index)
    return Task(
        id=f"{domain}/{family.name}@{family.version}/{split}/{level}/{seed}/{index}",
        prompt=family.render(instance),
        truth=family.truth(instance),
        meta={"family": family.name, "split": split, "level": level, "instance": instance},
    )
