"""OpenRLHF: the reward function judges the response alone, and the data file has OpenRLHF's columns."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from adapters import check_adapter

import r1.openrlhf
from r1.verifiers import Math


def test_it_keeps_the_promises_of_an_adapter() -> None:
    function = r1.openrlhf.reward(Math())

    def judge(texts: Any, truths: Any) -> list[float]:
        return list(
            function([f"prompt {text}" for text in texts], ["prompt "] * len(texts), truths)["rewards"].tolist()
        )

    check_adapter(judge, lost=r1.openrlhf.Unscored)


def test_only_the_response_is_judged() -> None:
    function = r1.openrlhf.reward(Math())
    query = "<s>User: is it \\boxed{5}?</s>Assistant: no, \\boxed{6}</s>"
    prompt = "<s>User: is it \\boxed{5}?</s>Assistant:"
    assert function([query], [prompt], ["5"])["rewards"].tolist() == [0.0]
    assert function([query], [prompt], ["6"])["rewards"].tolist() == [1.0]


def test_a_prompt_cut_from_the_left_is_found_by_its_end() -> None:
    prompt = "x" * 500 + "the end of a long prompt " * 4
    assert r1.openrlhf.response_of(prompt[-200:] + "answer", prompt) == "answer"
    with pytest.raises(r1.openrlhf.Unscored, match="does not begin with its prompt"):
        r1.openrlhf.response_of("something else", prompt)


def test_the_data_file_has_messages_and_truths(tmp_path: Path) -> None:
    assert r1.openrlhf.write_dataset(tmp_path / "train.jsonl", "r1/math-v0", count=3) == 3
    rows = [json.loads(line) for line in (tmp_path / "train.jsonl").read_text().splitlines()]
    assert [set(row) for row in rows] == [{"input", "label"}] * 3
    assert rows[0]["input"][-1]["role"] == "user" and "answer" in json.loads(rows[0]["label"])
