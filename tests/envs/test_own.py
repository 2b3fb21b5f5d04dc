"""An environment of one's own: any callable as verifier, any rows as tasks, in five lines."""

from __future__ import annotations

import json
import math
import pickle
from typing import Any

import gymnasium as gym
import pytest

import r1
from r1.envs.own import Own
from r1.verifiers import Math
from r1.verifiers.verdict import Status, Verdict

ROWS = [{"prompt": "Say hi.", "word": "hi"}, {"prompt": "Say no.", "word": "no"}]


def says(completion: str, truth: Any) -> float:
    return float(truth["word"] in completion)


def made(**settings: Any) -> Any:
    return gym.make("r1/text-v0", **{"tasks": ROWS, "verifier": says} | settings).unwrapped


def test_rows_and_a_function_are_an_environment() -> None:
    env = made()
    prompt, info = env.reset(options={"index": 1})
    assert prompt == "Say no." and info["task_id"] == "tasks/2"
    _, reward, terminated, _, info = env.step("no!")
    assert (reward, terminated, info["failure"], info["reward_components"]) == (1.0, True, "", {"accuracy": 1.0})
    env.reset(options={"index": 1})
    assert env.step("yes")[1] == 0.0


@pytest.mark.parametrize("workers", [0, 2])
def test_many_completions_are_judged_in_processes_even_by_a_lambda(workers: int) -> None:
    env = gym.make_vec(
        "r1/text-v0", num_envs=4, num_workers=workers, tasks=ROWS, verifier=lambda text, truth: truth["word"] in text
    )
    env.reset(options={"index": [0, 0, 1, 1]})
    assert env.step(["hi", "no", "hi", "no"])[1].tolist() == [1.0, 0.0, 0.0, 1.0]
    env.close()


def test_a_registered_environment_is_made_by_its_name() -> None:
    r1.register("mine/says-v0", tasks=ROWS, verifier=says, template="r1")
    try:
        prompt, _ = gym.make("mine/says-v0").reset(options={"index": 0})
        assert prompt.startswith("Say hi.\nPlease reason step by step")
        assert gym.make_vec("mine/says-v0", num_envs=2, num_workers=0).unwrapped.num_tasks("train") == 2
    finally:
        del gym.registry["mine/says-v0"]


@pytest.mark.parametrize("env_id", ["says-v0", "mine/says", "r1/says-v0", "my env/says-v0"])
def test_an_id_of_another_form_is_refused(env_id: str) -> None:
    with pytest.raises(ValueError, match=r"expected namespace/name-v0 .* such as my/echo-v0"):
        r1.register(env_id, tasks=ROWS, verifier=says)
    assert env_id not in gym.registry


def test_another_verifier_can_judge_the_answers_of_a_domain() -> None:
    env = gym.make("r1/math-v0", verifier=lambda text, truth: 0.5).unwrapped
    env.reset(seed=0)
    assert env.step("<think>a</think><answer>b</answer>")[4]["reward_components"] == {"accuracy": 0.5, "format": 1.0}


@pytest.mark.parametrize(
    ("returned", "status", "reward"),
    [
        (True, Status.PASS, 1.0),
        (False, Status.FAIL, 0.0),
        (1, Status.PASS, 1.0),
        (0.25, Status.FAIL, 0.25),
        (Verdict(Status.TIMEOUT, 0.0), Status.TIMEOUT, 0.0),
        (None, Status.UNSCORED, None),
        (math.nan, Status.UNSCORED, None),
        (math.inf, Status.UNSCORED, None),
        ("yes", Status.UNSCORED, None),
        ([1.0], Status.UNSCORED, None),
    ],
)
def test_what_a_callable_may_return(returned: Any, status: Status, reward: float | None) -> None:
    verdict = Own(lambda completion, truth: returned)("text", {})
    assert (verdict.status, verdict.reward) == (status, reward)
    assert verdict.reward is not None or verdict.note


def test_an_exception_of_the_users_function_is_no_reward_of_0() -> None:
    verdict = Own(says)("text", {"other": 1})
    assert verdict.reward is None and verdict.note == "the verifier says raised KeyError: 'word'"


def test_a_truth_is_checked_when_its_task_is_loaded_if_the_verifier_can() -> None:
    with pytest.raises(ValueError, match="answer"):
        made(verifier=Math(), tasks=[{"prompt": "1+1?", "anwser": "2"}])


def test_an_adapted_function_travels_to_other_processes() -> None:
    assert pickle.loads(pickle.dumps(Own(says)))("hi", {"word": "hi"})


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"verifier": None}, "r1/text-v0 needs a verifier and tasks: gym.make"),
        ({"tasks": None}, "r1/text-v0 generates no tasks of its own; expected tasks="),
        ({"verifier": Math}, r"verifier=Math is a class; pass an object: verifier=Math\(\)"),
        ({"verifier": 3}, r"verifier must be callable as verifier\(completion, truth\), got int 3"),
        ({"tasks": 3}, "tasks must be a path, a hub id, a list of Task, a list of rows or a Dataset, got int 3"),
        ({"tasks": ["a", "b"]}, "tasks must be a path, .* got list"),
        ({"tasks": [*ROWS, "x"]}, "tasks:3: expected a Task or a mapping, got str x"),
        ({"tasks": [{"text": "Say hi."}]}, r"tasks:1: the fields \['text'\] fit no form of a text row"),
        ({"tasks": [{"prompt": "", "word": "hi"}]}, "tasks:1: prompt: expected a non-empty text"),
        ({"tasks": []}, "no tasks"),
        ({"template": "r2"}, "unknown template 'r2'"),
    ],
)
def test_a_wrong_use_is_one_line_with_the_remedy(settings: dict[str, Any], complaint: str) -> None:
    with pytest.raises((ValueError, TypeError), match=complaint) as caught:
        made(**settings)
    assert "\n" not in str(caught.value)


TABLES = {
    "gsm8k": {"question": "1+1?", "answer": "One and one. #### 2"},
    "MATH": {"problem": "1+1?", "solution": r"It is $\boxed{2}$.", "level": "Level 1"},
    "open-r1": {"problem": "1+1?", "solution": r"Then \boxed{2}", "answer": "2"},
    "verl": {
        "data_source": "gsm8k",
        "prompt": [{"role": "user", "content": "1+1?"}],
        "reward_model": {"style": "rule", "ground_truth": "2"},
    },
    "trl": {"prompt": [{"role": "user", "content": "1+1?"}], "answer": "2"},
    "ours": {"prompt": "1+1?", "truth": {"answer": "2"}},
    "ours as JSON": {"prompt": "1+1?", "truth": json.dumps({"answer": "2"})},
}


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("form", ["rows", "Dataset", "DatasetDict", "parquet"])
def test_the_tables_that_people_have_are_tasks(name: str, form: str, tmp_path: Any) -> None:
    datasets = pytest.importorskip(
        "datasets", reason="the package datasets is not installed: pip install 'r1-gym[train]'"
    )
    rows: Any = [TABLES[name]]
    if form != "rows":
        rows = datasets.Dataset.from_list(rows)
    if form == "parquet":
        rows.to_parquet(tmp_path / "rows.parquet")
        rows = str(tmp_path / "rows.parquet")
    env = gym.make("r1/math-v0", tasks={"test": rows} if form == "DatasetDict" else rows).unwrapped
    split = "test" if form == "DatasetDict" else "train"
    assert env.list_splits() == [split]
    task = env.get_task(split, 0)
    assert task.question == "1+1?" and dict(task.truth) == {"answer": "2"}
    assert env.verify(r"<think>so</think><answer>\boxed{2}</answer>", task)
