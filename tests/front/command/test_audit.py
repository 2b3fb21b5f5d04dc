"""r1 audit: intervals that are right, one line where an auditor is missing, and the auditors' findings where they are installed."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from shared_data import SHARED, installed, needs_shared

from r1.command import audit
from r1.command.audit import Card, by_bohrin, by_rewardlint, share, wilson


@pytest.mark.parametrize(
    ("k", "n", "low", "high"), [(0, 10, 0.0, 0.2775), (5, 10, 0.2366, 0.7634), (10, 10, 0.7225, 1.0)]
)
def test_the_interval_is_wilsons(k: int, n: int, low: float, high: float) -> None:
    assert wilson(k, n) == pytest.approx((low, high), abs=1e-4)


def test_the_interval_covers_the_truth_in_most_draws() -> None:
    draw = random.Random(0)
    for true in (0.02, 0.3):
        counts = [sum(draw.random() < true for _ in range(200)) for _ in range(400)]
        covered = [low <= true <= high for low, high in (wilson(k, 200) for k in counts)]
        assert sum(covered) / len(covered) >= 0.93


def test_a_card_says_what_was_found() -> None:
    card = Card("Math", "a 1", 0, 40, 1, 50, ("x",))
    assert card.line() == "| Math | a 1 | 0 of 40 (0.0%, 0.0 to 8.8) | 1 of 50 (2.0%, 0.4 to 10.5) | x |"
    assert share(0, 0) == "not asked"


def test_a_missing_auditor_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(audit, "_version", lambda name: "")
    assert audit.audit(None) == 2
    assert capsys.readouterr().err == (
        "r1 audit: error: rewardlint, bohrin: not installed; pip install rewardlint==0.1.0 bohrin==0.4.2\n"
    )


if installed("rewardlint"):

    def test_rewardlint_finds_no_exploit_and_one_policy_of_ours(capsys: pytest.CaptureFixture[str]) -> None:
        card = next(audit.cards(None))
        assert (card.verifier, card.paid, card.cases) == ("Math", 0, ("eq.frac.repeating",))  # 0.3333333333 is not 1/3
        assert card.wrong + card.right == 83

    def test_a_verifier_that_pays_everything_is_caught() -> None:
        card = by_rewardlint("yes", lambda completion, answer: 1.0)
        assert card.paid == card.wrong > 20 and card.refused == 0


if installed("bohrin"):

    @needs_shared
    def test_bohrin_gets_no_wrong_program_paid(tmp_path: Path) -> None:
        card = by_bohrin(SHARED / "data/humaneval/HumanEval.jsonl.gz")
        assert card.paid == 0 and card.wrong > 500
