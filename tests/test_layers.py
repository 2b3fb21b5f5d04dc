"""Who may import whom: among the five folders, and among the rooms of each folder. Lazy and type-checking imports count."""

from __future__ import annotations

import ast
import re
import sys

import pytest
from imports import HOUSE, circles, edges, imported_names, modules
from shared_data import ROOT

ALLOWED = {
    "datasets": {"r1.datasets"},
    "sandbox": {"r1.sandbox"},
    "verifiers": {"r1.verifiers", "r1.sandbox.protocol"},
    "envs": {"r1.envs", "r1.datasets", "r1.verifiers", "r1.sandbox"},
    "front": {"r1.command", "r1.envs", "r1.datasets", "r1.sandbox", "r1.trainers", "r1.verifiers"},
    "trainers": {"r1", "r1.trainers", "r1.envs", "r1.datasets", "r1.verifiers.verdict"},
}


def allowed(name: str, rule: set[str]) -> bool:
    if name == "r1" or any(name == top or name.startswith(f"{top}.") for top in rule - {"r1"}):
        return True
    return "r1" in rule and name.startswith("r1.") and name.count(".") == 1 and name.removeprefix("r1.") not in HOUSE


@pytest.mark.parametrize("module", sorted(modules()))
def test_imports_stay_within_the_layer(module: str) -> None:
    rule = ALLOWED[module.split(".")[0]]
    ours = {name for name in imported_names(modules()[module]) if name.split(".")[0] == "r1"}
    assert not [name for name in sorted(ours) if not allowed(name, rule)]


def test_the_layer_rule_can_fail() -> None:
    assert not allowed("r1.envs.text.TextEnv", ALLOWED["verifiers"])
    assert not allowed("r1.sandbox.pool", ALLOWED["verifiers"])
    assert allowed("r1.sandbox.protocol.Program", ALLOWED["verifiers"])
    assert not allowed("r1.verifiers.math.Math", ALLOWED["trainers"])
    assert allowed("r1.ENV_IDS", ALLOWED["trainers"]) and not allowed("r1.sandbox", ALLOWED["trainers"])


# ---------------------------------------------------------------------------------------------------- floors of the rooms

FLOORS = {
    room: [set(floor.split()) for floor in floors.split(" -> ")]
    for room, floors in (
        line.split(": ") for line in (ROOT / "tests/floors.txt").read_text().splitlines() if not line.startswith("#")
    )
}
ROOMS = sorted(name for name, path in modules().items() if path.name == "__init__.py" and name != "envs._r1")


def entries(room: str) -> set[str]:
    """What a room holds: its modules and the rooms inside it."""
    return {name.removeprefix(f"{room}.").split(".")[0] for name in modules() if name.startswith(f"{room}.")}


def test_every_room_has_its_floors_and_every_entry_one_place() -> None:
    assert sorted(FLOORS) == ROOMS
    for room, floors in FLOORS.items():
        assert sorted(name for floor in floors for name in floor) == sorted(entries(room)), room


def crossings(room: str, graph: dict[str, frozenset[str]]) -> set[tuple[str, str]]:
    """The pairs of different entries of a room of which the first imports the second."""
    start = f"{room}."
    inner = {name: name.removeprefix(start).split(".")[0] for name in graph if name.startswith(start)}
    pairs = {(inner[name], inner[target]) for name in inner for target in graph[name] if target in inner}
    return {(upper, lower) for upper, lower in pairs if upper != lower}


def upward(room: str, floors: list[set[str]], graph: dict[str, frozenset[str]]) -> list[tuple[str, str]]:
    level = {name: height for height, floor in enumerate(reversed(floors)) for name in floor}
    return sorted(pair for pair in crossings(room, graph) if level[pair[0]] <= level[pair[1]])


@pytest.mark.parametrize("room", ROOMS)
def test_imports_go_down_the_floors_only(room: str) -> None:
    assert upward(room, FLOORS[room], edges()) == []


def test_the_floor_rule_can_fail() -> None:
    graph = {"a.x": frozenset({"a.y"}), "a.y": frozenset(), "a.b.z": frozenset({"a.x"})}
    assert upward("a", [{"b"}, {"x"}, {"y"}], graph) == []
    assert upward("a", [{"b"}, {"y"}, {"x"}], graph) == [("x", "y")]
    assert upward("a", [{"x", "b"}, {"y"}], graph) == [("b", "x")]


def test_there_is_no_import_circle_of_any_length() -> None:
    assert list(circles(edges())) == []


def test_the_circle_rule_can_fail() -> None:
    graph = {"a": frozenset("b"), "b": frozenset("c"), "c": frozenset("a"), "d": frozenset("a")}
    assert list(circles(graph)) == [["a", "b", "c"]]


def test_the_verifiers_keep_to_sixteen_entries_on_five_floors() -> None:
    assert len(entries("verifiers")) <= 16
    assert len(FLOORS["verifiers"]) <= 5


# ----------------------------------------------------------------------------------------------------- sizes and doors


def test_no_folder_is_crowded() -> None:
    tops = [ROOT / name for name in (*HOUSE, "tests", "benchmarks", "docs", "examples", "scripts")]
    folders = [path for top in tops for path in (top, *top.rglob("*")) if path.is_dir()]
    for folder in folders:
        files = [path for path in folder.iterdir() if path.is_file() and path.suffix != ".pyc"]
        assert len(files) <= 14, f"{folder.relative_to(ROOT)} holds {len(files)} files"


def test_modules_are_short() -> None:
    lines = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in modules().values())
    assert lines[-1] <= 400
    assert lines[len(lines) // 2] < 150


def test_functions_are_short() -> None:
    for module, path in modules().items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert (node.end_lineno or 0) - node.lineno < 60, f"{module}.{node.name}"


@pytest.mark.parametrize("room", ROOMS)
def test_a_door_holds_its_sentence_and_its_names(room: str) -> None:
    text = modules()[room].read_text(encoding="utf-8")
    assert re.match(r'r?"""[A-Z]', text), "a door begins with the sentence that says what the room is for"
    if room not in HOUSE:  # the five folders' doors guard their names or import late
        code = re.sub(r'^r?""".*?"""', "", text, flags=re.S)
        kinds = r"(from r1\.[\w.]+ import .*|from r1\.[\w.]+ import \([^)]*\)|from __future__ import annotations|__all__ = \[[^\]]*\])"
        assert not re.sub(kinds, "", code).strip(), "a door holds nothing but its sentence and the public names"


def test_trainer_files_and_folders_shadow_no_module() -> None:
    """`python trainers/grpo.py` puts trainers/ first on the path: a file or folder named like a module would hide that module."""
    taken = set(sys.stdlib_module_names) | {"datasets", "gymnasium", "numpy", "ray", "rich", "tokenizers", "torch"}
    taken |= {"accelerate", "docker", "matplotlib", "peft", "pydantic", "transformers", "trl", "tyro", "verl", "vllm"}
    assert not {path.stem for path in (ROOT / "trainers").iterdir() if not path.name.startswith("_")} & taken
