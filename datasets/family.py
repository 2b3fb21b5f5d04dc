"""Family: a procedural generator of tasks, with a checker that does not trust the generator's own answer."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Mapping
from typing import Any, Protocol, runtime_checkable

from r1.datasets.task import Task

Instance = Mapping[str, Any]
"""Plain JSON data that fixes one task: integers, strings, lists; no floats, no sets."""

SPLITS = ("train", "test")
TEST_PERCENT = 20
_MAX_DRAWS = 10_000


@runtime_checkable
class Family(Protocol):
    """One kind of task. An implementation is one small class in one file below ``families/``."""

    name: str
    version: int  # part of every key: raise it when generated instances change
    levels: range

    def generate(self, level: int, rng: random.Random) -> Instance:
        """Draw one instance; all chance comes from ``rng``."""

    def canonical(self, instance: Instance) -> Any:
        """JSON data equal for instances that are the same question (operand order, names): it decides the split."""

    def render(self, instance: Instance) -> str:
        """The prompt."""

    def truth(self, instance: Instance) -> dict[str, Any]:
        """What the verifier needs."""

    def solution(self, instance: Instance) -> str:
        """The final answer as a good policy writes it (no tags)."""

    def check(self, instance: Instance, answer: str) -> bool:
        """Whether ``answer`` solves the instance, found by another way than ``truth``."""

    def bounds(self, level: int) -> float:
        """log2 of about how many canonical instances the level has."""


def rng_for(*key: object) -> random.Random:
    """A generator keyed by a hash of its arguments: neighbours share nothing, whatever PYTHONHASHSEED is."""
    digest = hashlib.blake2b("|".join(map(str, key)).encode(), digest_size=16).digest()
    return random.Random(int.from_bytes(digest, "big"))


def split_of(family: Family, instance: Instance) -> str:
    """The split an instance belongs to, by hash of its canonical form: no seed can bring a test task into training."""
    text = json.dumps([family.name, family.canonical(instance)], sort_keys=True, ensure_ascii=False)
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return "test" if int.from_bytes(digest, "big") % 100 < TEST_PERCENT else "train"


def draw(family: Family, split: str, level: int, seed: int, index: int) -> Instance:
    """Instance ``index`` of a stream: the first draw of its own generator that lands in ``split``.

    Raises:
        ValueError: unknown split or level.
    """
    if split not in SPLITS:
        raise ValueError(f"split {split!r} of {family.name}: there are {', '.join(SPLITS)}")
    if level not in family.levels:
        raise ValueError(f"level {level} of {family.name}: there are {family.levels.start} to {family.levels.stop - 1}")
    rng = rng_for("r1", family.name, family.version, split, level, seed, index)
    for _ in range(_MAX_DRAWS):
        instance = family.generate(level, rng)
        if split_of(family, instance) == split:
            return instance
    raise RuntimeError(f"{family.name} level {level}: no instance of split {split!r} in {_MAX_DRAWS} draws")


def task(family: Family, domain: str, split: str, level: int, seed: int, index: int) -> Task:
    """The task of one stream position; its id is the key that regenerates it."""
    instance = draw(family, split, level, seed, index)
    return Task(
        id=f"{domain}/{family.name}@{family.version}/{split}/{level}/{seed}/{index}",
        prompt=family.render(instance),
        truth=family.truth(instance),
        meta={"family": family.name, "split": split, "level": level, "instance": instance},
    )
