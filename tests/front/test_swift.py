"""ms-swift: what its source says about reward classes (contract; ms-swift pins other versions than ours)."""

from __future__ import annotations

from typing import Any

from adapters import check_adapter

import r1.swift
from r1.verifiers import Math


def test_it_keeps_the_promises_of_an_adapter() -> None:
    function = r1.swift.orm(Math())(args=None)

    def judge(texts: Any, truths: Any) -> Any:
        return function(
            list(texts),
            answer=[truth["answer"] for truth in truths],
            trainer_state=object(),
            messages=[[]] * len(texts),
        )

    check_adapter(judge)


def test_the_class_has_the_name_of_the_verifier() -> None:
    assert r1.swift.orm(Math()).__name__ == "Math"
