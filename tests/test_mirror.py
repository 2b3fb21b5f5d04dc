"""The tests mirror the rooms: each module is imported by the test of its name, or reached from the tests of its room."""

from __future__ import annotations

import pytest
from imports import edges, imported_names, module_of, modules, reachable
from shared_data import ROOT

from r1.verifiers.code.box.assemble import PARTS as BOX_PARTS

BOX = "verifiers.code.box"
SENT = {f"{BOX}.{part}".replace("/", ".") for parts in BOX_PARTS.values() for part in parts}
"""What `assemble` reads and sends into boxes as text, so that it is reached without an import."""


def imported_by_tests_of(room: str) -> set[str]:
    """The modules that the tests in the room's folder, or in the file of its name beside that folder, import."""
    folder = ROOT / "tests" / room.replace(".", "/")
    files = [*folder.glob("test_*.py"), folder.parent / f"test_{folder.name}.py"]
    names = {name for file in files if file.is_file() for name in imported_names(file)}
    return {module for name in names if (module := module_of(name))}


def covered(room: str) -> set[str]:
    starts = {module for module in imported_by_tests_of(room) if f"{module}.".startswith(f"{room}.")}
    found = reachable(starts, edges(), inside=room)
    return found | SENT if f"{BOX}.assemble" in found | imported_by_tests_of(room) else found


ROOMS = sorted({name.rpartition(".")[0] for name in modules() if "." in name} - {"datasets.families", "envs._r1"})


@pytest.mark.parametrize("room", ROOMS)
def test_every_module_of_the_room_is_reached_from_its_tests(room: str) -> None:
    inside = {
        name for name, path in modules().items() if name.rpartition(".")[0] == room and path.name != "__init__.py"
    }
    assert sorted(inside - covered(room) - {"sandbox.serve.__main__"}) == []
