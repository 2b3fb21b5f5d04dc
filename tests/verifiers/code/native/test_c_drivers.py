"""Function tests in C and C++: the driver, and programs that attack it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from code_tasks import fenced
from programs import programs
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code
from r1.verifiers.code.native.c_drivers import driver
from r1.verifiers.code.native.signatures import parse_signature

HERE = Path(__file__).parent / "programs"
HACKS, RIGHT = programs(HERE / "cpp_hacks.txt"), programs(HERE / "cpp_right.txt")
ADD = {
    "language": "cpp",
    "limits": {"cpu_s": 1, "memory_mb": 256},
    "signature": "int add(int a, int b)",
    "tests": [{"args": [19, 23], "returns": 42}, {"args": [5, -7], "returns": -2}],
}
needs_cpp = pytest.mark.skipif(shutil.which("g++") is None, reason="needs hardware: g++")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@needs_cpp
@pytest.mark.parametrize("name", HACKS)
def test_a_function_that_does_not_add_earns_nothing(name: str, sandbox: Sandbox) -> None:
    verdict = Code(sandbox)(fenced(HACKS[name], "cpp"), ADD)
    assert verdict.reward == 0.0, verdict


@needs_cpp
@pytest.mark.parametrize("name", RIGHT)
def test_a_function_that_adds_earns_full_reward(name: str, sandbox: Sandbox) -> None:
    verdict = Code(sandbox)(fenced(RIGHT[name], "cpp"), ADD)
    assert verdict.reward == 1.0, verdict


def test_the_candidates_main_is_ignored_and_a_usage_example_is_not_the_program(sandbox: Sandbox) -> None:
    truth = {"language": "c", "signature": "int add(int a, int b)", "tests": [{"args": [1, 2], "returns": 3}]}
    program = "int add(int a, int b) { return a + b; }\nint main() { return 1; }"
    usage = "int main() { add(1, 2); }"
    verdict = Code(sandbox)(f"{fenced(program, 'c')}\n{fenced(usage, 'c')}", truth)
    assert verdict.reward == 1.0, verdict


EVERY_TYPE = """
#include <string>
#include <vector>
std::vector<std::string> all(bool up, char c, double x, const std::string &s, std::vector<long long> xs) {
    std::vector<std::string> found = {up ? "up" : "down", std::string(1, c), std::to_string(x), s};
    for (long long y : xs) found.push_back(std::to_string(y));
    return found;
}
"""


@needs_cpp
def test_values_of_every_type_reach_the_function(sandbox: Sandbox) -> None:
    signature = "vector<string> all(bool up, char c, double x, const string &s, vector<long long> xs)"
    call = {"args": [True, "c", 0.5, "é\n", [-(2**63), 2**63 - 1]]}
    call["returns"] = ["up", "c", "0.500000", "é\n", str(-(2**63)), str(2**63 - 1)]
    verdict = Code(sandbox)(fenced(EVERY_TYPE, "cpp"), {"language": "cpp", "signature": signature, "tests": [call]})
    assert verdict.reward == 1.0, verdict


def test_a_c_driver_has_no_types_of_cpp() -> None:
    with pytest.raises(ValueError, match="uses C\\+\\+ types, but the task's language is C"):
        driver(parse_signature("int f(vector<int> xs)"), "c")
    assert "vector<int> a0" in driver(parse_signature("int f(vector<int> xs)"), "cpp")
