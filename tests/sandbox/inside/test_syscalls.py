"""System call tables: a child walks the steps, and says which one failed."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from r1.sandbox.backends.namespaces import steps_library
from r1.sandbox.inside import syscalls
from r1.sandbox.inside.syscalls import Executor, Table


@pytest.fixture(params=["python", "c"])
def executor(request: pytest.FixtureRequest) -> Executor:
    library = steps_library() if request.param == "c" else None
    if request.param == "c" and library is None:
        pytest.skip("needs hardware: a C compiler")
    return Executor(str(library) if library else None)


def walked(executor: Executor, table: Table, then: Callable[[], None] = lambda: None) -> int:
    """The exit status of a child that walks a table and then calls a function."""
    pid = executor.spawn(syscalls.SIGCHLD, table.freeze())
    if pid == 0:
        then()
        os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def test_a_child_walks_the_steps_and_goes_on(executor: Executor, tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    table = Table()
    table.add("chdir", str(tmp_path).encode())
    table.write_file(b"a", b"from a step")
    assert walked(executor, table, lambda: (tmp_path / "b").write_text(os.getcwd()) and None) == 7
    assert (tmp_path / "a").read_text() == "from a step" and (tmp_path / "b").read_text() == str(tmp_path)


def test_a_failed_step_ends_the_child_and_is_reported(executor: Executor, tmp_path: Path) -> None:
    table = Table()
    table.add("chdir", b"/")
    table.add("chdir", b"/no/such/folder")
    assert walked(executor, table, lambda: (tmp_path / "reached").touch()) == 255
    step, errno = executor.report
    assert (table.name(step - 1), errno) == ("chdir", 2) and step == 2 and not (tmp_path / "reached").exists()


def test_a_step_that_may_fail_does_not_end_the_child(executor: Executor) -> None:
    table = Table()
    table.add("chdir", b"/no/such/folder", may_fail=True)
    assert walked(executor, table) == 7 and executor.report[0] == 0


def test_a_machine_of_another_architecture_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(syscalls, "NUMBERS", {"pdp11": {}})
    with pytest.raises(OSError, match=f"{os.uname().machine}.*pdp11"):
        syscalls.numbers()
