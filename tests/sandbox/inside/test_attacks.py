"""The labeled attacks on stdin/stdout programs in each isolated tier, and the whole catalogue as an ordinary user."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from attack_cases import own_to_gvisor
from judge_stdio import judge
from own_attacks import own_rows
from shared_data import ROOT, SHARED, needs_shared, rows
from tiers import TIERS, sandbox_of

from r1.sandbox import Sandbox

ATTACKS = [
    row
    for row in rows("cases/attacks.jsonl")
    if row["tests"]["type"] == "stdio"
    and not row["id"].startswith("fmt-")  # fmt-: comparing output is the verifier's job
]
TOOLS = {"c": "gcc", "cpp": "g++", "rust": "rustc", "java": "javac", "javascript": "node"}


@pytest.fixture(scope="module", params=TIERS)
def sandbox(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=1)  # one box, so that a program would meet what an earlier one left


@pytest.fixture(scope="module")
def checker() -> tuple[ModuleType, dict[str, str], list[str]]:
    """attack_check.py with its canaries: a secret file and variable, listeners on loopback and an abstract socket."""
    spec = importlib.util.spec_from_file_location("attack_check", SHARED / "cases/attack_check.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, *module.canaries()


def marked(row: dict[str, Any]) -> Any:
    long = "TLE" in row["must"]["verdict"] or row["id"].startswith("cmp-")
    return pytest.param(row, id=row["id"], marks=[pytest.mark.slow] if long else [])


@needs_shared
@pytest.mark.filterwarnings("ignore::ResourceWarning")  # attack_check does not close its files
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("row", [marked(row) for row in ATTACKS])
def test_a_labeled_attack_gets_what_its_row_demands(row: dict[str, Any], sandbox: Sandbox, checker: Any) -> None:
    if shutil.which(TOOLS.get(row["language"], "sh")) is None:
        pytest.skip(f"needs {row['language']}")
    module, canaries, hits = checker

    def verdict(language: str, program: str, tests: Any) -> Any:
        letters, reward, outcomes = judge(sandbox, language, program, tests)
        return letters, reward, [{"out": o.stdout, "err": o.stderr, "cpu": o.cpu_s} for o in outcomes]

    complaints, _, _ = module.check(module.fill(row, canaries), verdict, canaries, hits)
    assert not complaints or (sandbox.tier == "docker+runsc" and own_to_gvisor(row, complaints))


@pytest.fixture
def readable() -> Iterator[Path]:
    """A folder that other users may read. Not one of pytest's: each session of pytest closes their parent to others."""
    with tempfile.TemporaryDirectory(prefix="r1-nobody-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@needs_shared
@pytest.mark.skipif(os.geteuid() != 0 or not Path("/usr/bin/python3").exists(), reason="becomes nobody: needs root")
@pytest.mark.parametrize("groups", ["proc snoop fs net priv", pytest.param("", marks=pytest.mark.slow, id="all")])
def test_attacks_as_an_ordinary_user(groups: str, readable: Path) -> None:
    """The catalog through the verifier, run by uid 65534 with the system's interpreter and readable copies of our files."""
    place = readable
    (place / "r1").mkdir()
    (place / "r1/__init__.py").touch()
    for folder in ("sandbox", "verifiers"):
        shutil.copytree(ROOT / folder, place / "r1" / folder)
    (place / "shared_data.py").write_text("from pathlib import Path\nSHARED = Path('.')\n")
    (place / "cases").mkdir()
    shutil.copy(ROOT / "tests/support/sandbox/attack_cases.py", place)
    for name in ("attack_check.py", "attacks.jsonl"):
        shutil.copy(SHARED / "cases" / name, place / "cases")
    (place / "home").mkdir()
    (place / "own.json").write_text(json.dumps(own_rows()))
    for path in (place, *place.rglob("*")):
        os.chown(path, 65534, 65534)
    user = {"user": 65534, "group": 65534, "extra_groups": [], "cwd": place}
    environment = {"HOME": str(place / "home"), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(place)}
    argv = ["/usr/bin/python3", "-c", AS_NOBODY, *groups.split()]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, timeout=580, **user)  # type: ignore[call-overload]
    assert done.stdout.splitlines()[-1:] == ["complaints: []"], done.stdout + done.stderr


AS_NOBODY = """
import json, shutil, sys
from attack_cases import attack_check, judge_with
from r1.sandbox import Limits, Program, open_sandbox
module, groups, complaints, checked = attack_check(), sys.argv[1:], [], 0
canaries, hits = module.canaries()
with open_sandbox("namespaces", workers=2) as box:
    for line in open("cases/attacks.jsonl"):
        row = json.loads(line)
        if row["language"] == "rust" and shutil.which("rustc") is None:
            continue
        if groups and row["id"].split("-")[0] not in groups:
            continue
        found, _, _ = module.check(module.fill(row, canaries), judge_with(box), canaries, hits)
        complaints += [(row["id"], found)] if found else []
        checked += 1
with open_sandbox("namespaces", workers=1) as box:
    for source, limits, wanted in json.load(open("own.json")):
        outcome = box.run(Program(source, stdin=b"1"), Limits(**limits))
        complaints += [] if wanted in (outcome.code, outcome.stdout.decode()) else [(source, outcome)]
        checked += 1
assert checked > 60
print(checked, "rows")
print("complaints:", complaints)
"""
