"""Programs, limits and outcomes survive their JSON form exactly."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r1.sandbox.http_format import LimitsBody, ProgramBody, limits_json, outcome_from, outcome_json, program_json
from r1.sandbox.protocol import (
    Killed,
    Limits,
    Outcome,
    Phase,
    Program,
    SandboxError,
)

TEXT = st.text(st.characters(codec=None, exclude_categories=()))


NAMES = st.text("abcXYZ.é", min_size=1, max_size=8).filter(lambda name: name not in (".", ".."))


WORDS = st.lists(st.text(max_size=5), max_size=3).map(tuple)


PROGRAMS = st.builds(
    Program,
    source=TEXT,
    language=st.sampled_from(["python", "cpp", "bash"]),
    stdin=st.binary(max_size=200),
    args=WORDS,
    files=st.dictionaries(NAMES, st.binary(max_size=50), max_size=3),
    compile_only=st.booleans(),
    flags=WORDS,
    link_stdio=st.booleans(),
)


SECONDS = st.floats(0, 1e6)


OUTCOMES = st.builds(
    Outcome,
    phase=st.sampled_from(Phase),
    exit_code=st.none() | st.integers(0, 255),
    signal=st.none() | st.integers(1, 64),
    stdout=st.binary(max_size=300),
    stderr=st.binary(max_size=300),
    cpu_s=SECONDS,
    wall_s=SECONDS,
    peak_memory_bytes=st.integers(0, 2**50),
    killed=st.none() | st.sampled_from(Killed),
    tier=st.just("namespaces"),
    artefact_bytes=st.integers(0, 2**40),
)


@given(PROGRAMS)
def test_a_program_survives_its_json_form(program: Program) -> None:
    assert ProgramBody.model_validate_json(json.dumps(program_json(program))).program() == program


@given(OUTCOMES)
def test_an_outcome_survives_its_json_form(outcome: Outcome) -> None:
    assert outcome_from(json.loads(json.dumps(outcome_json(outcome)))) == outcome


def test_the_json_form_has_every_field() -> None:
    assert set(ProgramBody.model_fields) == {f.name for f in fields(Program)} | {"source_base64", "stdin_base64"}
    assert LimitsBody().limits() == Limits()
    assert LimitsBody.model_validate(limits_json(Limits(3, 4, 5, 6, 7, 8))).limits() == Limits(3, 4, 5, 6, 7, 8)


@pytest.mark.parametrize("row", [{}, {"phase": "run"}, {"phase": "x", "killed": None}, {"outcome": 1}])
def test_an_incomplete_outcome_is_a_sandbox_error(row: dict[str, object]) -> None:
    with pytest.raises(SandboxError, match="malformed outcome"):
        outcome_from(row)
