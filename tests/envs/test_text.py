"""Environments as Gymnasium wants them: clean, seeded, one verdict per attempt, batch equals single."""

from __future__ import annotations

import pickle
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.error import ResetNeeded
from gymnasium.utils.env_checker import check_env
from hypothesis import given, settings
from hypothesis import strategies as st
from shared_data import SHARED, needs_shared

import r1
from r1.datasets.families import families_of
from r1.datasets.task import Message, Task
from r1.envs.domain import Domain, domain_names
from r1.envs.prompts import TEMPLATES
from r1.envs.space import Unicode
from r1.verifiers.verdict import Status, TruthError, Verdict, unscored
from r1.verifiers.weighted import judge_many

GOOD = "<think>because</think><answer>{}</answer>"


def answer_of(task: Task) -> str:
    family = families_of("math")[task.meta["family"]]
    return GOOD.format(family.solution(task.meta["instance"]))


@pytest.mark.parametrize("env_id", r1.ENV_IDS)
def test_check_env_finds_nothing(env_id: str) -> None:
    env = gym.make(env_id)
    check_env(env.unwrapped, skip_render_check=False)
    env.close()


def test_every_domain_is_registered() -> None:
    assert set(domain_names()) == set(r1.DOMAINS)


@pytest.mark.parametrize("env_id", r1.ENV_IDS)
def test_the_same_seed_asks_the_same_tasks(env_id: str) -> None:
    env = gym.make(env_id)
    asked = [[env.reset(seed=5)[1]["task_id"]] + [env.reset()[1]["task_id"] for _ in range(5)] for _ in range(2)]
    assert asked[0] == asked[1]
    assert len(set(asked[0])) > 1
    assert env.reset(seed=6)[1]["task_id"] != asked[0][0]


@pytest.mark.parametrize("env_id", r1.ENV_IDS)
def test_every_family_has_levels_and_a_gold_answer_is_judged(env_id: str) -> None:
    env = gym.make(env_id).unwrapped
    domain = env.judging.domain.name
    families = families_of(domain)
    assert len(families) >= 3
    assert all(len(family.levels) >= 2 for family in families.values())


def test_an_episode_is_one_question_and_one_verdict() -> None:
    env = gym.make("r1/math-v0", template="plain")
    text, info = env.reset(options={"index": 4})
    task = env.unwrapped.get_task("train", 4)
    assert text == task.prompt
    assert info["messages"] == [{"role": "user", "content": text}]
    text, reward, terminated, truncated, info = env.step(answer_of(task))
    assert (text, reward, terminated, truncated) == ("", 2.0, True, False)
    assert info["reward_components"] == {"accuracy": 1.0, "format": 1.0}
    assert (info["failure"], info["mask"], info["task_id"]) == ("", False, task.id)
    with pytest.raises(ResetNeeded):
        env.step("again")


def test_a_completion_is_a_text() -> None:
    env = gym.make("r1/math-v0").unwrapped
    env.reset(seed=0)
    with pytest.raises(ValueError, match="a text is wanted, not '5'"):
        env.step(5)  # type: ignore[arg-type]
    assert env.step(GOOD.format(1))[2]  # the episode is as it was


def test_stepping_before_reset_is_refused() -> None:
    with pytest.raises(ResetNeeded):
        gym.make("r1/math-v0").unwrapped.step("x")


def test_wrong_and_empty_completions_are_told_apart() -> None:
    env = gym.make("r1/math-v0").unwrapped
    failures = []
    for completion in (GOOD.format("123456789"), "", "<think>never ends"):
        env.reset(options={"index": 0})
        _, reward, _, _, info = env.step(completion)
        failures.append((reward, info["failure"]))
    assert failures == [(1.0, "wrong"), (0.0, "no_answer"), (0.0, "no_answer")]


def test_a_task_is_found_again_by_its_id_in_another_environment() -> None:
    task = gym.make("r1/math-v0", level=2).unwrapped.get_task("test", 17)
    text, info = gym.make("r1/math-v0", template="plain").reset(options={"task_id": task.id})
    assert (text, info["task_id"]) == (task.prompt, task.id)


