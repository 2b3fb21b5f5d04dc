"""The unsafe backend: what plain subprocesses still keep, without isolation."""

from __future__ import annotations

from pathlib import Path

import pytest
from serving import alive, eventually

from r1.sandbox.backends import unsafe
from r1.sandbox.backends.unsafe import UnsafeSandbox
from r1.sandbox.protocol import Limits, Program, SandboxError


@pytest.fixture
def scratch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which the folders of runs are made."""
    monkeypatch.setattr(unsafe.tempfile, "tempdir", str(tmp_path))  # type: ignore[attr-defined]
    return tmp_path


def test_a_run_leaves_nothing_in_the_folder_of_temporary_files(scratch: Path) -> None:
    sandbox = UnsafeSandbox(2)
    programs = [Program("open('left', 'w').write('x'); print(1)", files={"given": b"1"})] * 4
    assert [getattr(outcome, "stdout", None) for outcome in sandbox.run_many(programs)] == [b"1\n"] * 4
    assert list(scratch.iterdir()) == []


def test_no_file_is_written_beside_the_folder_of_a_run(scratch: Path) -> None:
    with pytest.raises(ValueError, match="plain file name"):
        UnsafeSandbox(1).run(Program("print(1)", files={"../evil.txt": b"x"}))
    assert list(scratch.iterdir()) == []


def test_two_programs_need_two_limits_or_one_for_both() -> None:
    sandbox = UnsafeSandbox(2)
    with pytest.raises(ValueError, match="2 programs but 1 limits"):
        sandbox.run_many([Program("print(1)"), Program("print(2)")], [Limits()])
    assert len(sandbox.run_many([Program("print(1)"), Program("print(2)")], Limits())) == 2


def test_what_a_program_left_in_its_session_is_killed() -> None:
    source = "import os, time\npid = os.fork()\nif pid == 0: time.sleep(600)\nprint(pid)"
    left = int(UnsafeSandbox(1).run(Program(source)).stdout)
    assert eventually(lambda: not alive({left}))


def test_a_missing_tool_is_a_sandbox_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SandboxError, match="gcc is not installed on this machine"):
        UnsafeSandbox(1).run(Program("int main() {}", "c"))


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown language 'cobol'; expected one of: python"):
        UnsafeSandbox(1).run(Program("x", "cobol"))
