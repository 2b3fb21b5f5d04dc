"""Artifacts: what compilers made is kept by content, within a memory budget."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import pytest
from tiers import sandbox_of

from r1.sandbox import Program, Sandbox


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
