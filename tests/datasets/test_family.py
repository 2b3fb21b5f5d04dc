"""Family: streams of instances are reproducible, and no seed brings a test task into training."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from typing import Any

import pytest
from family_checks import each_family, each_level
from shared_data import ROOT

from r1.datasets.families import families_of
from r1.datasets.family import SPLITS, Family, draw, rng_for, split_of, task

DOMAINS = ("code", "format", "language", "math")
ALL = [family for domain in DOMAINS for family in families_of(domain).values()]
MATH = list(families_of("math").values())


@pytest.mark.parametrize(("family", "level"), each_level(ALL))
def test_splits_are_disjoint_over_seeds(family: Family, level: int) -> None:
    seen: dict[str, set[str]] = {split: set() for split in SPLITS}
    count = 5 if family.name == "repair" else 20  # a draw of repair takes 0.1 s
    for split in SPLITS:
        for seed in range(3):
            for index in range(count):
                instance = draw(family, split, level, seed, index)
                seen[split].add(json.dumps(family.canonical(instance), sort_keys=True))
    assert not seen["train"] & seen["test"]


@pytest.mark.parametrize("family", each_family(MATH))
def test_neighboring_seeds_are_different_streams(family: Family) -> None:
    """Peers draw item i of seed s from seed s+i, so that seeds 42 and 43 share 499 of 500 questions."""
    level = family.levels[-1]
    by_chance = 200 * 200 / 2 ** family.bounds(level)
    first, second = ([family.render(draw(family, "train", level, seed, i)) for i in range(200)] for seed in (42, 43))
    assert len(set(first) & set(second)) <= 3 * by_chance + 5 < 100


@pytest.mark.parametrize("family", each_family(ALL))
def test_every_family_keeps_the_protocol(family: Family) -> None:
    assert isinstance(family, Family)
    assert all(family.bounds(level) > 0 for level in family.levels)
    made = task(family, "domain", "test", family.levels[0], 0, 0)
    assert json.loads(json.dumps(made.truth)) == made.truth  # plain JSON
    assert made.meta["split"] == split_of(family, made.meta["instance"]) == "test"


def test_the_same_seed_gives_the_same_tasks_under_any_hash_seed() -> None:
    code = (
        "from r1.datasets.families import families_of\nfrom r1.datasets.family import task\nimport hashlib\n"
        f"texts = [repr(task(f, d, s, l, 7, i)) for d in {DOMAINS} for f in families_of(d).values() for l in f.levels"
        " for s in ('train', 'test') for i in range(3)]\nprint(hashlib.sha256('\\n'.join(texts).encode()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": str(seed)},
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout
        for seed in (0, 12345)
    }
    assert len(digests) == 1


def test_generators_of_different_keys_are_different() -> None:
    first = [rng_for("a", n).random() for n in range(100)]
    assert len(set(first)) == 100 and first == [rng_for("a", n).random() for n in range(100)]


@pytest.mark.parametrize(
    ("bad", "message"),
    [
        ({"split": "dev"}, "unknown split 'dev' of .*; expected one of: train, test"),
        ({"level": 9}, "level 9 of .* does not exist; expected 0 to 4"),
    ],
)
def test_an_unknown_split_or_level_is_refused(bad: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(MATH[0], **{"split": "train", "level": 0, "seed": 0, "index": 0, **bad})  # type: ignore[arg-type]


class OneQuestion:
    """A family with a single instance, so that one of its splits is empty."""

    name, version, levels = "one", 1, range(1)

    def generate(self, level: int, rng: random.Random) -> dict[str, Any]:
        return {}

    def canonical(self, instance: object) -> Any:
        return 0


def test_a_split_without_instances_is_an_error() -> None:
    family: Any = OneQuestion()
    empty = {"train": "test", "test": "train"}[split_of(family, {})]
    with pytest.raises(RuntimeError, match=f"no instance of split '{empty}' in 10000 draws"):
        draw(family, empty, 0, 0, 0)
