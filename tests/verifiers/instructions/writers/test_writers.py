"""Writers: an example depends on its seed only, and examples of different seeds differ."""

from __future__ import annotations

from random import Random
from types import ModuleType

import pytest

from r1.verifiers.instructions.writers import (
    copies,
    counts,
    layout,
    locales,
    patterns,
    positions,
    prose,
    shapes,
    tasks,
    words,
)


@pytest.mark.parametrize("module", [copies, counts, layout, locales, patterns, positions, shapes, tasks, words])
def test_an_example_depends_on_its_seed_only(module: ModuleType) -> None:
    for name, write in vars(module).items():
        if name.startswith("_") or getattr(write, "__module__", "") != module.__name__:
            continue
        examples = [write(Random(seed)) for seed in range(8)]
        assert examples == [write(Random(seed)) for seed in range(8)], name
        assert len({example.good for example in examples}) > 1 or not examples[0].options, name
        assert all(example.good not in example.bad for example in examples), name


def test_sentences_have_the_words_that_were_asked() -> None:
    for number in range(1, 30):
        assert len(prose.sentence(Random(number), number).split()) == number
        assert len(set(prose.clause(Random(number), number))) == number
    assert prose.scattered(Random(1), ["NASA"]).count("NASA") == 1
