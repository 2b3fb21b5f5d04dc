"""The programs that are sent into boxes: their parts fit together and need only the standard library."""

from __future__ import annotations

import ast
import builtins
import dis
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, ModuleType

import pytest
from imports import imported_names

from r1.sandbox import open_sandbox
from r1.verifiers.code.box import assemble, calls, candidate, lent, reader, recorder, solution, values, wire
from r1.verifiers.code.box.assemble import PARTS, boxed, source_of

HERE = Path(assemble.__file__).parent
MODULES: list[ModuleType] = [calls, candidate, lent, reader, recorder, solution, values, wire]


def test_every_file_is_a_part_of_a_program() -> None:
    files = {path.relative_to(HERE).with_suffix("").as_posix() for path in HERE.rglob("*.py")}
    parts = {part for parts in PARTS.values() for part in parts}
    assert parts == files - {"__init__", "assemble", "tester/__init__"}
    assert {part for part in parts if "/" not in part} == {Path(str(module.__file__)).stem for module in MODULES}


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_part_imports_only_the_standard_library(module: ModuleType) -> None:
    assert {name.partition(".")[0] for name in imported_names(Path(str(module.__file__)))} <= sys.stdlib_module_names


def codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from codes(constant)


@pytest.mark.parametrize("kind", PARTS)
def test_every_global_name_of_a_program_is_defined_in_it(kind: str) -> None:
    """The linter does not check undefined names in parts, because a part uses names of other parts."""
    every = [one for code in codes(compile(source_of(kind), kind, "exec")) for one in dis.get_instructions(code)]
    used = {one.argval for one in every if one.opname in ("LOAD_GLOBAL", "LOAD_NAME")}
    defined = {one.argval for one in every if one.opname in ("STORE_GLOBAL", "STORE_NAME")}
    assert used - defined <= set(dir(builtins))


@pytest.mark.parametrize("kind", PARTS)
def test_no_name_is_defined_by_two_parts_of_a_program(kind: str) -> None:
    found = []
    for node in ast.parse(source_of(kind)).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found.append(node.name)
        elif isinstance(node, ast.Assign):
            found += [target.id for target in node.targets if isinstance(target, ast.Name)]
    assert sorted(found) == sorted(set(found))


SLOW_IMPORTS = {"unittest", "asyncio", "tempfile", "inspect", "collections", "decimal", "fractions", "datetime"}


@pytest.mark.parametrize("kind", ["calls", "candidate"])
def test_a_candidates_program_imports_no_slow_module_at_its_start(kind: str) -> None:
    nodes = ast.parse(source_of(kind)).body
    imported = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    assert not imported & SLOW_IMPORTS


JOB = {
    "nonce": "N",
    "source": "def f(n): return n + 1",
    "context": "",
    "entry": "f",
    "calls": [[[1], {"d": []}], [["x"], {"d": []}]],
    "cpu_s": 1,
    "wall_s": 2,
    "stop": False,
}


@pytest.mark.parametrize("same_version", [True, False], ids=["as code", "as source text"])
def test_a_program_runs_in_a_box_of_any_python_version(same_version: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not same_version:
        monkeypatch.setattr(assemble, "_LOADER", assemble._LOADER.replace("{tag!r}", "'cpython-00'"))
        assemble._loader.cache_clear()
    try:
        program = boxed("calls", JOB)
    finally:
        assemble._loader.cache_clear()
    with open_sandbox("unsafe") as sandbox:
        outcome = sandbox.run(program)
    records = [line.split(b" ", 2) for line in outcome.stdout.split(b"\n") if line]
    assert [(nonce, number) for nonce, number, _ in records] == [(b"N", b"0"), (b"N", b"1")], outcome
    first, second = (json.loads(text) for *_, text in records)
    assert first["v"] == 2
    assert second["e"][0] == "TypeError" and second["e"][2] == 1


@pytest.mark.parametrize("kind", PARTS)
def test_no_program_relies_on_an_assert(kind: str) -> None:
    """The programs are compiled with ``optimize=2``, which removes assert statements."""
    assert not [node.lineno for node in ast.walk(ast.parse(source_of(kind))) if isinstance(node, ast.Assert)]
