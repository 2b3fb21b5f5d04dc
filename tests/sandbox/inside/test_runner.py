"""The runner: it loads with the standard library alone, lays files without following links, and finds its tools."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from r1.sandbox.backends.namespaces import INSIDE, SANDBOX, boot
from r1.sandbox.inside import runner
from r1.sandbox.languages import ENVIRONMENT, LANGUAGES


def loaded(folder: Path) -> set[str]:
    """Our modules in a bare interpreter that has imported the runner from a box's copies."""
    lines = boot(str(folder), "inside.runner", "serve").splitlines()[:-1]  # without the call
    code = "\n".join([*lines, "print(*[name for name in sys.modules if name.startswith('r1.')])"])
    run = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True, cwd="/")
    return set(run.stdout.split())


def test_a_box_gets_just_the_files_that_its_runner_needs(tmp_path: Path) -> None:
    for name in INSIDE:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(SANDBOX / name, tmp_path / name)
    modules = {f"r1.sandbox.{name.removesuffix('.py').replace('/', '.')}".removesuffix(".__init__") for name in INSIDE}
    assert loaded(tmp_path) == modules | {"r1.sandbox"}


def test_a_file_is_laid_once_and_through_no_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    content = os.urandom(1 << 20)
    runner.lay("a", content)
    os.symlink("/etc/passwd", "link")
    os.symlink("nowhere", "dangling")
    assert (tmp_path / "a").read_bytes() == content
    for name in ("a", "link", "dangling"):
        with pytest.raises(FileExistsError):
            runner.lay(name, b"x")


def test_a_command_is_found_in_the_path_of_the_box(tmp_path: Path) -> None:
    tool = tmp_path / "tool"
    tool.touch(0o755)
    assert runner.located("tool", {"PATH": f"/nowhere:{tmp_path}"}) == str(tool)
    with pytest.raises(FileNotFoundError, match="no-such-tool is not installed in this box"):
        runner.located("no-such-tool", ENVIRONMENT)


def test_tools_are_those_of_the_language_table(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "gcc").touch(0o755)
    (tmp_path / "perl").touch(0o755)
    monkeypatch.setattr(runner, "PATH", str(tmp_path))
    assert runner.tools() == ["gcc"] and "gcc" in LANGUAGES["c"].tools
