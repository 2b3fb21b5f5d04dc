"""The table of instructions: every kind passes the answers that its writer makes, and fails their mutations."""

from __future__ import annotations

from random import Random

import pytest

from r1.verifiers.instructions import KINDS, Instructions
from r1.verifiers.instructions.table import IF_RLVR_KINDS, IFBENCH_KINDS, IFEVAL_KINDS, M_IFEVAL_KINDS


def assert_written_answers_are_told_apart(kind: str, n_seeds: int) -> None:
    judge = Instructions()
    for seed in range(n_seeds):
        example = KINDS[kind].write(Random(f"{kind}/{seed}"))
        truth = {"instruction_id_list": [kind], "kwargs": [dict(example.options)]}
        good = judge(example.good, truth)
        assert good.reward == 1.0, (seed, example.options, example.good, good.note)
        assert len(example.bad) >= 2 or kind in ("letters:letter_counting2",)
        for bad in example.bad:
            assert judge(bad, truth).reward == 0.0, (seed, example.options, bad)


@pytest.mark.parametrize("kind", KINDS)
def test_written_answers_pass_and_their_mutations_fail(kind: str) -> None:
    assert_written_answers_are_told_apart(kind, 20)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_written_answers_pass_and_their_mutations_fail(kind: str) -> None:
    assert_written_answers_are_told_apart(kind, 1000)


def test_the_sets_have_their_numbers_of_kinds() -> None:
    sizes = [len(kinds) for kinds in (IFEVAL_KINDS, M_IFEVAL_KINDS, IFBENCH_KINDS, IF_RLVR_KINDS)]
    assert sizes == [25, 26, 58, 29] and len(KINDS) == sum(sizes)


@pytest.mark.parametrize("kind", [kind for kind, row in KINDS.items() if row.parameters])
def test_a_missing_or_wrong_argument_is_unscored(kind: str) -> None:
    options = dict(KINDS[kind].write(Random(kind)).options)
    for name in KINDS[kind].parameters:
        for wrong in (None, "", True, -1, {"a": 1} if name != "word_to_accentuate" else [1]):
            truth = {"instruction_id_list": [kind], "kwargs": [{**options, name: wrong}]}
            assert Instructions()("text", truth).reward is None, (name, wrong)


def test_whole_numbers_may_be_written_as_floats() -> None:
    truth = {"instruction_id_list": ["count:numbers"], "kwargs": [{"N": 2.0, "keyword": None}]}
    assert Instructions()("1 and 2", truth).reward == 1.0
    assert Instructions()("1 and 2", {**truth, "kwargs": [{"N": 2.5}]}).reward is None
