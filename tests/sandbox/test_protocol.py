"""The protocol's own checks: file names, the pairing of programs with limits, and the letters of an outcome."""

from __future__ import annotations

import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox.backends.fake import FakeSandbox, echo
from r1.sandbox.backends.unsafe import UnsafeSandbox
from r1.sandbox.protocol import Killed, Limits, Phase, Program, Sandbox, paired, plain_name

ENDED = echo(Program("x"))


@pytest.mark.parametrize("name", ["", ".", "..", "/", "/etc/passwd", "../evil.txt", "a/b", "a/../b", "a\0b", "\ud800"])
def test_a_program_refuses_a_name_that_leaves_its_directory(name: str) -> None:
    with pytest.raises(ValueError, match=r"^files: .* is not a plain file name; give a name without directories"):
        Program("x", files={"fine.txt": b"", name: b""})


@pytest.mark.parametrize("name", ["a.txt", "é", "-n", "a b", "...", ".hidden", "a\\b", "~"])
def test_a_program_takes_any_other_name(name: str) -> None:
    program = Program("x", files={name: b"1"})
    assert program.files == {name: b"1"} and pickle.loads(pickle.dumps(program)) == program


@given(st.text(st.characters(codec=None, exclude_categories=()), max_size=6))
def test_a_plain_name_is_one_component_of_a_path(name: str) -> None:
    try:
        kept = plain_name(name)
    except ValueError:
        return
    assert kept == name and name.encode().split(b"/") == [name.encode()] and name not in ("", ".", "..")


LIMITS = [Limits(cpu_s=1), Limits(cpu_s=2), Limits(cpu_s=3)]
PROGRAMS = [Program("a"), Program("b"), Program("c")]


def test_programs_are_paired_with_one_limits_for_all_or_one_each() -> None:
    assert paired(PROGRAMS) == [(program, Limits()) for program in PROGRAMS]
    assert paired(PROGRAMS, LIMITS[0]) == [(program, LIMITS[0]) for program in PROGRAMS]
    assert paired(PROGRAMS, LIMITS) == list(zip(PROGRAMS, LIMITS, strict=True))
    assert paired([], []) == paired([], LIMITS[0]) == []


@given(st.integers(0, 3), st.integers(0, 3))
def test_a_list_of_limits_needs_one_for_each_program(programs: int, limits: int) -> None:
    if programs == limits:
        assert len(paired(PROGRAMS[:programs], LIMITS[:limits])) == programs
    else:
        with pytest.raises(ValueError, match=f"^{programs} programs but {limits} limits; give one Limits for all, or"):
            paired(PROGRAMS[:programs], LIMITS[:limits])


@pytest.mark.parametrize("sandbox", [FakeSandbox(), UnsafeSandbox(2)], ids=["fake", "unsafe"])
def test_weak_backends_count_limits_too(sandbox: Sandbox) -> None:
    with pytest.raises(ValueError, match="2 programs but 1 limits"):
        sandbox.run_many([Program("print(1)"), Program("print(2)")], [Limits()])


@pytest.mark.parametrize(
    ("outcome", "letters", "ok"),
    [
        (ENDED, "OK", True),
        (replace(ENDED, exit_code=3), "RE", False),
        (replace(ENDED, exit_code=None, signal=11), "RE", False),
        (replace(ENDED, killed=Killed.CPU), "TLE", False),
        (replace(ENDED, killed=Killed.WALL), "TLE", False),
        (replace(ENDED, killed=Killed.MEMORY), "MLE", False),
        (replace(ENDED, killed=Killed.OUTPUT), "OLE", False),
        (replace(ENDED, phase=Phase.COMPILE), "OK", True),
        (replace(ENDED, phase=Phase.COMPILE, exit_code=1), "CE", False),
        (replace(ENDED, phase=Phase.COMPILE, killed=Killed.CPU), "CE", False),
    ],
)
def test_an_outcome_has_the_judges_letters(outcome: object, letters: str, ok: bool) -> None:
    assert (outcome.code, outcome.ok) == (letters, ok)  # type: ignore[attr-defined]


def test_the_wall_limit_follows_the_cpu_limit_unless_it_is_given() -> None:
    assert Limits(cpu_s=2).wall_net_s == 7 and Limits(cpu_s=2, wall_s=0.5).wall_net_s == 0.5
