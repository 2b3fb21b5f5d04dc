"""Compiler and Lint: a program compiles only if it has code of its own, and nothing of it is run."""

from __future__ import annotations

import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from outcomes import ended
from programs import programs

from r1.sandbox import Sandbox, open_sandbox
from r1.sandbox.backends.fake import FakeSandbox
from r1.verifiers.compiler import Compiler, Lint
from r1.verifiers.verdict import Status

NEEDS = {"language": "c", "needs": ["add"]}
NOT_DEFINED = programs(Path(__file__).parent / "code/programs/no_function_add.txt")
DEFINED = {
    "weak, with a body": "__attribute__((weak)) int add(int a, int b) { return a + b; }",
    "with a main": """
#include <stdio.h>
int add(int a, int b) { return a + b; }
int main() { printf("%d", add(1, 2)); }
""",
}
CPP_FUNCTIONS = """
#include <functional>
#include <vector>
struct Solution { int add(int a, int b); };
int Solution::add(int a, int b) { return a + b; }
std::function<int(int)> solve(const std::vector<int> &v) { return [](int x) { return x; }; }
template <class T> T twice(T a) { return a + a; }
template int twice<int>(int);
"""
SILENCED = """
#pragma GCC diagnostic ignored "-Wunused-variable"
int main(void) { int x; return 0; }
"""
needs_gcc = pytest.mark.skipif(shutil.which("gcc") is None, reason="needs hardware: gcc")
needs_gpp = pytest.mark.skipif(shutil.which("g++") is None, reason="needs hardware: g++")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with open_sandbox("namespaces", workers=2) as box:
        yield box


def fenced(program: str, language: str = "python") -> str:
    return f"```{language}\n{program}\n```"


@needs_gcc
@pytest.mark.parametrize("name", NOT_DEFINED)
def test_a_function_without_a_body_is_not_defined(name: str, sandbox: Sandbox) -> None:
    assert Compiler(sandbox)(fenced(NOT_DEFINED[name], "c"), NEEDS).reward == 0.0


@needs_gcc
@pytest.mark.parametrize("name", DEFINED)
def test_a_function_with_a_body_is_defined(name: str, sandbox: Sandbox) -> None:
    assert Compiler(sandbox)(fenced(DEFINED[name], "c"), NEEDS).reward == 1.0


@needs_gpp
def test_functions_of_cpp_are_found_by_their_plain_names(sandbox: Sandbox) -> None:
    truth = {"language": "cpp", "needs": ["solve", "Solution::add", "twice"]}
    assert Compiler(sandbox)(fenced(CPP_FUNCTIONS, "cpp"), truth).reward == 1.0


@pytest.mark.parametrize(
    ("program", "needs", "note"),
    [
        ("def add(a, b): return a + b", ["add"], "AC: compiles"),
        ("class Add: pass", ["Add"], "AC: compiles"),
        ("def outer():\n    def add(): pass", ["add"], "WA: does not define the function add"),
        ("def add(:", ["add"], "CE: SyntaxError"),
        ("x = 1", [], "AC: compiles"),
    ],
)
def test_python_is_parsed_and_its_names_at_the_top_are_looked_up(
    program: str, needs: list[str], note: str, sandbox: Sandbox
) -> None:
    assert Compiler(sandbox)(fenced(program), {"needs": needs}).note.startswith(note)


@pytest.mark.parametrize("program", ["# nothing\n# noqa", "pass", '"""def add(a, b): return a + b"""', "...\n42"])
def test_a_text_without_effect_is_not_a_program(program: str, sandbox: Sandbox) -> None:
    for verifier in (Lint(sandbox), Compiler(sandbox)):
        assert verifier(fenced(program), {"language": "python"}).reward == 0.0
        assert verifier(fenced("print(1)"), {"language": "python"}).reward == 1.0


@needs_gcc
def test_warnings_cannot_be_switched_off(sandbox: Sandbox) -> None:
    texts = (SILENCED, "/* int main(){} */", "int main(void) { return 0; }")
    assert [Lint(sandbox)(fenced(text, "c"), {"language": "c"}).reward for text in texts] == [0.9, 0.0, 1.0]


@pytest.mark.parametrize(
    ("program", "findings"),
    [
        ("print(1)", 0),
        ("import os\nprint(1)", 1),
        ("def f(x=[]):\n    return x\nprint(f() == None)", 2),
        ("try:\n    print(1)\nexcept:\n    pass", 1),
        ("\n".join(f"import m{n}" for n in range(9)) + "\nprint(1)", 9),
    ],
)
def test_each_finding_of_lint_costs_a_tenth_down_to_one_half(program: str, findings: int, sandbox: Sandbox) -> None:
    verdict = Lint(sandbox)(fenced(program), {"language": "python"})
    assert verdict.parts == {"findings": float(findings)}
    assert verdict.reward == pytest.approx(max(0.5, 1.0 - 0.1 * findings))


@pytest.mark.parametrize(
    ("language", "source", "reward"),
    [
        ("javascript", "throw 1", 1.0),
        ("javascript", "let a; let a;", 0.0),
        ("javascript", "await 1;", 1.0),
        ("bash", "exit 3", 1.0),
        ("bash", "if then", 0.0),
    ],
)
def test_a_script_is_parsed_and_not_run(language: str, source: str, reward: float, sandbox: Sandbox) -> None:
    assert Compiler(sandbox)(fenced(source, language), {"language": language}).reward == reward


@pytest.mark.parametrize("verifier", [Compiler, Lint])
@pytest.mark.parametrize(
    ("truth", "note"),
    [
        ({"language": "pyton"}, "unknown language 'pyton'"),
        ({"language": "C++"}, "did you mean 'cpp'?"),
        ({"language": 3}, "unknown language 3"),
    ],
)
def test_an_unknown_language_is_unscored(verifier: type[Compiler | Lint], truth: dict[str, object], note: str) -> None:
    verdict = verifier("fake")(fenced("print(1)"), truth)
    assert verdict.status is Status.UNSCORED
    assert note in verdict.note


def test_needs_that_cannot_be_looked_up_are_unscored() -> None:
    box = FakeSandbox(lambda program: ended())
    assert "needs 'a b'" in Compiler(box)(fenced("x = 1"), {"needs": ["a b"]}).note
    assert (
        "expected one of: c, cpp, python"
        in Compiler(box)(fenced("fn f() {}", "rust"), {"language": "rust", "needs": ["f"]}).note
    )
    assert "expected one of: python, c, cpp" in Lint(box)(fenced("fn f() {}", "rust"), {"language": "rust"}).note
    assert box.asked == []


def test_a_copy_in_another_process_opens_its_own_sandbox() -> None:
    box = FakeSandbox()
    assert pickle.loads(pickle.dumps(Compiler(box))).sandbox == "auto"
    assert pickle.loads(pickle.dumps(Lint("docker"))).sandbox == "docker"
