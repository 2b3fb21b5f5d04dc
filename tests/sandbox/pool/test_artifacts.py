"""Artifacts: what compilers made is kept by content, within a memory budget."""

from __future__ import annotations

import itertools
import os
import subprocess
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from tiers import sandbox_of

from r1.sandbox import Killed, Outcome, Phase, Program, Sandbox, SandboxError
from r1.sandbox.languages import LANGUAGES
from r1.sandbox.pool.artifacts import Cache, key_of


@pytest.fixture(scope="module", params=["namespaces", "docker", "docker+runsc"])
def isolated(request: pytest.FixtureRequest) -> Iterator[Sandbox]:
    yield from sandbox_of(request.param, workers=2)


@pytest.mark.parametrize("isolated", ["namespaces", "docker"], indirect=True)
def test_the_same_source_is_compiled_once(isolated: Sandbox) -> None:
    def runs() -> int:
        return sum(slot.runs for slot in isolated._idle)  # type: ignore[attr-defined]

    program = Program('#include <stdio.h>\nint main(){printf("once");}', "c")
    counts = [runs()]
    for _ in range(3):
        assert isolated.run(program).stdout == b"once"
        counts.append(runs())
    assert [later - earlier for earlier, later in itertools.pairwise(counts)] == [2, 1, 1]


@pytest.mark.parametrize("isolated", ["namespaces", "docker"], indirect=True)
def test_bits_stdcpp_is_read_precompiled(isolated: Sandbox) -> None:
    """-H names each header that is read, with "!" before a precompiled one that fits."""
    program = Program("#include <bits/stdc++.h>\nint main(){}", "cpp", compile_only=True, flags=("-H",))
    outcome = isolated.run(program)
    assert outcome.ok and b"! /opt/r1/pch/bits/stdc++.h.gch/gnu++17" in outcome.stderr


def built(size: int = 10, **change: object) -> Outcome:
    """A compiler's outcome whose artifact has this size."""
    return replace(Outcome(Phase.COMPILE, 0, None, b"x" * size, b"", 1, 1, 1, None, "test"), **change)  # type: ignore[arg-type]


class Compiler:
    """Counts how often it is asked."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome, self.runs = outcome, 0

    def __call__(self) -> Outcome:
        self.runs += 1
        return self.outcome


def test_a_known_key_is_not_compiled_again() -> None:
    cache, compiler = Cache(), Compiler(built())
    assert cache.outcome("a", compiler) is cache.outcome("a", compiler) is compiler.outcome
    cache.outcome("b", compiler)
    assert compiler.runs == 2


def test_a_refusal_is_remembered_and_a_time_out_is_not() -> None:
    cache = Cache()
    refusal, late = Compiler(built(exit_code=1)), Compiler(built(killed=Killed.CPU))
    for _ in range(3):
        cache.outcome("refusal", refusal)
        cache.outcome("late", late)
    assert (refusal.runs, late.runs) == (1, 3)


def test_the_least_recently_used_goes_first() -> None:
    cache, compiler = Cache(most_bytes=3 * (1000 + 1024)), Compiler(built(1000))
    for key in ("a", "b", "c", "a", "d"):  # d is one too many
        cache.outcome(key, compiler)
    assert compiler.runs == 4
    for key in ("a", "c", "d"):
        cache.outcome(key, compiler)
    assert compiler.runs == 4
    cache.outcome("b", compiler)
    assert compiler.runs == 5


def test_threads_with_the_same_key_compile_once() -> None:
    begun, let_go = threading.Event(), threading.Event()
    compiler = Compiler(built())

    def slowly() -> Outcome:
        begun.set()
        assert let_go.wait(20)
        return compiler()

    cache = Cache()
    with ThreadPoolExecutor(4) as threads:
        outcomes = [threads.submit(cache.outcome, "a", slowly) for _ in range(4)]
        assert begun.wait(20)
        let_go.set()
        assert {id(outcome.result(20)) for outcome in outcomes} == {id(compiler.outcome)} and compiler.runs == 1


def test_a_compiler_that_was_lost_is_asked_again() -> None:
    cache, compiler = Cache(), Compiler(built())

    def lost() -> Outcome:
        raise SandboxError("a worker died")

    with pytest.raises(SandboxError):
        cache.outcome("a", lost)
    assert cache.outcome("a", compiler).ok


def test_an_executable_is_a_sealed_file_without_a_writer() -> None:
    artifact = Cache().artifact("a", built(stdout=Path("/bin/true").read_bytes()), LANGUAGES["c"])
    assert artifact.executable and artifact.size == len(Path("/bin/true").read_bytes())
    assert subprocess.run([f"/proc/self/fd/{artifact.descriptor}"], pass_fds=[artifact.descriptor]).returncode == 0
    with pytest.raises(OSError):
        os.write(artifact.descriptor, b"x")
    with pytest.raises(OSError):
        os.ftruncate(artifact.descriptor, 0)


def test_classes_of_java_are_records_and_no_descriptor() -> None:
    artifact = Cache().artifact("a", built(stdout=b"records"), LANGUAGES["java"])
    assert (artifact.executable, artifact.records, artifact.size) == (False, b"records", 7)


@pytest.mark.parametrize(
    "other",
    [
        Program("y", "c"),
        Program("x", "cpp"),
        Program("x", "c", flags=("-g",)),
        Program("x", "c", files={"a.h": b""}),
        Program("x", "c", files={"a.h": b"1"}),
    ],
)
def test_a_key_depends_on_all_that_the_compiler_reads(other: Program) -> None:
    def key(program: Program, tier: str = "docker") -> str:
        return key_of(program, LANGUAGES[program.language], tier)

    program = Program("x", "c")
    assert key(program) != key(other) and key(program) != key(program, "namespaces")
    assert key(program) == key(replace(program, stdin=b"1", args=("2",), compile_only=True))
