"""The verifier: one verdict for each completion, never an exception; UNSCORED if the failure is not the policy's."""

from __future__ import annotations

import pickle
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcomes import ended

from r1.sandbox.backends.fake import FakeSandbox
from r1.sandbox.protocol import Killed, Outcome, Program, SandboxError
from r1.verifiers.code import Code
from r1.verifiers.verdict import Status, TruthError

ECHO: dict[str, Any] = {
    "tests": [{"stdin": "5\n", "stdout": "5\n", "visible": True}, {"stdin": "6\n", "stdout": "6\n"}]
}
PROGRAM = "```python\nprint(input())\n```"


@pytest.mark.parametrize(
    ("outcome", "status", "note"),
    [
        (None, Status.PASS, "AC: all 2 tests"),
        (ended(b"7"), Status.FAIL, "WA: test 1 of 2 (visible)"),
        (ended(exit_code=1), Status.FAIL, "RE: test 1 of 2 (visible)"),
        (ended(exit_code=None, killed=Killed.WALL), Status.TIMEOUT, "TLE: test 1 of 2 (visible)"),
        (ended(exit_code=None, killed=Killed.MEMORY), Status.FAIL, "MLE: test 1 of 2 (visible)"),
        (ended(b"5"), Status.FAIL, "WA: test 2 of 2 (hidden)"),
    ],
)
def test_the_note_names_the_first_failed_test_and_its_kind(outcome: Outcome | None, status: Status, note: str) -> None:
    sandbox = FakeSandbox() if outcome is None else FakeSandbox(lambda program: outcome)
    verdict = Code(sandbox)(PROGRAM, ECHO)
    assert (verdict.status, verdict.note) == (status, note)
    assert verdict.reward == float(status is Status.PASS)


def test_visible_tests_run_first_and_a_failure_ends_the_run() -> None:
    sandbox = FakeSandbox(lambda program: ended(b"wrong"))
    truth = {"tests": [*reversed(ECHO["tests"])]}
    assert Code(sandbox)(PROGRAM, truth).note == "WA: test 2 of 2 (visible)"
    assert [program.stdin for program in sandbox.asked] == [b"5\n"]


def test_a_fraction_needs_all_tests_to_run() -> None:
    sandbox = FakeSandbox(lambda program: ended(b"6"))
    verdict = Code(sandbox, "fraction")(PROGRAM, ECHO)
    assert (verdict.reward, len(sandbox.asked)) == (0.5, 2)


@settings(max_examples=60)
@given(st.text())
def test_any_text_gets_a_verdict(completion: str) -> None:
    verdict, feedback = Code(FakeSandbox()).with_feedback([completion], [ECHO])[0]
    assert verdict.status in (Status.MALFORMED, Status.PASS)
    assert feedback.startswith(("No program was found", "All tests pass"))


def test_a_failing_sandbox_leaves_only_its_program_unscored() -> None:
    def answer(program: Program) -> Outcome:
        if "boom" in program.source:
            raise SandboxError("the worker is gone")
        return ended(program.stdin)

    completions = ["```python\nboom\n```", PROGRAM]
    first, second = Code(FakeSandbox(answer)).many(completions, [ECHO, ECHO])
    assert (first.status, first.reward, first.note) == (Status.UNSCORED, None, "SandboxError: the worker is gone")
    assert second.reward == 1.0


@pytest.mark.parametrize(
    ("truth", "complaint"),
    [
        ({"tests": [{"args": [1], "returns": 1}]}, "test 0: a call needs the truth's entry_point"),
        ({"tests": [{"asserts": "assert f("}]}, "test 0"),
        ({"tests": [{"stdin": "1"}]}, "stdin without stdout"),
        ({"tests": [{"what": 1}]}, "no form of test has the keys"),
    ],
)
def test_a_truth_that_cannot_be_run_is_refused_when_it_is_loaded(truth: dict[str, Any], complaint: str) -> None:
    with pytest.raises(TruthError, match=complaint):
        Code().validate(truth)


def test_a_bad_truth_is_unscored_and_validate_says_why() -> None:
    truth = {"tests": [{"stdin": "5", "stdout": "5"}], "lang": "python"}
    assert Code(FakeSandbox())(PROGRAM, truth).status is Status.UNSCORED
    with pytest.raises(TruthError, match="unknown key 'lang'; expected one of: "):
        Code("docker").validate(truth)


def test_the_package_line_of_java_is_dropped() -> None:
    sandbox = FakeSandbox()
    Code(sandbox)("```java\npackage a.b;\nclass Main {}\n```", {**ECHO, "language": "java"})
    assert sandbox.asked[0].source.strip() == "class Main {}"


def test_a_copy_in_another_process_opens_its_own_sandbox() -> None:
    box = FakeSandbox()
    box.backend = "namespaces"  # type: ignore[attr-defined]
    copy = pickle.loads(pickle.dumps(Code(box, "ladder", time_weight=0.25)))
    assert (copy.sandbox, copy.mode, copy.time_weight) == ("namespaces", "ladder", 0.25)
    assert pickle.loads(pickle.dumps(Code("docker"))).sandbox == "docker"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "some"}, r"unknown mode 'some'; expected one of: all, fraction, weighted, gated, ladder"),
        ({"time_weight": 1.0}, "time_weight must be at least 0 and below 1, got 1.0"),
        ({"time_weight": -0.1}, "time_weight must be"),
    ],
)
def test_a_wrong_option_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Code("docker", **options)
