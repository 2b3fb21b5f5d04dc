"""AReaL: what its source says about reward functions (contract; AReaL itself needs a GPU)."""

from __future__ import annotations

import pickle
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from adapters import check_adapter

import r1.areal
from r1.verifiers import Math


def test_it_keeps_the_promises_of_an_adapter() -> None:
    function = r1.areal.reward(Math())

    def judge(texts: Any, truths: Any) -> list[float]:
        pairs = zip(texts, truths, strict=True)
        return [function("prompt", text, [1, 2], [3], answer=truth["answer"]) for text, truth in pairs]

    check_adapter(judge, lost=ValueError)


def test_it_works_in_the_processes_of_a_pool() -> None:
    function = pickle.loads(pickle.dumps(r1.areal.reward("r1/math-v0")))
    text = "<think>\na\n</think>\n<answer>\n\\boxed{5}\n</answer>"
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        assert pool.submit(function, "prompt", text, [1], [2], truth='{"answer": "5"}').result() == 2.0