def test_procedural_train_and_test_share_no_question() -> None:
    env = gym.make("r1/math-v0").unwrapped
    prompts = {split: {env.get_task(split, i).prompt for i in range(1500)} for split in env.list_splits()}
    assert not prompts["train"] & prompts["test"]


@pytest.mark.parametrize(
    ("kwargs", "complaint"),
    [
        ({"template": "r1_zer"}, "did you mean 'r1_zero'"),
        ({"split": "dev"}, "split 'dev': there are train, test"),
        ({"level": 77}, "level 77"),
        ({"families": ["nothing"]}, "family 'nothing'"),
        ({"weights": {"style": 1.0}}, "no component 'style'"),
        ({"max_turns": 3}, "no feedback"),
        ({"max_turns": 0}, "at least 1"),
        ({"discount": 0.0}, "discount=0.0"),
        ({"tasks": []}, "no task"),
        ({"tasks": 5}, "tasks 5: a path"),
        ({"tasks": [{"prompt": "q"}]}, "a list of Task is wanted"),
        ({"tasks": [Task("a", "q", {"answer": ""})]}, "task a"),
    ],
)
def test_a_bad_setting_is_explained(kwargs: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        gym.make("r1/math-v0", **kwargs)


@pytest.mark.parametrize("options", [{"taskid": "x"}, {"task_id": "x"}, {"index": -1}, {"split": "dev"}])
def test_a_bad_reset_option_is_explained(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"there are|task id"):
        gym.make("r1/math-v0").reset(options=options)


def test_a_misspelt_environment_gets_a_suggestion() -> None:
    with pytest.raises(gym.error.NameNotFound, match="Did you mean"):
        gym.make("r1/maths-v0")


def test_tasks_may_be_a_conversation() -> None:
    turns = (Message("system", "Be brief."), Message("user", "1+1=?"))
    env = gym.make("r1/math-v0", tasks=[Task("t", turns, {"answer": "2"})])
    _, info = env.reset()
    assert [turn["role"] for turn in info["messages"]] == ["system", "user"]


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_hold_the_question_and_do_not_reformat_it(name: str) -> None:
    question = "What is {x} in {question} \\boxed{}?"
    task = Task("t", question, {"answer": "1"})
    assert question in TEMPLATES[name].render(question)
    assert question in TEMPLATES[name].messages(task)[-1]["content"]


def test_render_shows_the_conversation() -> None:
    env = gym.make("r1/math-v0", template="plain", render_mode="ansi")
    env.reset(options={"index": 0})
    env.step("I think 7")
    assert env.render().endswith("[assistant]\nI think 7")


@needs_shared
def test_gsm8k_rows_are_asked_and_judged() -> None:
    env = gym.make("r1/math-v0", tasks=str(SHARED / "data/gsm8k/test.jsonl"))
    for index in range(0, 1319, 53):
        env.reset(options={"index": index})
        gold = env.unwrapped.get_task("test", index).truth["answer"]
        _, reward, _, _, info = env.step(f"<think>so</think><answer>The answer is {gold}.</answer>")
        assert reward == 2.0, info


@needs_shared
def test_humaneval_rows_are_asked_and_judged() -> None:
    env = gym.make("r1/code-v0", tasks=str(SHARED / "data/humaneval/HumanEval.jsonl.gz"))
    for index in (0, 11, 50):
        _, _ = env.reset(options={"index": index})
        task = env.unwrapped.get_task("train", index)
        for body, accuracy in ((task.meta["solution"], 1.0), ("    return None\n", 0.0)):
            env.reset(options={"index": index})
            code = f"```python\n{task.truth['prompt']}{body}\n```"
            *_, info = env.step(f"<think>so</think><answer>\n{code}\n</answer>")
            assert info["reward_components"]["accuracy"] == accuracy, info
    env.close()


# --- many at once ------------------------------------------------------------------------------------------------


def test_a_group_is_one_task_repeated_and_batch_equals_single() -> None:
    single = gym.make("r1/math-v0").unwrapped
    tasks = [single.get_task("train", i) for i in range(3)]
    ids = [task.id for task in tasks for _ in range(4)]
    completions = [c for t in tasks for c in (answer_of(t), GOOD.format(-1), "nothing", answer_of(t) + " more")]
    env = gym.make_vec("r1/math-v0", num_envs=12, num_workers=2)
    _, infos = env.reset(options={"task_id": ids})
    assert list(infos["task_id"]) == ids
    _, rewards, terminated, truncated, infos = env.step(completions)
    for i, completion in enumerate(completions):
        single.reset(options={"task_id": ids[i]})
        _, reward, _, _, info = single.step(completion)
        assert (rewards[i], infos["verdict"][i], infos["failure"][i]) == (reward, info["verdict"], info["failure"])
        assert infos["reward_components"]["format"][i] == info["reward_components"]["format"]
    assert terminated.all()
    assert not truncated.any()
    with pytest.raises(ResetNeeded):
        env.step(completions)
    env.close()


def test_what_was_written_twice_for_a_task_is_judged_once_and_never_by_anothers_truth(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    env = gym.make_vec("r1/math-v0", num_envs=6, num_workers=0)
    first, second = (env.unwrapped.get_task("train", i) for i in (0, 1))
    assert first.truth != second.truth
    env.reset(options={"task_id": [first.id] * 3 + [second.id] * 3})
    judged: list[str] = []

    def counting(verifier: Any, texts: list[str], truths: list[Mapping[str, Any]]) -> list[Verdict]:
        judged.extend(texts)
        return judge_many(verifier, texts, truths)

    monkeypatch.setattr("r1.envs.vector.judge_many", counting)
    right, other = answer_of(first), answer_of(second)
    _, rewards, _, _, infos = env.step([right, other, right, right, other, other])
    assert rewards.tolist() == [rewards[0], rewards[1], rewards[0], rewards[1], rewards[0], rewards[0]]
    assert rewards[0] > rewards[1]
    assert sorted(judged) == sorted([right, other] * 2)
    assert len(infos["verdict"]) == 6
    env.close()


def test_a_mask_restarts_only_the_marked_episodes() -> None:
    env = gym.make_vec("r1/math-v0", num_envs=3, num_workers=0)
    env.reset(seed=0)
    *_, infos = env.step(["a", "b", "c"])
    _, again = env.reset(options={"reset_mask": [True, False, True], "index": 9})
    assert again["task_id"][1] == infos["task_id"][1]
    assert again["task_id"][0] == again["task_id"][2] != infos["task_id"][0]
    with pytest.raises(ResetNeeded, match="1 of 3"):
        env.step(["a", "b", "c"])


@pytest.mark.parametrize("actions", [["a"], ["a", 3]])
def test_a_wrong_batch_is_refused(actions: list[Any]) -> None:
    env = gym.make_vec("r1/math-v0", num_envs=2, num_workers=0)
    env.reset(seed=0)
    with pytest.raises(ValueError, match="2 texts are wanted"):
        env.step(actions)


class Broken:
    """A verifier whose machinery fails on one answer."""

    def __call__(self, completion: str, truth: Mapping[str, Any]) -> Verdict:
        return unscored("the daemon is gone") if "lost" in completion else Verdict(Status.PASS, 1.0)

    def validate(self, truth: Mapping[str, Any]) -> None:
        if not truth:
            raise TruthError("empty")


def test_a_failure_of_ours_is_never_a_reward_of_zero(monkeypatch: pytest.MonkeyPatch) -> None:
    import r1.envs.domains.math

    monkeypatch.setattr(r1.envs.domains.math, "DOMAIN", Domain("math", accuracy=lambda sandbox=None: Broken()))
    vector = gym.make_vec("r1/math-v0", num_envs=2, num_workers=0)
    vector.reset(seed=0)
    _, rewards, _, _, infos = vector.step(["fine", "lost"])
    assert rewards[0] == 1.0
    assert np.isnan(rewards[1])
    assert list(infos["mask"]) == [False, True]
    assert infos["failure"][1] == "infrastructure"
    assert np.isnan(infos["reward_components"]["accuracy"][1])
    single = gym.make("r1/math-v0")
    single.reset(seed=0)
    _, reward, _, _, info = single.step("lost")
    assert (reward, info["mask"], info["failure"]) == (0.0, True, "infrastructure")


def test_attempts_go_on_with_feedback_until_right_or_out_of_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    import dataclasses

    import r1.envs.domains.math

    talking = dataclasses.replace(
        r1.envs.domains.math.DOMAIN, feedback=lambda verifier, texts, truths: [f"no: {t}" for t in texts]
    )
    monkeypatch.setattr(r1.envs.domains.math, "DOMAIN", talking)
    env = gym.make("r1/math-v0", max_turns=3, discount=0.5)
    right = answer_of(env.unwrapped.get_task("train", 0))
    env.reset(options={"index": 0})
    text, reward, terminated, truncated, info = env.step("bad")
    assert (text, reward, terminated, truncated) == ("no: bad", 0.0, False, False)
    assert [turn["role"] for turn in info["messages"][-2:]] == ["assistant", "user"]
    assert env.step(right)[1:4] == (1.0, True, False)  # 2.0 times the discount of one earlier attempt
    env.reset(options={"index": 0})
    ends = [env.step("bad")[2:4] for _ in range(3)]
    assert ends == [(False, False), (False, False), (False, True)]


BROKEN = "<think>so</think><answer>\ndef {}(x):\n    return undefined_name\n</answer>"


@pytest.mark.parametrize("vector", [False, True])
def test_code_repair_shows_the_failing_visible_test_and_nothing_hidden(vector: bool) -> None:
    tests = [{"args": [3], "returns": 9, "visible": True}, {"args": [7777], "returns": 60481729}]
    task = Task("sq", "f(x): the square", {"language": "python", "entry_point": "f", "tests": tests})
    attempts = [BROKEN.format("f"), BROKEN.replace("undefined_name", "9"), BROKEN.replace("undefined_name", "x*x")]
    make = partial(gym.make_vec, num_envs=2) if vector else gym.make
    env = make("r1/code-repair-v0", tasks=[task], weights={"accuracy": 1.0, "format": 0.0})
    env.reset(seed=0)
    seen = []
    for attempt in attempts:
        text, reward, terminated, truncated, _ = env.step([attempt.format("f")] * 2 if vector else attempt.format("f"))
        seen.append(
            (text[0], reward[0], terminated[0], truncated[0]) if vector else (text, reward, terminated, truncated)
        )
    env.close()
    assert "NameError" in seen[0][0]
    assert seen[1][0]
    assert not any("60481729" in text or "/tmp" in text for text, *_ in seen)
    assert [step[1] for step in seen] == pytest.approx([0.0, 0.0, 0.81])
    assert [bool(step[2]) for step in seen] == [False, False, True]


@settings(max_examples=30, deadline=None)
@given(st.text())
def test_any_text_is_in_the_space_and_none_raises(text: str) -> None:
    assert text in Unicode()
    env = gym.make("r1/math-v0").unwrapped
    env.reset(options={"index": 1})
    _, reward, terminated, _, _ = env.step(text)
    assert terminated
    assert 0.0 <= reward <= 2.0


def test_the_space_pickles_samples_and_compares() -> None:
    space = Unicode(seed=3)
    again = pickle.loads(pickle.dumps(Unicode(seed=3)))
    samples = [space.sample() for _ in range(20)]
    assert samples == [again.sample() for _ in range(20)]
    assert all(sample in space for sample in samples)
    assert space == Unicode()
    assert 3 not in space


def test_tasks_from_a_file_with_a_broken_row_name_the_line(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text('{"question": "q", "answer": "1"}\n{"question": "q"}\n')
    with pytest.raises(ValueError, match=r"rows\.jsonl:2: no task"):
        gym.make("r1/math-v0", tasks=str(path))
