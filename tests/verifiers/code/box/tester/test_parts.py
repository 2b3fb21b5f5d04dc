"""The parts of the tester's program: what they import, and how the whole program runs the tests of a task."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from imports import imported_names

from r1.verifiers.code.box.assemble import PARTS
from r1.verifiers.code.box.tester import (
    bridge,
    cases,
    functions,
    lent,
    main,
    names,
    pocket_numpy,
    pocket_pytest,
    refusals,
    remote,
    sameness,
    suite,
)

MODULES: list[ModuleType] = [bridge, cases, functions, lent, main, names, pocket_numpy, pocket_pytest]
MODULES += [refusals, remote, sameness, suite]
STAND_INS = {"pytest", "numpy"}  # imported if the box has them, and replaced by a pocket edition otherwise


def test_every_part_is_checked() -> None:
    assert {f"tester/{Path(str(one.__file__)).stem}" for one in MODULES} == {
        part for part in PARTS["tester"] if "/" in part
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_part_imports_only_the_standard_library(module: ModuleType) -> None:
    imported = {name.partition(".")[0] for name in imported_names(Path(str(module.__file__)))}
    assert imported <= sys.stdlib_module_names | STAND_INS
