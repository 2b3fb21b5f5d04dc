"""Reward: every mode rises with the tests passed, is 1 exactly for all tests, and keeps to its own rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox import Sandbox, open_sandbox
from r1.verifiers.code import Code
from r1.verifiers.code.fate import Fate, Result
from r1.verifiers.code.reward import MODES, reward, shares
from r1.verifiers.code.truth.plan import Predict
from r1.verifiers.code.truth.plan import Test as PlanTest

FORM = Predict("output", "", "", "")
PASSED = Result(Fate.OK, 1.0)
FAILURES = st.sampled_from([fate for fate in Fate if fate is not Fate.OK])

tests = st.builds(PlanTest, st.just(FORM), visible=st.booleans(), weight=st.integers(1, 9).map(float))
failures = st.builds(Result, FAILURES, share=st.floats(0, 0.99))
pairs = st.lists(st.tuples(tests, st.just(PASSED) | failures), min_size=1, max_size=8)


@given(st.sampled_from(MODES), pairs)
def test_the_reward_is_one_exactly_for_a_program_that_passes_everything(
    mode: str, judged: list[tuple[PlanTest, Result]]
) -> None:
    plan, results = [test for test, _ in judged], [result for _, result in judged]
    value = reward(mode, plan, results)
    assert 0.0 <= value <= 1.0
    assert (value == 1.0) == all(result.ok for result in results)


@given(st.sampled_from(MODES), pairs, st.data())
def test_one_more_test_passed_never_lowers_the_reward(
    mode: str, judged: list[tuple[PlanTest, Result]], data: st.DataObject
) -> None:
    number = data.draw(st.integers(0, len(judged) - 1))
    plan, results = [test for test, _ in judged], [result for _, result in judged]
    better = [PASSED if n == number else result for n, result in enumerate(results)]
    assert reward(mode, plan, better) >= reward(mode, plan, results) - 1e-12


def test_gated_pays_hidden_tests_only_if_every_visible_one_passes() -> None:
    plan = [PlanTest(FORM, visible=True), PlanTest(FORM), PlanTest(FORM, weight=3.0)]
    wrong = Result(Fate.WRONG)
    assert reward("gated", plan, [PASSED, PASSED, wrong]) == 0.25
    assert reward("gated", plan, [wrong, PASSED, PASSED]) == 0.0


def test_the_parts_are_shares_of_visible_and_hidden_tests_and_counts() -> None:
    plan = [PlanTest(FORM, visible=True), PlanTest(FORM), PlanTest(FORM)]
    parts = shares(plan, [PASSED, PASSED, Result(Fate.TIME)])
    assert parts == {"tests": pytest.approx(2 / 3), "visible": 1.0, "hidden": 0.5, "passed": 2.0, "of": 3.0}
    assert set(shares(plan[1:], [PASSED, PASSED])) == {"tests", "passed", "of"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("auto", workers=2) as box:
        yield box


LADDER = [
    "I would rather talk about the weather.",  # not code
    "```\nfunction f(x) { return [42].concat(x.sort()) }\n```",  # not Python
    "```python\ndef f(x):\n    return sorted(x) + [42]\n```",  # wrong
    "```python\ndef f(x):\n    return [42] + sorted(x)\n```",  # right
]


def test_the_ladder_rises_strictly_over_the_four_outputs_of_the_r1_illustration(sandbox: Sandbox) -> None:
    tests: list[dict[str, Any]] = [
        {"args": [[3, 1, 2]], "returns": [42, 1, 2, 3]},
        {"args": [[]], "returns": [42]},
        {"args": [[9, 50]], "returns": [42, 9, 50]},
    ]
    truth = {"language": "python", "entry_point": "f", "tests": tests}
    rewards = [Code(sandbox, mode="ladder")(completion, truth).reward for completion in LADDER]
    assert rewards == sorted(rewards, key=float)
    assert len(set(rewards)) == 4
    assert rewards[-1] == 1.0
