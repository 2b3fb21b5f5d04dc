"""The distribution: every folder is packaged, imports are light, and the folder names shadow no other package."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from shared_data import ROOT

FOLDERS = ("datasets", "envs", "sandbox", "trainers", "verifiers")


def python(code: str, cwd: Path = ROOT, **env: str) -> str:
    """What ``code`` prints in a fresh interpreter started in ``cwd``, which is on its path."""
    import os

    run = subprocess.run(
        [sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, env={**os.environ, **env}, timeout=120
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tracked tree in a folder named ``r1``, the name that a clone of this repository is likely to have."""
    copy = tmp_path_factory.mktemp("above") / "r1"
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True).stdout
    for name in filter(None, tracked.decode().split("\0")):
        if (ROOT / name).is_file():
            (copy / name).parent.mkdir(parents=True, exist_ok=True)
            (copy / name).write_bytes((ROOT / name).read_bytes())
    return copy


@pytest.fixture(scope="module")
def wheel(clone: Path) -> list[str]:
    """Names in a wheel built from a copy of the tracked tree."""
    build = "from setuptools import build_meta as b; print(b.build_wheel('.'))"
    made = python(build, cwd=clone).splitlines()[-1]
    return zipfile.ZipFile(clone / made).namelist()


def test_the_wheel_holds_every_module_and_data_file(wheel: list[str]) -> None:
    tracked = subprocess.run(["git", "ls-files", *FOLDERS], cwd=ROOT, capture_output=True, text=True, check=True)
    files = [name for name in tracked.stdout.splitlines() if (ROOT / name).is_file()]
    wanted = {f"r1/{name}".replace("r1/envs/_r1/", "r1/") for name in files}
    assert not wanted - set(wheel)


def test_the_wheel_holds_nothing_at_top_level_but_r1(wheel: list[str]) -> None:
    assert {name.split("/")[0].split("-")[0] for name in wheel} == {"r1", "r1_gym"}


def test_hugging_face_datasets_wins_from_the_root() -> None:
    code = (
        "import pickle, datasets, datasets.arrow_dataset;"
        "d = datasets.Dataset.from_dict({'a': [1]}); assert pickle.loads(pickle.dumps(d))['a'][0] == 1;"
        "import r1.datasets.task; print(datasets.__version__, datasets.__file__)"
    )
    assert str(ROOT / "datasets") not in python(code)


def test_a_missing_peer_package_is_reported_as_missing() -> None:
    code = "try:\n import verifiers\nexcept ModuleNotFoundError as e:\n print(e)"
    assert python(code).startswith("No module named 'verifiers'")


def test_spawned_processes_find_the_right_packages() -> None:
    child = "__import__('datasets').Dataset.__module__"
    code = (
        "import multiprocessing as m\n"
        "if __name__ == '__main__':\n"
        f" with m.get_context('spawn').Pool(1) as pool: print(pool.apply(eval, ({child!r},)))"
    )
    assert python(code) == "datasets.arrow_dataset"


def loaded(statement: str) -> set[str]:
    return set(python(f"import sys; {statement}; print(' '.join(sys.modules))", cwd=ROOT.parent).split())


HEAVY = {"torch", "transformers", "sympy", "docker", "ray", "datasets", "matplotlib", "pydantic", "jsonschema", "flint"}


@pytest.mark.parametrize(
    ("statement", "never"),
    [
        ("import r1", HEAVY | {"r1.envs.text", "mpmath"}),
        ("import r1.verifiers.verdict", HEAVY | {"mpmath"}),
        ("import r1.verifiers.math", HEAVY - {"flint"}),
        ("import r1.verifiers.think", HEAVY),
        ("import r1.sandbox", HEAVY),
        ("import r1, gymnasium; gymnasium.make('r1/math-v0')", HEAVY - {"pydantic", "flint"}),
    ],
)
def test_imports_stay_light(statement: str, never: set[str]) -> None:
    assert not loaded(statement) & never


def test_r1_adds_little_to_gymnasium() -> None:
    """Counted in modules, which no load on the machine can change (times are printed by benchmarks/bench_import.py)."""
    assert len(loaded("import r1") - loaded("import gymnasium")) <= 12


MAKE = "import gymnasium; print(gymnasium.make('r1:r1/math-v0').spec.id)"


def test_gymnasium_alone_finds_the_environments() -> None:
    assert python(MAKE, cwd=ROOT.parent) == "r1/math-v0"


def test_the_package_is_found_from_above_a_clone_named_r1(clone: Path) -> None:
    where = "import r1, r1.verifiers.math as m; print(r1.__file__, m.__file__, sep='\\n')"
    assert python(where, cwd=clone.parent) == python(where, cwd=clone) == python(where, cwd=ROOT.parent)
    assert python(MAKE, cwd=clone.parent) == "r1/math-v0"
    help_text = [sys.executable, "-m", "r1.sandbox.serve", "--help"]
    assert subprocess.run(help_text, cwd=clone.parent, capture_output=True, timeout=120).returncode == 0


def test_an_uninstalled_clone_named_r1_says_how_to_install_it(clone: Path) -> None:
    bare = [sys.executable, "-S", "-c", "import r1"]  # -S: without site-packages, and so without the installed package
    run = subprocess.run(bare, cwd=clone.parent, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1
    assert run.stderr.splitlines()[-1].endswith(f"is not installed; run: pip install -e {clone}")
