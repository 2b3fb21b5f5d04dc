"""Machine: what run.json says about a start."""

from __future__ import annotations

import sys

import pytest
from shared_data import ROOT

from r1.trainers.run.machine import this_start


def test_the_command_can_be_pasted_into_a_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["trainers/grpo.py", "--out", "a folder"])
    assert this_start()["command"] == "trainers/grpo.py --out 'a folder'"


def test_the_commit_of_a_checkout_is_named() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("needs hardware: a git checkout")
    assert len(this_start()["commit"].removesuffix("-dirty")) == 40
