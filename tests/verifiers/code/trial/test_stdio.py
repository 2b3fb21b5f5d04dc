"""Stdio: one run of the program, whose output is compared by the test's rule; the program never sees the answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from outcomes import ended

from r1.sandbox.backends.fake import FakeSandbox
from r1.sandbox.protocol import Killed, Limits, Outcome, Phase, Program
from r1.verifiers.code.fate import Fate
from r1.verifiers.code.trial.files import with_input
from r1.verifiers.code.trial.stdio import run_stdio
from r1.verifiers.code.trial.syntax import as_parsed
from r1.verifiers.code.truth.plan import Plan, Stdio
from r1.verifiers.verdict import TruthError

PLAN = Plan("python", (), Limits())
TEST = Stdio(b"19 23", (b"42", b"forty-two"), "tokens")


@pytest.mark.parametrize(
    ("outcome", "how"),
    [
        (ended(b" 42\n"), Fate.OK),
        (ended(b"forty-two"), Fate.OK),
        (ended(b"43"), Fate.WRONG),
        (ended(b""), Fate.WRONG),
        (ended(b"42", exit_code=1), Fate.ERROR),
        (ended(b"42", exit_code=None, killed=Killed.WALL), Fate.TIME),
        (ended(b"42", exit_code=None, killed=Killed.MEMORY), Fate.MEMORY),
        (ended(b"42", exit_code=1, phase=Phase.COMPILE), Fate.COMPILE),
    ],
)
def test_only_a_sound_run_with_a_right_output_passes(outcome: Outcome, how: Fate) -> None:
    result = run_stdio(FakeSandbox(lambda program: outcome), PLAN, Program("p"), TEST)
    assert result.how is how
    assert result.share == float(how is Fate.OK)


@given(st.binary(min_size=8), st.binary())
def test_the_programs_box_holds_the_input_and_not_the_answer(answer: bytes, stdin: bytes) -> None:
    sandbox = FakeSandbox(lambda program: ended(answer))
    assert run_stdio(sandbox, PLAN, Program("p"), Stdio(stdin, (answer,), "exact")).ok
    assert sandbox.asked == [Program("p", stdin=stdin)]


def test_a_wrong_output_is_shown_with_its_input_and_an_expected_output() -> None:
    result = run_stdio(FakeSandbox(lambda program: ended(b"43")), PLAN, Program("p"), TEST)
    assert result.detail == {"stdin": b"19 23", "got": b"43", "expected": b"42"}


def test_files_of_a_task_are_given_to_python_programs_only() -> None:
    test = replace(TEST, files=("in.txt", "out.txt"))
    given_files = with_input(Program("print(1)"), test)
    assert given_files.files == {"in.txt": b"19 23", "solution.py": b"print(1)"}
    assert given_files.stdin == b"19 23"
    assert "out.txt" in given_files.source
    with pytest.raises(TruthError, match="only python programs"):
        with_input(Program("", "c"), test)


@pytest.mark.parametrize(
    ("language", "how", "stderr", "parses", "expected"),
    [
        ("javascript", Fate.ERROR, b"SyntaxError: x", False, Fate.COMPILE),
        ("javascript", Fate.ERROR, b"SyntaxError: x", True, Fate.ERROR),  # thrown by the program itself
        ("bash", Fate.ERROR, b"syntax error near", False, Fate.COMPILE),
        ("bash", Fate.ERROR, b"no such file", False, Fate.ERROR),
        ("python", Fate.ERROR, b"SyntaxError", False, Fate.ERROR),
        ("bash", Fate.TIME, b"syntax error", False, Fate.TIME),
        ("bash", None, b"syntax error", False, None),
    ],
)
def test_the_parser_decides_whether_a_failed_script_compiles(
    language: str, how: Fate | None, stderr: bytes, parses: bool, expected: Fate | None
) -> None:
    sandbox = FakeSandbox(lambda program: ended(stderr=b"line 1", exit_code=0 if parses else 1))
    found, outcome = as_parsed(sandbox, Program("text", language), ended(stderr=stderr, exit_code=1), how)
    assert found is expected
    assert (outcome.stderr == b"line 1") == (expected is Fate.COMPILE)
