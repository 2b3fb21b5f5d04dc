"""Which names the tests of a task see: the candidate's, those of the prompt, and their own."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from code_tasks import fenced, task
from tiers import sandbox_of

from r1.sandbox import Sandbox
from r1.verifiers.code import Code
from r1.verifiers.code.box.tester import names
from r1.verifiers.code.box.tester.names import kept_names, prompt_helpers
from r1.verifiers.code.box.tester.suite import BrokenTests

STAR_IMPORT = """
import pytest
from solution import *

@pytest.mark.parametrize('a,b', [(1, 2), (5, -7)])
def test_add(a, b):
    assert add(a, b) == sum((a, b))
    assert all([add(a, b) == a + b])
"""
OWN_BUILTINS = """
def all(x): return True
def sum(x): return 0
def isinstance(*a): return True
def add(a, b): return 0
"""
OWN_PYTEST = """
class pytest:
    class mark:
        def parametrize(*a): return lambda f: None
def test_add(): pass
def add(a, b): return 0
"""
OWN_SUM_BUT_RIGHT = """
def sum(x): return 7
def add(a, b): return a + b
"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    yield from sandbox_of("namespaces", workers=2)


@pytest.mark.parametrize(
    ("program", "reward"),
    [
        pytest.param(OWN_BUILTINS, 0.0, id="own built-ins"),
        pytest.param(OWN_PYTEST, 0.0, id="own pytest"),
        pytest.param(OWN_SUM_BUT_RIGHT, 1.0, id="own sum, but right"),
    ],
)
def test_a_star_import_does_not_replace_what_judges_the_program(program: str, reward: float, sandbox: Sandbox) -> None:
    assert Code(sandbox)(fenced(program), task([{"unittest": STAR_IMPORT}], entry_point="add")).reward == reward


OWN_POW = """
from solution import *

def test_it():
    assert pow(2, 3) == 'two to three'
"""


def test_a_star_import_brings_a_name_that_the_task_asks_for(sandbox: Sandbox) -> None:
    program = "def pow(a, b): return 'two to three'"
    for more in ({"entry_point": "pow"}, {"prompt": 'def pow(a, b):\n    """Say it."""\n'}):
        assert Code(sandbox)(fenced(program), task([{"unittest": OWN_POW}], **more)).reward == 1.0


def test_kept_names_are_builtins_imports_and_definitions_of_the_tests() -> None:
    source = "import os.path as p, json\nfrom solution import *\nfrom math import pi\nclass T: ...\ndef g(): ...\n"
    kept = kept_names({"source": source, "prompt": "def max(): ...", "entry": "sorted"})
    assert {"p", "json", "pi", "T", "g", "sum"} <= set(kept)
    assert not {"max", "sorted", "os", "solution"} & set(kept)


def test_without_a_star_import_no_name_is_kept() -> None:
    assert not kept_names({"source": "from solution import add", "prompt": "", "entry": "add"})


def test_helpers_of_the_prompt() -> None:
    prompt = "import r1_nowhere\nLIMIT = 3\ndef encode(s): return s[::-1]\ndef decode(s):\n"
    found = prompt_helpers(prompt, "decode")
    assert set(found) == {"LIMIT", "encode"} and found["encode"]("ab") == "ba"
    assert prompt_helpers(prompt, "") == {}
    assert prompt_helpers("Write a function.", "decode") == {}


def test_a_prompt_whose_code_fails_makes_the_tests_unusable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(names, "BrokenTests", BrokenTests, raising=False)
    with pytest.raises(BrokenTests, match="ZeroDivisionError"):
        prompt_helpers("x = 1 / 0\ndef f(): ...\n", "f")


@pytest.mark.parametrize(
    "source",
    ["x = 1", "import x", "import x.y", "from a import b as x", "def x(): ...", "class x: ...", "for x in (): ..."],
)
def test_names_that_the_tests_define_themselves(source: str) -> None:
    assert "x" not in names._free_names(ast.parse(f"{source}\nx(1)"))
    assert "x" in names._free_names(ast.parse("f(x)"))


@pytest.mark.parametrize(
    "source",
    [
        "def check(x): assert x(1)\ncheck(x)",
        "list(map(lambda x: x + 1, [1]))\nassert x(1)",
        "def helper():\n    x = 2\n    return x\nassert x(1)",
        "class A:\n    def m(self, x): return x\nassert x(1)",
        "assert [x for x in (1, 2)] == [1, 2]\nassert x(1)",
    ],
)
def test_a_name_that_is_bound_in_an_inner_scope_is_free_outside(source: str) -> None:
    assert "x" in names._free_names(ast.parse(source))
