"""Native tests: assertions in bash, as the quickest of the languages, pass and fail by shares."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from r1.sandbox import Limits, Program, Sandbox, open_sandbox
from r1.verifiers.code.fate import Fate
from r1.verifiers.code.native.test_files import read_native
from r1.verifiers.code.trial.native_tests import run_native_tests
from r1.verifiers.code.truth.plan import Plan

TESTS = """
candidate() {
    double "$@"
}
run_test() {
    [[ $(candidate "1") = "2" ]]
    [[ $(candidate "4") = "8" ]]
}
run_test
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("auto", workers=2) as box:
        yield box


@pytest.mark.parametrize(
    ("body", "how", "share"),
    [
        ("echo $((2 * $1))", Fate.OK, 1.0),
        ("echo 2", Fate.WRONG, 0.5),
        ("exit 3", Fate.WRONG, 0.0),
        ("if then", Fate.COMPILE, 0.0),
    ],
)
def test_the_share_of_assertions_that_hold(body: str, how: Fate, share: float, sandbox: Sandbox) -> None:
    plan = Plan("bash", (), Limits(), entry="double")
    program = Program(f"double() {{\n{body}\n}}\n", "bash")
    result = run_native_tests(sandbox, plan, program, read_native(TESTS, "bash"), visible=True)
    assert (result.how, result.share) == (how, share), result
