"""Linked: how the report of a tester's box becomes a result."""

from __future__ import annotations

import json
from typing import Any

import pytest
from outcomes import ended

from r1.sandbox.backends.fake import FakeSandbox
from r1.sandbox.protocol import Killed, Limits, Outcome, Program
from r1.verifiers.code.fate import Fate, Result
from r1.verifiers.code.trial.linked import run_source
from r1.verifiers.code.truth.plan import Plan, Source
from r1.verifiers.verdict import TruthError

PLAN = Plan("python", (), Limits(), entry="f")
PASSED = ["test_a", True, "ok", "", "", 0]


def result_of(report: Any, ran: Outcome = ended(), judged: Outcome | None = None) -> Result:
    """The result of a test source whose tester reports ``report``, under the nonce of its job."""

    def answer(program: Program) -> Outcome:
        job = json.loads(program.stdin[program.stdin.rindex(b'{"') :]) if b'"nonce"' in program.stdin else {}
        if "nonce" not in job:
            return ran
        return judged or ended(f"\n{job['nonce']} report {json.dumps(report)}\n".encode())

    return run_source(FakeSandbox(answer), PLAN, Program("candidate"), Source("assert f()", "unittest"), stop=False)


@pytest.mark.parametrize(
    ("report", "how", "share"),
    [
        ({"tests": [PASSED, PASSED]}, Fate.OK, 1.0),
        ({"tests": [PASSED, ["test_b", False, "wrong", "AssertionError", "", 3]]}, Fate.WRONG, 0.5),
        ({"tests": [["test_b", False, "error", "KeyError", "", 3], PASSED]}, Fate.ERROR, 0.5),
        ({"tests": [["test_b", False, "skipped", "SkipTest", "", 0]]}, Fate.SKIPPED, 0.0),
        ({"tests": [["test_b", 1, "wrong", "", "", 0]]}, Fate.WRONG, 0.0),  # only True passes
        ({"tests": []}, Fate.MISSING, 0.0),
        ({"tests": [PASSED], "gone": True}, Fate.MISSING, 0.0),
        ({"load": ["SyntaxError", "invalid syntax", 1]}, Fate.COMPILE, 0.0),
        ({"load": ["NameError", "x", 1]}, Fate.ERROR, 0.0),
    ],
)
def test_a_report_becomes_the_fate_of_its_first_failed_test(report: Any, how: Fate, share: float) -> None:
    result = result_of(report)
    assert (result.how, result.share) == (how, share)


def test_a_candidate_that_ends_early_fails_by_what_ended_it() -> None:
    killed = ended(exit_code=None, killed=Killed.CPU)
    assert result_of({"tests": [PASSED], "gone": True}, ran=killed).how is Fate.TIME


def test_without_a_report_the_tester_was_exhausted_by_the_candidate() -> None:
    assert result_of(None, judged=ended(exit_code=None, killed=Killed.WALL)).how is Fate.TIME
    assert result_of(None, judged=ended(exit_code=1)).how is Fate.MISSING


def test_tests_that_cannot_run_are_an_error_of_the_truth() -> None:
    with pytest.raises(TruthError, match="the tests could not be run: no such fixture"):
        result_of({"broken": "no such fixture"})
    with pytest.raises(TruthError, match="only python programs"):
        run_source(FakeSandbox(), PLAN, Program("", "go"), Source("", "asserts"), stop=True)
