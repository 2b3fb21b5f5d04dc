"""Calls: arguments go into the candidate's box and results come out; the expected values stay outside."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from outcomes import ended

from r1.sandbox import Limits, Program, Sandbox, open_sandbox
from r1.sandbox.backends.fake import FakeSandbox
from r1.verifiers.code.fate import Fate, Result
from r1.verifiers.code.trial.calls import call_records, run_calls, value_of
from r1.verifiers.code.trial.linked import run_source
from r1.verifiers.code.truth.literals import Call
from r1.verifiers.code.truth.plan import Calls, Plan, Returns, Source
from r1.verifiers.code.truth.reader import read_truth
from r1.verifiers.verdict import TruthError

SECRET = 918273645


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("auto", workers=2) as box:
        yield box


def plan_of(*tests: dict[str, Any], **more: Any) -> Plan:
    return read_truth({"entry_point": "f", "tests": list(tests), **more})


def results(sandbox: Sandbox, plan: Plan, source: str, stop: bool = False) -> list[Result]:
    forms = [test.form for test in plan.tests if isinstance(test.form, Calls)]
    return run_calls(sandbox, plan, Program(source, plan.language), forms, stop)


def test_each_call_has_its_own_result(sandbox: Sandbox) -> None:
    plan = plan_of(*({"args": [n], "returns": 10 // n if n else 0} for n in (1, 0, 2, 5)))
    found = results(sandbox, plan, "def f(n):\n    return 10 // n if n != 5 else 7")
    assert [result.how for result in found] == [Fate.OK, Fate.ERROR, Fate.OK, Fate.WRONG]
    assert found[1].detail["error"][0] == "ZeroDivisionError"
    assert found[3].detail == {"call": "f(5)", "got": 7, "expected": 2}


def test_after_a_call_that_raises_the_rest_is_skipped_if_asked(sandbox: Sandbox) -> None:
    plan = plan_of(*({"args": [n], "returns": n} for n in (1, 0, 2)))
    found = results(sandbox, plan, "def f(n):\n    return n // n * n", stop=True)
    assert [result.how for result in found] == [Fate.OK, Fate.ERROR, Fate.SKIPPED]


@pytest.mark.parametrize(
    ("source", "how"),
    [
        ("def f(n):\n    return n +", Fate.COMPILE),
        ("def g(n): pass", Fate.ERROR),
        ("raise ValueError", Fate.ERROR),
        ("import os\nos._exit(0)", Fate.MISSING),
        ("def f(n):\n    while True: pass", Fate.TIME),
        ("def f(n):\n    return [0] * 10 ** 10", Fate.ERROR),  # MemoryError
    ],
)
def test_a_program_without_an_answer_fails_by_what_ended_it(source: str, how: Fate, sandbox: Sandbox) -> None:
    plan = plan_of({"args": [1], "returns": 1}, limits={"cpu_s": 1, "memory_mb": 256})
    assert [result.how for result in results(sandbox, plan, source)] == [how]


@pytest.mark.parametrize("language", ["python", "javascript", "c"])
def test_the_candidates_box_never_holds_an_expected_value(language: str) -> None:
    box = FakeSandbox()
    plan = plan_of({"args": [3], "returns": SECRET}, language=language, signature="int f(int)")
    results(box, plan, "x")
    (program,) = box.asked
    held = program.stdin + program.source.encode() + b"".join(program.files.values())
    assert str(SECRET).encode() not in held
    assert hex(SECRET).encode() not in held


def test_only_the_testers_box_holds_a_test_source() -> None:
    box = FakeSandbox(lambda program: ended())
    source = Source(f"for i in range(2):\n    assert f(i) == {SECRET}", "asserts")
    assert run_source(box, Plan("python", (), Limits(), entry="f"), Program("x"), source, stop=True).how is Fate.MISSING
    candidate, tester = box.asked
    assert str(SECRET).encode() not in candidate.stdin + candidate.source.encode()
    assert str(SECRET).encode() in tester.stdin


def test_records_of_calls_are_read_as_values(sandbox: Sandbox) -> None:
    plan = plan_of({"args": [1], "returns": 1})
    calls = [Call(((1, 2),), {}), Call(({3},), {}), Call((), {"n": 0.5})]
    records, _ = call_records(sandbox, plan, Program("def f(n): return [n]"), calls, stop=False)
    assert [value_of(plan, records[str(number)]) for number in range(3)] == [[(1, 2)], [{3}], [0.5]]


@pytest.mark.parametrize(("language", "message"), [("java", "only python, javascript, c and cpp"), ("c", "signature")])
def test_a_language_without_a_driver_is_an_error_of_the_truth(language: str, message: str) -> None:
    test = Calls((Call((1,), {}),), Returns((1,), "exact", True))
    with pytest.raises(TruthError, match=message):
        run_calls(FakeSandbox(), Plan(language, (), Limits(), entry="f"), Program("", language), [test], stop=True)
