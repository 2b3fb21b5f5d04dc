"""Helpers: a checker decides by its status or its first token, and its own failure is not the program's."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from outcomes import ended

from r1.sandbox.backends.fake import FakeSandbox
from r1.sandbox.protocol import Killed, Limits, Outcome, Phase, Program
from r1.verifiers.code.fate import Fate
from r1.verifiers.code.trial.helpers import checker_accepts, helper_limits, interact
from r1.verifiers.code.truth.plan import Helper, Plan, Stdio
from r1.verifiers.verdict import TruthError

PLAN = Plan("python", (), Limits(cpu_s=2, wall_s=7))
CRASH = ended(exit_code=None, signal=11)


def checked(reply: str, answer: Callable[[Program], Outcome], files: tuple[str, ...] = Helper.files) -> bool:
    test = Stdio(b"in", (b"right",), "tokens", checker=Helper("python", "CHECK", reply, files))
    return checker_accepts(FakeSandbox(answer), PLAN, test, b"out")


@pytest.mark.parametrize(
    ("reply", "outcome", "accepts"),
    [
        ("exit", ended(), True),
        ("exit", ended(exit_code=1), False),
        ("exit", ended(b"0"), True),
        ("stdout", ended(b"1 ok\n"), True),
        ("stdout", ended(b"1.0"), True),
        ("stdout", ended(b"0.5"), False),
        ("stdout", ended(b""), False),
        ("stdout", ended(b"1", exit_code=1), False),
    ],
)
def test_a_checker_accepts_by_its_reply(reply: str, outcome: Outcome, accepts: bool) -> None:
    assert checked(reply, lambda program: outcome) is accepts


@pytest.mark.parametrize(
    "crash", [CRASH, ended(exit_code=None, killed=Killed.CPU), ended(exit_code=1, phase=Phase.COMPILE)]
)
def test_an_output_that_crashes_the_checker_is_wrong_if_the_right_answer_does_not(crash: Outcome) -> None:
    assert checked("exit", lambda program: crash if program.files["output.txt"] == b"out" else ended()) is False
    with pytest.raises(TruthError, match="the checker itself failed"):
        checked("exit", lambda program: crash)


def test_a_checker_gets_the_three_files_in_its_order() -> None:
    def answer(program: Program) -> Outcome:
        assert program.args == ("answer.txt", "input.txt", "output.txt")
        assert program.files == {"input.txt": b"in", "output.txt": b"out", "answer.txt": b"right"}
        return ended()

    assert checked("exit", answer, files=("answer", "input", "output"))


def test_a_helper_has_more_time_than_the_program() -> None:
    limits = helper_limits(PLAN.limits)
    assert limits.cpu_s > PLAN.limits.cpu_s
    assert limits.wall_net_s > PLAN.limits.wall_net_s


@pytest.mark.parametrize(
    ("ran", "judged", "how"),
    [
        (ended(), ended(), Fate.OK),
        (ended(), ended(exit_code=1), Fate.WRONG),
        (ended(), ended(exit_code=None, killed=Killed.WALL), Fate.WRONG),
        (ended(exit_code=1), ended(), Fate.ERROR),
        (ended(exit_code=None, killed=Killed.CPU), ended(), Fate.TIME),
        (ended(exit_code=1, phase=Phase.COMPILE), ended(), Fate.COMPILE),
    ],
)
def test_an_interactor_and_a_sound_end_of_the_program_are_both_needed(ran: Outcome, judged: Outcome, how: Fate) -> None:
    test = Stdio(b"in", (b"right",), "tokens", interactor=Helper("python", "INTERACT", "exit"))
    sandbox = FakeSandbox(lambda program: judged if program.source == "INTERACT" else ran)
    assert interact(sandbox, PLAN, Program("candidate"), test).how is how
    candidate, interactor = sandbox.asked
    assert candidate.link_stdio and interactor.link_stdio
    assert b"right" not in candidate.stdin and not candidate.files
