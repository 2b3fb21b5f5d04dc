"""The import rule: who may import whom among the five folders. Read from the source, so that lazy imports count too."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from shared_data import ROOT

ALLOWED = {
    "datasets": {"r1.datasets"},
    "sandbox": {"r1.sandbox"},
    "verifiers": {"r1.verifiers", "r1.sandbox.protocol"},
    "envs": {"r1.envs", "r1.datasets", "r1.verifiers", "r1.sandbox"},
    "trainers": {"r1", "r1.trainers", "r1.envs", "r1.datasets", "r1.verifiers.verdict"},
}
FILES = [path for folder in ALLOWED for path in sorted((ROOT / folder).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    """Every absolute module name that a file imports, wherever in the file the import stands."""
    names: set[str] = set()
    tree = ast.parse(path.read_text(encoding="utf-8"))
    annotations = {id(part) for node in ast.walk(tree) if _for_types_only(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in annotations:
            continue
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import; write r1.…"
            names |= {f"{node.module}.{alias.name}" for alias in node.names} | {str(node.module)}
    return names


def _for_types_only(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"


def allowed(name: str, rule: set[str]) -> bool:
    if name == "r1" or any(name == top or name.startswith(f"{top}.") for top in rule - {"r1"}):
        return True
    return any(top.startswith(f"{name}.") for top in rule)  # `from r1.sandbox import protocol`


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_stay_within_the_layer(path: Path) -> None:
    rule = ALLOWED[path.relative_to(ROOT).parts[0]]
    ours = {name for name in imported(path) if name.split(".")[0] == "r1"}
    assert not [name for name in sorted(ours) if not allowed(name, rule)]


def test_the_rule_itself_can_fail() -> None:
    assert not allowed("r1.envs.text", ALLOWED["verifiers"])
    assert not allowed("r1.sandbox.pool", ALLOWED["verifiers"])
    assert allowed("r1.sandbox.protocol", ALLOWED["verifiers"])
    assert not allowed("r1.verifiers.math", ALLOWED["trainers"])


def test_no_two_modules_import_each_other() -> None:
    modules = {f"r1.{'.'.join(path.relative_to(ROOT).with_suffix('').parts)}": path for path in FILES}
    edges = {name: {other for other in imported(path) if other in modules} - {name} for name, path in modules.items()}
    pairs = [(a, b) for a, others in edges.items() for b in others if a < b and a in edges[b]]
    assert not pairs


def test_trainer_files_shadow_no_module() -> None:
    """`python trainers/grpo.py` puts trainers/ first on the path: a file named like a module would hide that module."""
    import sys

    taken = set(sys.stdlib_module_names) | {"datasets", "gymnasium", "numpy", "ray", "rich", "tokenizers", "torch"}
    taken |= {"accelerate", "docker", "matplotlib", "peft", "pydantic", "transformers", "trl", "tyro", "verl", "vllm"}
    assert not {path.stem for path in (ROOT / "trainers").glob("*.py")} & taken
