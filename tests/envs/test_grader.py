"""Grader: rows of other frameworks, told apart from what the framework adds, and a clear word about columns that hold no truth."""

from __future__ import annotations

import pickle
from typing import Any

import gymnasium as gym
import pytest
from adapters import check_adapter

import r1
from r1.envs.grader import Grader, judging_of, tasks_of, truth_of
from r1.verifiers import Math, Status


def test_columns_are_truths() -> None:
    grader = Grader(Math())
    check_adapter(
        lambda texts, truths: [v.reward for v in grader.verdicts(texts, {"answer": [t["answer"] for t in truths]})]
    )


def test_a_truth_column_wins_and_may_be_json_text_or_a_bare_answer() -> None:
    columns = {"truth": ['{"answer": "5"}', {"answer": 5}, "5"], "answer": ["6"] * 3}
    assert [v.reward for v in Grader(Math()).verdicts(["\\boxed{5}"] * 3, columns)] == [1.0, 1.0, 1.0]


def test_what_is_no_column_is_left_out() -> None:
    columns: dict[str, Any] = {"answer": ["5", "5"], "state": object(), "name": "ab", "other": [1, 2, 3]}
    seen: list[dict[str, Any]] = []
    Grader(lambda completion, truth: seen.append(dict(truth)) or 1.0).verdicts(["a", "b"], columns)
    assert seen == [{"answer": "5"}] * 2


def test_columns_without_a_truth_are_an_error_at_the_first_call() -> None:
    with pytest.raises(
        ValueError, match=r"Math cannot judge the columns \['solution'\].*answer=None.*add the missing column"
    ):
        Grader(Math()).verdicts(["\\boxed{5}"], {"solution": ["5"]})


def test_a_single_invalid_truth_is_unscored_and_no_error() -> None:
    verdicts = Grader(Math()).verdicts(["\\boxed{5}"] * 2, {"answer": ["", "5"]})
    assert [v.status for v in verdicts] == [Status.UNSCORED, Status.PASS]


def test_a_truth_that_is_given_as_such_is_unscored_if_it_is_invalid() -> None:
    assert Grader(Math()).verdict("\\boxed{5}", {"answer": ""}).status is Status.UNSCORED


def test_an_environment_judges_with_its_template() -> None:
    grader = Grader("r1/math-v0")
    assert grader.verdict("<think>\na\n</think>\n<answer>\n\\boxed{5}\n</answer>", "5").reward == 2.0


@pytest.mark.parametrize(
    "end", ["<|im_end|>", "</s>", "<|eot_id|>\n", "<|im_end|>\n<|endoftext|>", "<|im_end|>" * 50, "<eos>"]
)
def test_tokens_that_end_a_turn_cost_no_reward(end: str) -> None:
    text = "<think>\na\n</think>\n<answer>\n\\boxed{5}\n</answer>"
    assert Grader("r1/math-v0").verdict(text + end, "5").reward == 2.0
    assert Grader("r1/math-v0").verdict(f"{text}{end}x", "5").reward == 1.0  # a word behind them is text


def test_the_opening_tag_of_a_prefilled_prompt_is_put_back() -> None:
    r1.register(
        "test/prefilled-v0", tasks=[{"prompt": "2+3?", "answer": "5"}], verifier=Math(), template="r1_prefilled"
    )
    try:
        found = judging_of("test/prefilled-v0")
        assert Grader("test/prefilled-v0").opening == found.template.opening == "<think>\n"
    finally:
        del gym.registry["test/prefilled-v0"]


def test_an_unknown_environment_is_named() -> None:
    with pytest.raises(ValueError, match=r"unknown environment 'r1/maths-v0'.*did you mean 'r1/math-v0'"):
        Grader("r1/maths-v0")


def test_it_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Grader(Math()))).verdict("\\boxed{5}", "5").reward == 1.0


def test_tasks_come_in_order_with_their_messages() -> None:
    found = list(tasks_of("r1/math-v0", "test", 3))
    env: Any = gym.make("r1/math-v0", split="test").unwrapped
    assert [task for task, _ in found] == [env.get_task("test", i) for i in range(3)]
    assert all(task.question in messages[-1]["content"] for task, messages in found)


def test_a_list_of_tasks_is_read_whole() -> None:
    rows = [{"prompt": f"{i}+1?", "truth": {"answer": str(i + 1)}} for i in range(7)]
    assert len(list(tasks_of("r1/math-v0", tasks=rows))) == 7


@pytest.mark.parametrize(
    ("value", "truth"),
    [
        ({"a": 1}, {"a": 1}),
        ('{"a": 1}', {"a": 1}),
        ("42", {"answer": "42"}),
        (7, {"answer": 7}),
        ("{x", {"answer": "{x"}),
    ],
)
def test_truths_in_the_forms_that_columns_hold(value: Any, truth: Any) -> None:
    assert truth_of(value) == truth
