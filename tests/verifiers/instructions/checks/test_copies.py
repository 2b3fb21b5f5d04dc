"""Checks of copies: each kind tells a written answer from its mutations and from nothing."""

from __future__ import annotations

from random import Random

import pytest
from instruction_examples import assert_told_apart

from r1.verifiers.instructions import KINDS
from r1.verifiers.instructions.checks import copies

OWN = [kind for kind, row in KINDS.items() if row.check.__module__ == copies.__name__]


@pytest.mark.parametrize("kind", OWN)
def test_a_text_that_follows_is_told_from_one_that_does_not(kind: str) -> None:
    example = KINDS[kind].write(Random(0))
    assert_told_apart(kind, dict(example.options), example.good, example.bad[0])
