"""Fate: which fate an outcome means, and that words from a tester's box are fates."""

from __future__ import annotations

import pytest
from outcomes import ended

from r1.sandbox.protocol import Killed, Phase
from r1.verifiers.code.fate import Fate, Result, fate_of, right_or_wrong


@pytest.mark.parametrize(
    ("outcome", "fate"),
    [
        (ended(), None),
        (ended(exit_code=1), Fate.ERROR),
        (ended(exit_code=None, signal=11), Fate.ERROR),
        (ended(exit_code=1, phase=Phase.COMPILE), Fate.COMPILE),
        (ended(phase=Phase.COMPILE), None),
        (ended(exit_code=None, killed=Killed.CPU, phase=Phase.COMPILE), Fate.COMPILE),
        (ended(exit_code=None, killed=Killed.CPU), Fate.TIME),
        (ended(exit_code=None, killed=Killed.WALL), Fate.TIME),
        (ended(exit_code=None, killed=Killed.MEMORY), Fate.MEMORY),
        (ended(exit_code=None, killed=Killed.OUTPUT), Fate.OUTPUT),
    ],
)
def test_an_outcome_has_the_fate_of_what_ended_it(outcome, fate: Fate | None) -> None:  # type: ignore[no-untyped-def]
    assert fate_of(outcome) is fate


@pytest.mark.parametrize("word", ["ok", "missing", "skipped", "wrong", "error"])
def test_the_words_that_a_testers_box_reports_are_fates(word: str) -> None:
    assert Fate(word) == word


def test_every_fate_has_letters_and_a_sentence() -> None:
    assert {fate.letters for fate in Fate} == {"AC", "WA", "RE", "TLE", "MLE", "OLE", "CE"}
    assert len({fate.sentence for fate in Fate}) == len(Fate)


def test_a_right_result_shows_no_detail_and_a_wrong_one_does() -> None:
    assert right_or_wrong(True, {"got": 1}, 0.5) == Result(Fate.OK, 1.0, {}, 0.5)
    assert right_or_wrong(False, {"got": 1}, 0.5) == Result(Fate.WRONG, 0.0, {"got": 1}, 0.5)
