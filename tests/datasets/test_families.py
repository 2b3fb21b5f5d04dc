"""Families: the answer convinces an independent checker, and no seed can bring a test task into training."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import ROOT

from r1.datasets.families import families_of
from r1.datasets.families.math.arithmetic import evaluate
from r1.datasets.family import SPLITS, Family, draw, split_of, task

DOMAINS = ("code", "format", "language", "math")
MATH = list(families_of("math").values())
ALL = [(family, level) for domain in DOMAINS for family in families_of(domain).values() for level in family.levels]
LEVELS = [(family, level) for family in MATH for level in family.levels]
ids = lambda value: getattr(value, "name", str(value))  # noqa: E731 - a name for pytest's ids


@pytest.mark.parametrize(("family", "level"), LEVELS, ids=ids)
def test_solutions_pass_the_independent_check_and_wrong_answers_do_not(family: Family, level: int) -> None:
    for index in range(300):
        instance = draw(family, SPLITS[index % 2], level, seed=3, index=index)
        answer = family.solution(instance)
        assert family.check(instance, answer), (instance, answer)
        other = family.solution(draw(family, "train", level, seed=4, index=index))
        if other != answer:
            assert not family.check(instance, other), (instance, other)


@pytest.mark.parametrize(("family", "level"), ALL, ids=ids)
def test_splits_are_disjoint_over_seeds(family: Family, level: int) -> None:
    seen: dict[str, set[str]] = {split: set() for split in SPLITS}
    for split in SPLITS:
        for seed in range(3):
            for index in range(20):
                instance = draw(family, split, level, seed, index)
                seen[split].add(json.dumps(family.canonical(instance), sort_keys=True))
    assert not seen["train"] & seen["test"]


@pytest.mark.parametrize("family", MATH, ids=ids)
def test_neighbouring_seeds_are_different_streams(family: Family) -> None:
    """Peers draw item i of seed s from seed s+i, so that seeds 42 and 43 share 499 of 500 questions."""
    level = family.levels[-1]
    by_chance = 200 * 200 / 2 ** family.bounds(level)
    first, second = ([family.render(draw(family, "train", level, seed, i)) for i in range(200)] for seed in (42, 43))
    assert len(set(first) & set(second)) <= 3 * by_chance + 5 < 100


def test_symmetric_instances_fall_into_one_split() -> None:
    family = families_of("math")["arithmetic"]
    for a in range(1, 40):
        for b in range(a):
            left, right = {"tree": ["+", a, b], "level": 0}, {"tree": ["+", b, a], "level": 0}
            assert split_of(family, left) == split_of(family, right)


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
        for seed in (0, 1, 12345)
    }
    assert len(digests) == 1


def test_generated_tasks_are_golden() -> None:
    """Recorded once: a change of what a published id means needs a new family version."""
    golden = json.loads((ROOT / "tests/golden/math_tasks.json").read_text())
    for key, (prompt, answer) in golden.items():
        _, versioned, split, level, seed, index = key.split("/")
        made = task(families_of("math")[versioned.split("@")[0]], "math", split, int(level), int(seed), int(index))
        assert (made.id, made.prompt, made.truth["answer"]) == (key, prompt, answer)


@given(st.recursive(st.integers(1, 50), lambda t: st.tuples(st.sampled_from("+-*"), t, t).map(list), max_leaves=12))
def test_the_two_evaluators_agree(tree: object) -> None:
    """`evaluate` reads the text that `render` writes; the tree's own value is computed another way."""
    family = families_of("math")["arithmetic"]
    instance = {"tree": tree, "level": 2}
    text = family.render(instance).removeprefix("Compute ").split(". Give")[0]
    assert str(evaluate(text)) == family.solution(instance)


@pytest.mark.parametrize("bad", [{"split": "dev"}, {"level": 9}])
def test_unknown_split_or_level_is_said(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="there are"):
        draw(MATH[0], **{"split": "train", "level": 0, "seed": 0, "index": 0, **bad})  # type: ignore[arg-type]
